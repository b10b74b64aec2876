// Reference counts that threads may share.
// Not here: what is counted (state.hpp).
#pragma once

#include <cstdint>

namespace xgrad::detail {

/// As std::atomic, by the builtins under it: <atomic> would cost every user program 50 ms of compile time.
class Count {
 public:
  explicit constexpr Count(std::uint32_t value) noexcept : value_(value) {}
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;

  std::uint32_t value() const noexcept { return __atomic_load_n(&value_, __ATOMIC_ACQUIRE); }
  void set(std::uint32_t value) noexcept { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }

  /// Returns the value before.
  std::uint32_t increment() noexcept { return __atomic_fetch_add(&value_, 1, __ATOMIC_RELAXED); }

  /// True if it was the last. A count that reads 1 belongs to the caller alone: it needs no locked instruction and is
  /// left at 1.
  bool drop_is_last() noexcept { return value() == 1 || __atomic_fetch_sub(&value_, 1, __ATOMIC_ACQ_REL) == 1; }

 private:
  std::uint32_t value_;
};

}  // namespace xgrad::detail
