// The error of an undefined operand.
// Not here: the check (operands.hpp).
#include <xgrad/autodiff/ops/operands.hpp>

#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/describe.hpp>

namespace xgrad::ops {

void fail_undefined(const char* function, int operand, Site site) {
  throw ValueError(with_context(function, "operand " + std::to_string(operand) + " is an undefined tensor", "",
                                detail::user_site(site)));
}

}  // namespace xgrad::ops
