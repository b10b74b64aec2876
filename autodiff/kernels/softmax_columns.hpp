// Softmax and its relatives for columns side by side: lane i of every vector belongs to column i.
// Not here: rows (softmax_rows.hpp).
#pragma once

#include <xgrad/autodiff/kernels/softmax_rows.hpp>

namespace xgrad::kernels {
namespace {

// As many columns as a vector has lanes, or, where the last ones are fewer, the first n lanes.
template <class T, bool is_full>
struct Lanes {
  std::int64_t n;
  Batch<T> load(const T* p) const {
    if constexpr (is_full)
      return load_at(p);
    else
      return load_tail(p, n);
  }
  void store(T* p, Batch<T> v) const {
    if constexpr (is_full)
      store_at(p, v);
    else
      store_tail(p, v, n);
  }
};

// Calls f(place of the first element, lanes) for every block of columns of [outer, n, inner].
template <class T, class F>
inline void for_each_column_block(std::int64_t outer, std::int64_t n, std::int64_t inner, F f) {
  for (std::int64_t o = 0; o < outer; ++o) {
    std::int64_t i = 0;
    for (; i + width<T> <= inner; i += width<T>) f(o * n * inner + i, Lanes<T, true>{width<T>});
    if (i < inner) f(o * n * inner + i, Lanes<T, false>{inner - i});
  }
}

// The largest element of each column, and what e^(x - largest) is where it is not finite: as in rows, infinities share
// equally, and NaN makes its column NaN.
template <class T>
struct Peaks {
  Batch<T> most;
  Batch<T> base;
  bool has_extremes;

  explicit Peaks(Batch<T> largest)
      : most(largest),
        base(xsimd::select(largest == splat<T>(-__builtin_inf()), splat<T>(0), largest)),
        has_extremes(bits(~(largest - largest == splat<T>(0))) != 0) {}

  Batch<T> share(Batch<T> x) const {
    if (!has_extremes) [[likely]]
      return exp_of_difference(x, most);
    const Batch<T> infinity = splat<T>(__builtin_inf());
    const Batch<T> is_infinite = xsimd::select(x == infinity, splat<T>(1), splat<T>(0));
    return xsimd::select(most == infinity, is_infinite, exp_of_difference(x, base));
  }
  Batch<T> log_share(Batch<T> x, Batch<T> log_sum) const {
    const Batch<T> y = (x - most) - log_sum;
    if (!has_extremes) [[likely]]
      return y;
    const Batch<T> infinity = splat<T>(__builtin_inf());
    const Batch<T> among_infinities = xsimd::select(x == infinity, negated(log_sum), negated(infinity));
    return xsimd::select(most == infinity, among_infinities,
                         xsimd::select(most == negated(infinity), negated(infinity), y));
  }
};

template <class T, class L>
inline Peaks<T> peaks_of(const T* x, std::int64_t n, std::int64_t inner, L lanes) {
  return Peaks<T>(reduced_vectors<Max, T>(
      n, [&](std::int64_t k) __attribute__((always_inline)) { return lanes.load(x + k * inner); }));
}

// See log_of_sum for rows.
template <bool beside_most, class T, class L>
inline Batch<T> log_of_sums(const T* x, std::int64_t n, std::int64_t inner, L lanes, const Peaks<T>& peaks) {
  Batch<T> count = splat<T>(0);
  const Batch<T> others = reduced_vectors<Sum, T>(
      n, [&](std::int64_t k) __attribute__((always_inline)) {
        const Batch<T> v = lanes.load(x + k * inner);
        const auto is_most = v == peaks.most;
        count += xsimd::select(is_most, splat<T>(1), splat<T>(0));
        if constexpr (beside_most)
          if (!peaks.has_extremes) [[likely]]
            return exp_beside(v, peaks.most, is_most);
        return xsimd::select(is_most, splat<T>(0), peaks.share(v));
      });
  // Of a column of NaN nothing is the most.
  return log1p(xsimd::max(splat<T>(0), count - splat<T>(1)) + others);
}

template <class T, class L>
void softmax_of_columns(const T* x, T* out, std::int64_t n, std::int64_t inner, L lanes) {
  const Peaks<T> peaks = peaks_of(x, n, inner, lanes);
  const Batch<T> total = reduced_vectors<Sum, T>(
      n, [&](std::int64_t k) __attribute__((always_inline)) {
        const Batch<T> e = peaks.share(lanes.load(x + k * inner));
        lanes.store(out + k * inner, e);
        return e;
      });
  // 0 over -inf alone.
  const Batch<T> divisor = xsimd::select(total == splat<T>(0), splat<T>(1), total);
  for (std::int64_t k = 0; k < n; ++k) lanes.store(out + k * inner, quotient(lanes.load(out + k * inner), divisor));
}

template <class T, class L>
void log_softmax_of_columns(const T* x, T* out, std::int64_t n, std::int64_t inner, L lanes) {
  const Peaks<T> peaks = peaks_of(x, n, inner, lanes);
  const Batch<T> log_sum = log_of_sums<false>(x, n, inner, lanes, peaks);
  for (std::int64_t k = 0; k < n; ++k)
    lanes.store(out + k * inner, peaks.log_share(lanes.load(x + k * inner), log_sum));
}

template <class T, class L>
void logsumexp_of_columns(const T* x, T* out, std::int64_t n, std::int64_t inner, L lanes) {
  const Peaks<T> peaks = peaks_of(x, n, inner, lanes);
  const Batch<T> most = peaks.most;
  const Batch<T> sum = most + log_of_sums<true>(x, n, inner, lanes, peaks);
  lanes.store(out, xsimd::select(most - most == splat<T>(0), sum, most));
}

template <class T, class L>
void softmax_backward_of_columns(const T* g, const T* y, T* out, std::int64_t n, std::int64_t inner, L lanes) {
  const Batch<T> mean = reduced_vectors<Sum, T>(
      n, [&](std::int64_t k)
             __attribute__((always_inline)) { return lanes.load(g + k * inner) * lanes.load(y + k * inner); });
  for (std::int64_t k = 0; k < n; ++k)
    lanes.store(out + k * inner, lanes.load(y + k * inner) * (lanes.load(g + k * inner) - mean));
}

template <class T, class L>
void log_softmax_backward_of_columns(const T* g, const T* y, T* out, std::int64_t n, std::int64_t inner, L lanes) {
  const Batch<T> lowest = splat<T>(-__builtin_inf());
  const Batch<T> total = reduced_vectors<Sum, T>(
      n, [&](std::int64_t k) __attribute__((always_inline)) { return lanes.load(g + k * inner); });
  const bool may_be_empty = bits(lanes.load(y) == lowest) != 0;
  const Batch<T> most = may_be_empty ? peaks_of(y, n, inner, lanes).most : splat<T>(0);
  for (std::int64_t k = 0; k < n; ++k) {
    const Batch<T> slope = fnma(exp(lanes.load(y + k * inner)), total, lanes.load(g + k * inner));
    lanes.store(out + k * inner, xsimd::select(most == lowest, splat<T>(0), slope));
  }
}

}  // namespace
}  // namespace xgrad::kernels
