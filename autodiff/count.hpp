// Reference counts that threads may share.
// Not here: what is counted (state.hpp).
#pragma once

#include <atomic>
#include <cstdint>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace xgrad::detail {

/// True as long as the process has never had a second thread, where the C library can tell.
inline bool is_single_threaded() noexcept {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded;
#else
  return false;
#endif
}

/// A count that is safe to change from several threads. Locked instructions would be a third of a small op's time, so a
/// process of one thread does without them.
class Count {
 public:
  explicit constexpr Count(std::uint32_t value) noexcept : value_(value) {}

  std::uint32_t value() const noexcept { return value_.load(std::memory_order_acquire); }
  void set(std::uint32_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

  /// Returns the value before.
  std::uint32_t increment() noexcept {
    if (!is_single_threaded()) return value_.fetch_add(1, std::memory_order_relaxed);
    const std::uint32_t before = value_.load(std::memory_order_relaxed);
    value_.store(before + 1, std::memory_order_relaxed);
    return before;
  }

  /// True if it was the last. A count that reads 1 belongs to the caller alone and is left at 1.
  bool drop_is_last() noexcept {
    const std::uint32_t before = value();
    if (before == 1) return true;
    if (!is_single_threaded()) return value_.fetch_sub(1, std::memory_order_acq_rel) == 1;
    value_.store(before - 1, std::memory_order_relaxed);
    return false;
  }

 private:
  std::atomic<std::uint32_t> value_;
};

}  // namespace xgrad::detail
