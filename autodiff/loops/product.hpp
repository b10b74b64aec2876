// Matrix products of strided operands: our own kernel while small, a BLAS beyond.
// Not here: which product an op needs (ops/products.cpp).
#pragma once

#include <xgrad/autodiff/array.hpp>

namespace xgrad::loops {

/// out[..., m, n] = sum over k of a'[..., m, k] b'[..., k, n] + bias[n], with a' = a or its transpose, likewise b';
/// leading axes broadcast; `out` is row-major; bias, a vector, may be null. All of one floating dtype.
/// Errors: ShapeError for an extent above 2^31 - 1, which a BLAS cannot take, in a product that is not small.
void product(const Array& a, bool transpose_a, const Array& b, bool transpose_b, const Array* bias, const Array& out);

}  // namespace xgrad::loops
