// Elementwise operations: arithmetic, powers and roots, exponentials, trigonometry, activations, comparisons, choice.
// Not here: reductions over axes (reductions.hpp), changes of shape (shaping.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad {

// Operands of different shapes broadcast as in NumPy; operands of different dtypes become the larger in
// bool < int64 < float32 < float64, and C++ scalars take the dtype of the tensor. Every function throws ShapeError for
// shapes that do not broadcast and DtypeError for a dtype it is not defined for. "floating" below: integers and bools
// become the default dtype.

/// a + b; for two bools "or".
Tensor add(Arg a, Arg b);
/// a - b. Not for bools.
Tensor subtract(Arg a, Arg b);
/// a b; for two bools "and".
Tensor multiply(Arg a, Arg b);
/// a / b, floating.
Tensor divide(Arg a, Arg b);
/// -x. Not for bools.
Tensor negative(Arg x);
/// a^b. Integers to a negative power are a ValueError. The derivative by a is 0 where a = b = 0, that by b is 0 where
/// a = 0 and b >= 0.
Tensor power(Arg a, Arg b);
/// The larger; NaN if one is. At a tie each operand gets half of the cotangent.
Tensor maximum(Arg a, Arg b);
/// The smaller; NaN if one is. At a tie each operand gets half of the cotangent.
Tensor minimum(Arg a, Arg b);

/// e^x, floating.
Tensor exp(Arg x);
/// The natural logarithm, floating; -inf at 0, NaN below.
Tensor log(Arg x);
/// The square root, floating; NaN below 0. Its derivative at 0 is inf.
Tensor sqrt(Arg x);
/// x^2. Not for bools.
Tensor square(Arg x);
/// |x|. Derivative 0 at 0. Not for bools.
Tensor abs(Arg x);
/// -1, 0 or 1; NaN for NaN. Derivative 0. Not for bools.
Tensor sign(Arg x);
/// The sine of x radians, floating.
Tensor sin(Arg x);
/// The cosine of x radians, floating.
Tensor cos(Arg x);
/// The hyperbolic tangent, floating.
Tensor tanh(Arg x);
/// 1 / (1 + e^-x), floating.
Tensor sigmoid(Arg x);
/// max(x, 0); NaN for NaN. Derivative 0 at 0. Not for bools.
Tensor relu(Arg x);
/// x above 0, else negative_slope x; floating. Derivative negative_slope at 0.
Tensor leaky_relu(Arg x, double negative_slope = 0.01);
/// log(1 + e^x), floating; nothing overflows.
Tensor softplus(Arg x);
/// log(sigmoid(x)) = -log(1 + e^-x), floating; exact where sigmoid is next to 0 or 1.
Tensor log_sigmoid(Arg x);

// Comparisons give bool and have no derivative. NaN is not equal to anything.

Tensor equal(Arg a, Arg b);
Tensor not_equal(Arg a, Arg b);
Tensor less(Arg a, Arg b);
Tensor less_equal(Arg a, Arg b);
Tensor greater(Arg a, Arg b);
Tensor greater_equal(Arg a, Arg b);

/// a where the condition (bool) holds, b elsewhere. The branch not taken gets a zero cotangent even where it is NaN.
Tensor where(Arg condition, Arg a, Arg b);

/// True if shapes, dtypes and all values are equal (NaN is not equal to NaN).
bool array_equal(const Tensor& a, const Tensor& b);
/// True if |a - b| <= atol + rtol |b| everywhere, after broadcasting; equal infinities are close; NaN is close to NaN
/// only if `equal_nan`.
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false);

// Fused derivatives, by cotangent g and result y or operand x; differentiable themselves.

/// g y (1 - y)
Tensor sigmoid_backward(Arg g, Arg y);
/// g (1 - y^2)
Tensor tanh_backward(Arg g, Arg y);
/// 0 where y <= 0, else g
Tensor relu_backward(Arg g, Arg y);
/// g above x = 0, else negative_slope g; g and x have one shape
Tensor leaky_relu_backward(Arg g, Arg x, double negative_slope = 0.01);
/// g b a^(b - 1); 0 where a = b = 0
Tensor power_base_backward(Arg g, Arg a, Arg b);
/// g y log a, for y = a^b; 0 where a = 0 and y is finite
Tensor power_exponent_backward(Arg g, Arg a, Arg y);
/// g cos x
Tensor sin_backward(Arg g, Arg x);
/// -g sin x
Tensor cos_backward(Arg g, Arg x);

inline Tensor operator+(Arg a, Arg b) { return add(a, b); }
inline Tensor operator-(Arg a, Arg b) { return subtract(a, b); }
inline Tensor operator*(Arg a, Arg b) { return multiply(a, b); }
inline Tensor operator/(Arg a, Arg b) { return divide(a, b); }
inline Tensor operator-(Arg x) { return negative(x); }
inline Tensor operator<(Arg a, Arg b) { return less(a, b); }
inline Tensor operator<=(Arg a, Arg b) { return less_equal(a, b); }
inline Tensor operator>(Arg a, Arg b) { return greater(a, b); }
inline Tensor operator>=(Arg a, Arg b) { return greater_equal(a, b); }

// `a += b` means `a = a + b`: the handle moves on to the new result, the old value stays as it was. Errors: GraphError
// on a leaf that requires a gradient, since the leaf would be lost; add_ and multiply_ (inplace.hpp) write in place.

Tensor& operator+=(Tensor& a, Arg b);
Tensor& operator-=(Tensor& a, Arg b);
Tensor& operator*=(Tensor& a, Arg b);
Tensor& operator/=(Tensor& a, Arg b);

}  // namespace xgrad
