// All checks that one op's samples go through.
// Not here: which ops there are (autodiff/test_registry.cpp).
#pragma once

#include "support/sample.hpp"

#include <xgrad/autodiff/op.hpp>

#include <string>
#include <vector>

namespace xgrad::test {

struct Report {
  int samples = 0;
  int without_floats = 0;  ///< of them: no floating operand, so nothing to differentiate
  int kinks = 0;           ///< of them: compared with stated gradients, there being no derivative
  int errors = 0;
  int first_order = 0, second_order = 0, layouts = 0;
  double worst64 = 0, worst32 = 0;  ///< forward errors in ulps
  std::vector<std::string> problems;

  void operator+=(const Report& other);
};

/// Runs every check on every sample: forward against the reference in both floating dtypes; operands left as they were;
/// first and second derivatives against central differences; each operand's gradient alone; zero cotangents; doubled
/// use; strided operands and cotangents; error samples.
Report check_op(const Op& op, const OpSamples& known);

}  // namespace xgrad::test
