// The checks that options of optimizers and schedulers have in common.
// Not here: the options themselves; they stand with what they configure.
#pragma once

#include <cstdint>

namespace xgrad::optim {

/// The numbers that an option takes; all of them finite.
enum class Range : std::uint8_t {
  not_negative,  ///< x >= 0
  below_one,     ///< 0 <= x < 1
  up_to_one,     ///< 0 <= x <= 1
};

/// Errors: ValueError `owner: option is out of range: got ..., want ...`.
void check_option(const char* owner, const char* option, double value, Range range = Range::not_negative);
/// Errors: ValueError unless the value is `least` or more.
void check_option(const char* owner, const char* option, std::int64_t value, std::int64_t least);

}  // namespace xgrad::optim
