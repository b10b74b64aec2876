// Ops with mistakes, one each, to see that the checks find them.
// Not here: right ones.
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/op.hpp>

namespace xgrad::test::wrong {

/// How each op computes its square and what is wrong with it.
enum class Mistake {
  none,
  first_order,           ///< the rule is 0.1 % off
  second_order,          ///< the rule is right, its own rule 0.1 % off
  one_element,           ///< the rule is 0.1 % off in the last element
  no_gradient,           ///< the rule returns no cotangent
  shape,                 ///< a cotangent of another shape
  dtype,                 ///< a cotangent of another dtype
  too_many,              ///< two cotangents for one input
  ignores_strides,       ///< forward reads strided operands as row-major
  rounds,                ///< forward is off by some ulps
  writes_operand,        ///< forward writes into its operand
  result_dtype,          ///< float32 gives float64
  constant_added,        ///< the rule adds to the cotangent: not linear in it
  reads_unsaved,         ///< the rule asks for a value that was not saved
  reads_unsaved_output,  ///< the same for the result
  count
};

/// x^2 with that mistake, and the op.
Tensor square(Mistake mistake, Arg x);
const Op& op(Mistake mistake);

/// a + b, where the rule of b is right only if a wants a cotangent too.
Tensor add_needing_both(Arg a, Arg b);
const Op& op_needing_both();
/// a + b broadcast, where the rule returns cotangents with an axis too many, whose sum would be of the right shape.
Tensor add_with_extra_axis(Arg a, Arg b);

}  // namespace xgrad::test::wrong
