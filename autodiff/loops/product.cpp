// One matrix product after the other over the leading axes.
// Not here: the small product's register blocking (kernels/).
#include <xgrad/autodiff/loops/product.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/iteration.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <cblas.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <string>

namespace xgrad::loops {
namespace {

// Below this many multiplications our own kernel beats OpenBLAS 0.3.21 on each instruction set, but for a few thin
// shapes.
constexpr std::int64_t blas_threshold = 32 * 32 * 32;
// Up to this many it does so where it fills its vectors and their sums are not too long: 0.65 to 1.05 of the BLAS's
// time with AVX-512 and AVX2. Only float64 without either is slower, by a tenth.
constexpr std::int64_t regular_threshold = 1 << 20;
constexpr std::int64_t regular_length = 512;

constexpr std::int64_t blas_max = std::numeric_limits<int>::max();

void gemm(bool ta, bool tb, int m, int n, int k, const float* a, int lda, const float* b, int ldb, float beta, float* c,
          int ldc) {
  cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda, b, ldb,
              beta, c, ldc);
}
void gemm(bool ta, bool tb, int m, int n, int k, const double* a, int lda, const double* b, int ldb, double beta,
          double* c, int ldc) {
  cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda, b, ldb,
              beta, c, ldc);
}

// One thread in the BLAS: our results must not depend on how many threads there are, and ours call it.
void use_one_blas_thread() {
  static const bool done = [] {
    openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

template <class T>
Matrix<T> matrix_of(const Array& array, bool transpose) {
  const int rank = array.shape.rank();
  Matrix<T> matrix{array.as<const T>(), array.shape[rank - 2], array.shape[rank - 1], array.strides[rank - 2],
                   array.strides[rank - 1]};
  if (transpose) {
    std::swap(matrix.rows, matrix.columns);
    std::swap(matrix.row_stride, matrix.column_stride);
  }
  return matrix;
}

template <class T>
bool is_small(const Matrix<T>& a, const Matrix<T>& b) {
  std::int64_t products;
  if (__builtin_mul_overflow(a.rows * b.columns, a.columns, &products)) return false;
  if (products < blas_threshold) return true;
  const bool fills_vectors = a.rows >= 16 && (b.columns == 16 || b.columns >= 32);
  return fills_vectors && a.columns <= regular_length && products <= regular_threshold;
}

// A BLAS counts in int. Checked before an operand is packed, which would take as much memory as there is.
void check_extents(std::initializer_list<std::int64_t> extents) {
  const std::int64_t largest = std::max(extents);
  if (largest > blas_max)
    throw ShapeError("an extent is beyond what a BLAS takes: got " + std::to_string(largest) + ", want at most " +
                     std::to_string(blas_max));
}

template <class T>
void multiply_small(const Matrix<T>& a, const Matrix<T>& b, const T* bias, T* out) {
  kernels::table().loops<T>().product(a.rows, b.columns, a.columns, a.data, a.row_stride, a.column_stride, b.data,
                                      b.row_stride, b.column_stride, bias, out);
}

template <class T>
void multiply_in_blas(const Matrix<T>& a, const Matrix<T>& b, T beta, T* out, std::int64_t out_stride) {
  use_one_blas_thread();
  gemm(a.is_transposed(), b.is_transposed(), static_cast<int>(a.rows), static_cast<int>(b.columns),
       static_cast<int>(a.columns), a.data, static_cast<int>(a.leading()), b.data, static_cast<int>(b.leading()), beta,
       out, static_cast<int>(out_stride));
}

/// What a product costs, for parallel_for.
template <class T>
std::int64_t cost_of(std::int64_t m, std::int64_t n, std::int64_t k) {
  return static_cast<std::int64_t>(static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) *
                                   (sizeof(T) / 64.0));
}

/// How a product is cut along the longer side of its result: from the shape alone, never by the number of threads,
/// since a BLAS may add up in another order for another shape. An even number of panels, each of 256 or more: they cost
/// 2 %, since each packs the other operand anew, and panels of 128 cost 5 to 10 %. Two, if it must be, of a small
/// result. Rows where there are enough: they lie together, as the pieces of what follows do.
struct Panels {
  bool are_rows;
  std::int64_t extent, size, count;

  Panels(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t cost)
      : are_rows(m >= std::min<std::int64_t>(n, 512)), extent(are_rows ? m : n), size(extent) {
    // Elements that are used less often are dearer to bring to another core's cache than to multiply here.
    const bool is_dense =
        1.0 / static_cast<double>(m) + 1.0 / static_cast<double>(n) + 1.0 / static_cast<double>(k) <= 1 / 64.0;
    if (cost >= least_cost && is_dense) {
      const std::int64_t wanted = std::max<std::int64_t>(extent / 512 * 2, 2);
      size = std::min(extent, ((extent + wanted - 1) / wanted + 15) / 16 * 16);
    }
    count = (extent + size - 1) / size;
  }
};

template <class T>
void multiply_panel(const Matrix<T>& a, const Matrix<T>& b, const T* bias, T* out, std::int64_t out_stride) {
  if (bias != nullptr)
    for (std::int64_t row = 0; row < a.rows; ++row) std::copy_n(bias, b.columns, out + row * out_stride);
  multiply_in_blas(a, b, bias != nullptr ? T{1} : T{0}, out, out_stride);
}

template <class T>
void multiply_large(const Matrix<T>& a, const Matrix<T>& b, const T* bias, T* out) {
  const std::int64_t m = a.rows, n = b.columns, cost = cost_of<T>(m, n, a.columns);
  const Panels panels(m, n, a.columns, cost);
  if (panels.count == 1) return multiply_panel(a, b, bias, out, n);
  parallel_for(panels.count, cost / panels.count, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t start = i * panels.size, size = std::min(panels.size, panels.extent - start);
      Matrix<T> left = a, right = b;
      (panels.are_rows ? left.rows : right.columns) = size;
      left.data += panels.are_rows ? start * a.row_stride : 0;
      right.data += panels.are_rows ? 0 : start * b.column_stride;
      const T* const addend = bias != nullptr && !panels.are_rows ? bias + start : bias;
      multiply_panel(left, right, addend, out + start * (panels.are_rows ? n : 1), n);
    }
  });
}

