// Matrix products of strided operands: our own kernel while small, a BLAS beyond.
// Not here: which product an op needs (ops/products.cpp).
#pragma once

#include <xgrad/autodiff/array.hpp>

#include <algorithm>

namespace xgrad::loops {

/// A matrix in memory.
template <class T>
struct Matrix {
  const T* data;
  std::int64_t rows, columns, row_stride, column_stride;

  // What a BLAS takes: neighbours along one axis, steps along the other that clear the first.
  bool is_plain() const {
    return (column_stride == 1 || columns <= 1) && (rows <= 1 || row_stride >= std::max<std::int64_t>(columns, 1));
  }
  bool is_transposed() const {
    return !is_plain() && (row_stride == 1 || rows <= 1) &&
           (columns <= 1 || column_stride >= std::max<std::int64_t>(rows, 1));
  }
  // A stride along an extent of 1 is never used and may be anything; OpenBLAS refuses a leading dimension below the
  // extent all the same.
  std::int64_t leading() const {
    const bool plain = is_plain();
    const bool steps = (plain ? rows : columns) > 1;
    return std::max<std::int64_t>({steps ? (plain ? row_stride : column_stride) : 0, plain ? columns : rows, 1});
  }
  Matrix transposed() const { return {data, columns, rows, column_stride, row_stride}; }
};

/// out[..., m, n] = sum over k of a'[..., m, k] b'[..., k, n] + bias[n], with a' = a or its transpose, likewise b';
/// leading axes broadcast; `out` is row-major; bias, a vector, may be null. All of one floating dtype.
/// Errors: ShapeError for an extent above 2^31 - 1, which a BLAS cannot take, in a product that is not small.
void product(const Array& a, bool transpose_a, const Array& b, bool transpose_b, const Array* bias, const Array& out);

/// The same for one matrix each, plain or transposed: out = a b, or out += a b, with rows of `out` that start
/// `out_stride` apart. T is float or double. Errors: as above, for steps between rows and columns, too.
template <class T>
void multiply(const Matrix<T>& a, const Matrix<T>& b, bool accumulate, T* out, std::int64_t out_stride);

}  // namespace xgrad::loops
