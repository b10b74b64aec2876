// The check of operands by functions that look at them before an op does.
// Not here: the same check in front of every op (record.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

#include <concepts>

namespace xgrad::ops {

/// "matmul: operand 0 is an undefined tensor".
[[noreturn]] void fail_undefined(const char* function, int operand, Site site);

/// Errors: ValueError that names the function and its first undefined operand.
template <std::same_as<Arg>... More>
inline void check_defined(const char* function, const Arg& first, const More&... more) {
  int operand = 0;
  const auto check = [&](const Arg& arg) {
    if (arg.state() == nullptr && !arg.is_scalar()) [[unlikely]]
      fail_undefined(function, operand, first.site());
    ++operand;
  };
  check(first);
  (check(more), ...);
}

}  // namespace xgrad::ops