/// An operand that a BLAS takes: as it is, or packed.
template <class T>
class Operand {
 public:
  explicit Operand(const Array& array) : array_(&array) {
    const Matrix<T> matrix = matrix_of<T>(array, false);
    if ((matrix.is_plain() || matrix.is_transposed()) && matrix.leading() <= blas_max) return;
    copy_ = packed(array);
    array_ = &copy_.array();
  }
  const Array& operator*() const { return *array_; }

 private:
  Tensor copy_;
  const Array* array_;
};

// The array without its last two axes, for broadcasting.
Array leading_axes(const Array& array) {
  Array lead = array;
  lead.shape = Shape(array.shape.begin(), array.shape.rank() - 2);
  return lead;
}

// One product after the other over the leading axes, maybe in several threads.
template <class T, class Multiply>
void multiply_all(const Array& a, bool transpose_a, const Array& b, bool transpose_b, const T* bias, const Array& out,
                  Multiply multiply) {
  const Matrix<T> left = matrix_of<T>(a, transpose_a), right = matrix_of<T>(b, transpose_b);
  if (out.shape.rank() == 2) return multiply(left, right, bias, out.as<T>());
  const Array lead = leading_axes(out);
  const Iteration<3> it(lead.shape, {broadcast_strides(leading_axes(a), lead.shape),
                                     broadcast_strides(leading_axes(b), lead.shape), std::to_array(out.strides)});
  const std::int64_t cost = cost_of<T>(left.rows, right.columns, left.columns);
  const auto multiply_at = [&](const std::array<std::int64_t, 3>& offsets, const Iteration<3>&) {
    Matrix<T> one = left, other = right;
    one.data += offsets[0];
    other.data += offsets[1];
    multiply(one, other, bias, out.as<T>() + offsets[2]);
  };
  // A few large products are cut one by one.
  const bool is_few = lead.shape.numel() < 8 && cost >= least_cost;
  if (is_few)
    it.outer(0, [&](const std::array<std::int64_t, 3>& offsets) { multiply_at(offsets, it); });
  else
    it.outer_parts(0, std::max<std::int64_t>(cost, 1), multiply_at);
}

template <class T>
void product_of(const Array& a, bool transpose_a, const Array& b, bool transpose_b, const Array* bias,
                const Array& out) {
  Tensor packed_bias;
  if (bias != nullptr && !bias->contiguous) {
    packed_bias = packed(*bias);
    bias = &packed_bias.array();
  }
  const T* bias_data = bias != nullptr ? bias->as<const T>() : nullptr;
  const Matrix<T> left = matrix_of<T>(a, transpose_a), right = matrix_of<T>(b, transpose_b);
  if (is_small(left, right)) {
    if (out.shape.rank() == 2) return multiply_small(left, right, bias_data, out.as<T>());
    return multiply_all<T>(a, transpose_a, b, transpose_b, bias_data, out, multiply_small<T>);
  }
  check_extents({left.rows, left.columns, right.columns});
  multiply_all<T>(*Operand<T>(a), transpose_a, *Operand<T>(b), transpose_b, bias_data, out, multiply_large<T>);
}

}  // namespace

void product(const Array& a, bool transpose_a, const Array& b, bool transpose_b, const Array* bias, const Array& out) {
  if (out.numel == 0) return;
  visit_floating(out.dtype, [&]<class T>() { product_of<T>(a, transpose_a, b, transpose_b, bias, out); });
}

template <class T>
void multiply(const Matrix<T>& a, const Matrix<T>& b, bool accumulate, T* out, std::int64_t out_stride) {
  if (a.rows == 0 || b.columns == 0) return;
  if (!accumulate && out_stride == b.columns && is_small(a, b)) return multiply_small<T>(a, b, nullptr, out);
  if (a.rows == 1) out_stride = b.columns;
  check_extents({a.rows, a.columns, b.columns, a.leading(), b.leading(), out_stride});
  multiply_in_blas(a, b, accumulate ? T{1} : T{0}, out, out_stride);
}

template void multiply(const Matrix<float>&, const Matrix<float>&, bool, float*, std::int64_t);
template void multiply(const Matrix<double>&, const Matrix<double>&, bool, double*, std::int64_t);

}  // namespace xgrad::loops
