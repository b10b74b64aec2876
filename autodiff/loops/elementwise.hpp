// Elementwise kernels on arrays of any dtype, broadcast and strided.
// Not here: the vectorised loops (kernels/), the ops on tensors (ops/).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>

namespace xgrad::loops {

using kernels::Binary;
using kernels::Compare;
using kernels::Ternary;
using kernels::Unary;

bool is_defined(Unary kind, Dtype dtype);
bool is_defined(Binary kind, Dtype dtype);

/// The shape that both broadcast to, by NumPy's rules. Errors: ShapeError.
Shape broadcast(const Shape& a, const Shape& b);
/// True if an array of shape `from` can be seen as one of shape `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

// `out` is row-major and has the shape that the operands broadcast to, and their dtype (bool for compare).

void unary(Unary kind, const Array& x, const Array& out);
void binary(Binary kind, const Array& a, const Array& b, const Array& out);
/// Of floating operands.
void ternary(Ternary kind, const Array& a, const Array& b, const Array& c, const Array& out);
void compare(Compare kind, const Array& a, const Array& b, const Array& out);
void where(const Array& condition, const Array& a, const Array& b, const Array& out);

}  // namespace xgrad::loops
