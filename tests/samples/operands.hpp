// The operands that every elementwise op is tried with: extents around the width of vectors, broadcasting both ways,
// empty and 0-d ones, mixed dtypes.
// Not here: the ops.
#pragma once

#include "support/sample.hpp"

#include <xgrad/autodiff/arg.hpp>

namespace xgrad::test::samples {

struct Interval {
  double low, high;
};

using Unary = Tensor (*)(Arg);
using Binary = Tensor (*)(Arg, Arg);
using UnaryRef = Ref (*)(const Ref&);
using BinaryRef = Ref (*)(const Ref&, const Ref&);

/// Which dtypes beside the floating ones the op takes.
enum class Takes { floats, integers, bools };

std::vector<Sample> unary(Unary op, UnaryRef reference, Interval interval, Takes takes);
/// Operands within their intervals, never equal to each other.
std::vector<Sample> binary(Binary op, BinaryRef reference, Interval a, Interval b, Takes takes);

/// An operand left undefined: an error of every op.
ErrorSample undefined_unary(const char* name, Unary op);
ErrorSample undefined_binary(const char* name, Binary op);
/// Shapes (2,) and (3,).
ErrorSample unfit_shapes(const char* name, Binary op);
/// DtypeError of an op that bools are too small for.
ErrorSample bool_unary(const char* name, Unary op);
ErrorSample bool_binary(const char* name, Binary op);

}  // namespace xgrad::test::samples
