// Elementwise operations, the naive way: one index at a time in long double.
// Not here: anything of the library's loops.
#pragma once

#include "support/ref.hpp"

namespace xgrad::test::reference {

using Function1 = long double (*)(long double);
using Function2 = long double (*)(long double, long double);

/// The dtype of a result by the rules of the library's documentation: tensors take the largest dtype among them,
/// scalars only raise its kind.
Dtype common_dtype(const Refs& operands);
/// The same, and integers become float32, the default.
Dtype floating_dtype(const Refs& operands);

/// f of each element; the result has the given dtype.
Ref map(const Ref& x, Function1 f, Dtype dtype);
/// f of each pair after broadcasting.
Ref map(const Ref& a, const Ref& b, Function2 f, Dtype dtype);

Ref negative(const Ref& x);
Ref exp(const Ref& x);
Ref log(const Ref& x);
Ref sqrt(const Ref& x);
Ref square(const Ref& x);
Ref abs(const Ref& x);
Ref sign(const Ref& x);
Ref sin(const Ref& x);
Ref cos(const Ref& x);
Ref tanh(const Ref& x);
Ref sigmoid(const Ref& x);
Ref relu(const Ref& x);

Ref add(const Ref& a, const Ref& b);
Ref subtract(const Ref& a, const Ref& b);
Ref multiply(const Ref& a, const Ref& b);
Ref divide(const Ref& a, const Ref& b);
Ref power(const Ref& a, const Ref& b);
Ref power_base_backward(const Ref& g, const Ref& a, const Ref& b);
Ref power_exponent_backward(const Ref& g, const Ref& a, const Ref& y);
Ref maximum(const Ref& a, const Ref& b);
Ref minimum(const Ref& a, const Ref& b);
Ref sigmoid_backward(const Ref& g, const Ref& y);
Ref sin_backward(const Ref& g, const Ref& x);
Ref cos_backward(const Ref& g, const Ref& x);
Ref tanh_backward(const Ref& g, const Ref& y);
Ref relu_backward(const Ref& g, const Ref& y);

Ref equal(const Ref& a, const Ref& b);
Ref not_equal(const Ref& a, const Ref& b);
Ref less(const Ref& a, const Ref& b);
Ref less_equal(const Ref& a, const Ref& b);
Ref greater(const Ref& a, const Ref& b);
Ref greater_equal(const Ref& a, const Ref& b);

Ref where(const Ref& condition, const Ref& a, const Ref& b);
Ref astype(const Ref& x, Dtype dtype);

}  // namespace xgrad::test::reference
