// Reference counts that threads may share.
// Not here: what is counted (state.hpp).
#pragma once

#include <atomic>
#include <cstdint>

namespace xgrad::detail {

class Count {
 public:
  explicit constexpr Count(std::uint32_t value) noexcept : value_(value) {}

  std::uint32_t value() const noexcept { return value_.load(std::memory_order_acquire); }
  void set(std::uint32_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

  /// Returns the value before.
  std::uint32_t increment() noexcept { return value_.fetch_add(1, std::memory_order_relaxed); }

  /// True if it was the last. A count that reads 1 belongs to the caller alone: it needs no locked instruction and is
  /// left at 1.
  bool drop_is_last() noexcept { return value() == 1 || value_.fetch_sub(1, std::memory_order_acq_rel) == 1; }

 private:
  std::atomic<std::uint32_t> value_;
};

}  // namespace xgrad::detail
