// The table of vectorised kernels: raw loops over memory, one table an instruction set, chosen at the first use.
// Not here: shapes, dtypes, broadcasting (elementwise.hpp, reduce.hpp, product.hpp): callers reduce everything to these
// loops.
#pragma once

#include <xgrad/autodiff/kernels/updates.hpp>

#include <cstdint>

namespace xgrad::kernels {

enum class Unary : std::uint8_t {
  negative,
  exp,
  log,
  sqrt,
  square,
  abs,
  sign,
  sin,
  cos,
  tanh,
  sigmoid,
  relu,
  softplus,
  log_sigmoid,
  count
};

/// bce_with_logits(x, t) = max(x, 0) - x t + log(1 + e^-|x|), sigmoid_difference(x, t) = sigmoid(x) - t.
/// The *_backward kernels take (cotangent, saved value): sigmoid_backward(g, y) = g y (1 - y),
/// tanh_backward(g, y) = g (1 - y^2), relu_backward(g, y) = g where not (y <= 0), else 0, sin_backward(g, x) = g cos x,
/// cos_backward(g, x) = -g sin x.
enum class Binary : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  maximum,
  minimum,
  sigmoid_backward,
  tanh_backward,
  relu_backward,
  sin_backward,
  cos_backward,
  bce_with_logits,
  sigmoid_difference,
  count
};

/// power_base_backward(g, a, b) = g b a^(b - 1), 0 where a = b = 0; power_exponent_backward(g, a, y) = g y log a, 0
/// where a = 0 and y is finite.
enum class Ternary : std::uint8_t { power_base_backward, power_exponent_backward, count };

/// softmax, its logarithm, and log(sum of e^x).
enum class Softmax : std::uint8_t { softmax, log_softmax, logsumexp, count };

/// Their derivatives by cotangent g and result y: y (g - sum of g y), and g - e^y (sum of g), 0 over -inf alone.
enum class SoftmaxBackward : std::uint8_t { softmax, log_softmax, count };

enum class Compare : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal, count };

/// How an operand moves through a run of rows x columns: its step from row to row (any), from column to column (0 or
/// 1).
struct Steps {
  std::int64_t row;
  std::int64_t column;
};

/// out[i] = f(x[i]), i < n. x == out is allowed.
template <class T>
using UnaryFn = void (*)(const T* x, T* out, std::int64_t n);

/// out[r * columns + c] = f(a[r * sa.row + c * sa.column], b[r * sb.row + c * sb.column]); out may be a or b where it
/// has the same steps.
template <class T>
using BinaryFn = void (*)(const T* a, Steps sa, const T* b, Steps sb, T* out, std::int64_t rows, std::int64_t columns);

/// The same of three operands.
template <class T>
using TernaryFn = void (*)(const T* a, Steps sa, const T* b, Steps sb, const T* c, Steps sc, T* out, std::int64_t rows,
                           std::int64_t columns);

/// out[i] = f(a[i], b[i]), i < n: the common case of two operands, with a third of the arguments.
template <class T>
using PlainBinaryFn = void (*)(const T* a, const T* b, T* out, std::int64_t n);

template <class T>
using CompareFn = void (*)(const T* a, Steps sa, const T* b, Steps sb, bool* out, std::int64_t rows,
                           std::int64_t columns);

/// out = condition ? a : b.
template <class T>
using WhereFn = void (*)(const bool* condition, Steps sc, const T* a, Steps sa, const T* b, Steps sb, T* out,
                         std::int64_t rows, std::int64_t columns);

/// out[o, i] = reduction over k < n of x[o, k, i]; x is contiguous [outer, n, inner], out contiguous [outer, inner].
template <class T>
using ReduceFn = void (*)(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner);

/// Over k of x[o, k, i]; x is contiguous [outer, n, inner], and so is out, but [outer, inner] for logsumexp. Only
/// logsumexp takes n = 0. x == out is allowed.
template <class T>
using SoftmaxFn = void (*)(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner);
template <class T>
using SoftmaxBackwardFn = void (*)(const T* g, const T* y, T* out, std::int64_t outer, std::int64_t n,
                                   std::int64_t inner);

/// out[i] = x[i] > 0 ? g[i] : slope * g[i], i < n: the function for g = x, its derivative for a cotangent g.
template <class T>
using LeakyReluFn = void (*)(const T* g, const T* x, T slope, T* out, std::int64_t n);

/// c[m, n] = sum over k of a[m, k] b[k, n], plus bias[n] where bias is not null; all strides in elements, any sign;
/// c is row-major with row stride n. Made for products too small for a BLAS.
template <class T>
using ProductFn = void (*)(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, std::int64_t a_row,
                           std::int64_t a_column, const T* b, std::int64_t b_row, std::int64_t b_column, const T* bias,
                           T* c);

/// y[i] = beta * y[i] + alpha * x[i], i < n.
template <class T>
using AxpbyFn = void (*)(T* y, T beta, const T* x, T alpha, std::int64_t n);

template <class T>
struct Loops {
  UnaryFn<T> unary[static_cast<int>(Unary::count)];
  BinaryFn<T> binary[static_cast<int>(Binary::count)];
  PlainBinaryFn<T> plain_binary[static_cast<int>(Binary::count)];
  TernaryFn<T> ternary[static_cast<int>(Ternary::count)];
  CompareFn<T> compare[static_cast<int>(Compare::count)];
  WhereFn<T> where;
  ReduceFn<T> sum;
  ReduceFn<T> max;
  SoftmaxFn<T> softmax[static_cast<int>(Softmax::count)];
  SoftmaxBackwardFn<T> softmax_backward[static_cast<int>(SoftmaxBackward::count)];
  LeakyReluFn<T> leaky_relu;
  ProductFn<T> product;
  AxpbyFn<T> axpby;
  Updates<T> updates;
};

struct Table {
  const char* level;  ///< "baseline", "avx2", "avx512" or "neon"
  Loops<float> f32;
  Loops<double> f64;

  template <class T>
  const Loops<T>& loops() const {
    if constexpr (sizeof(T) == sizeof(float))
      return f32;
    else
      return f64;
  }
};

namespace detail {
extern const Table* chosen;  // null before the first use
const Table& choose();
}  // namespace detail

/// The table in use: the best that this processor runs, or the level named by the environment variable XGRAD_SIMD.
/// Errors: ValueError at each use while XGRAD_SIMD names a level that the processor lacks or nobody knows.
inline const Table& table() {
  const Table* chosen = __atomic_load_n(&detail::chosen, __ATOMIC_RELAXED);
  return chosen != nullptr ? *chosen : detail::choose();
}

}  // namespace xgrad::kernels
