// Softmax, its logarithm, the logarithm of its denominator, and their derivatives, for rows: runs of memory.
// Not here: columns (softmax_columns.hpp), the choice of axes (loops/softmax.cpp).
#pragma once

#include <xgrad/autodiff/kernels/math.hpp>
#include <xgrad/autodiff/kernels/reduce_loops.hpp>

namespace xgrad::kernels {
namespace {

// e^(a - b) for a <= b < inf. The rounding error of the difference would cost |a - b| / 2 ulps, so it is put back.
template <class T>
inline Batch<T> exp_of_difference(Batch<T> a, Batch<T> b) {
  using C = Constants<T>;
  const Batch<T> lowest = splat<T>(C::exp_lowest);
  const Batch<T> difference = a - b;
  const Batch<T> part = difference - a;
  const Batch<T> error = (a - (difference - part)) - (b + part);
  // Below, the result is 0 and the error may be inf - inf.
  const Batch<T> lost = xsimd::select(difference > lowest, error, splat<T>(0));
  const Batch<T> d = xsimd::max(lowest, difference);
  const Batch<T> magic = splat<T>(C::magic);
  const Batch<T> n = fma(d, splat<T>(C::log2e), magic) - magic;
  const Batch<T> r = fnma(n, splat<T>(C::ln2_low), fnma(n, splat<T>(C::ln2_high), d) + lost);
  return scale(splat<T>(1) + fma(r * r, polynomial(r, C::exp), r), n);
}

// The same for a sum that is added to b: an error of half an ulp of b does not show. 0 where a is the most.
template <class T>
inline Batch<T> exp_beside(Batch<T> a, Batch<T> b, Mask<T> is_most) {
  using C = Constants<T>;
  const Batch<T> difference = a - b;
  const Batch<T> magic = splat<T>(C::magic);
  const Batch<T> n = fma(difference, splat<T>(C::log2e), magic) - magic;
  // a - n log(2) is next to b: what rounding loses of it is half an ulp of b.
  const Batch<T> r = fnma(n, splat<T>(C::ln2_low), fnma(n, splat<T>(C::ln2_high), a) - b);
  const Batch<T> e = scale(splat<T>(1) + fma(r * r, polynomial(r, C::exp), r), n);
  return xsimd::select((difference > splat<T>(C::exp_lowest)) & ~is_most, e, splat<T>(0));
}

// The first n < width elements; the other lanes are -inf.
template <class T>
inline Batch<T> load_logits(const T* p, std::int64_t n) {
  static constexpr T ones[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  static_assert(width<T> <= sizeof ones / sizeof(T));
  return xsimd::select(load_first(ones, n) > splat<T>(0), load_tail(p, n), splat<T>(-__builtin_inf()));
}

// The sum over a row of full(i), a vector from element i on, and of partial(i, n), the last n < width elements with
// zeros behind them.
template <class T, class Full, class Partial>
inline T sum_over_row(std::int64_t n, Full full, Partial partial) {
  const std::int64_t vectors = n / width<T>;
  const std::int64_t rest = n % width<T>;
  if (vectors == 0) return sum_of_lanes(partial(0, rest));
  const Batch<T> body = reduced_vectors<Sum, T>(
      vectors, [&](std::int64_t v) __attribute__((always_inline)) { return full(v * width<T>); });
  return sum_of_lanes(rest == 0 ? body : body + partial(vectors * width<T>, rest));
}

// out[i] = full(i) for whole vectors, partial(i, n) for the last n < width elements.
template <class T, class Full, class Partial>
inline void fill_row(T* out, std::int64_t n, Full full, Partial partial) {
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) store_at(out + i, full(i));
  if (i < n) store_tail(out + i, partial(i, n - i), n - i);
}

template <class T>
inline bool is_finite(T x) {
  return x - x == 0;
}

// Rows without a finite largest element: NaN if there is one; infinities share the whole equally; of a row of -inf no
// element has a share.
template <class T>
[[gnu::noinline, gnu::cold]] void shares_of_extremes(const T* x, T* out, std::int64_t n, T most, bool logarithm) {
  const T infinity = static_cast<T>(__builtin_inf());
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < n; ++i) count += x[i] == infinity;
  const T share = logarithm ? static_cast<T>(-::log(static_cast<double>(count))) : T(1) / static_cast<T>(count);
  for (std::int64_t i = 0; i < n; ++i)
    out[i] = most != most ? most : (x[i] == infinity ? share : (logarithm ? -infinity : T(0)));
}

// The logarithm of the sum of e^(x - most): the largest elements contribute 1 each, exactly. Accurate also near 0,
// unless it is beside the most that it is wanted.
template <class T, bool beside_most>
inline T log_of_sum(const T* x, std::int64_t n, T most) {
  const Batch<T> m = splat(most);
  std::int64_t count = 0;
  const auto term = [&](Batch<T> v) __attribute__((always_inline)) {
    const auto is_most = v == m;
    const unsigned lanes = bits(is_most);
    if (lanes != 0) [[unlikely]]
      count += __builtin_popcount(lanes);
    if constexpr (beside_most)
      return exp_beside(v, m, is_most);
    else
      return xsimd::select(is_most, splat<T>(0), exp_of_difference(v, m));
  };
  const T others = sum_over_row<T>(
      n, [&](std::int64_t i) __attribute__((always_inline)) { return term(load_at(x + i)); },
      [&](std::int64_t i, std::int64_t k) __attribute__((always_inline)) { return term(load_logits(x + i, k)); });
  return max_of_lanes(log1p(splat(static_cast<T>(count - 1) + others)));
}

template <class T>
void softmax_of_rows(const T* x, T* out, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r, x += n, out += n) {
    const T most = max_of_run(x, n);
    if (!is_finite(most)) [[unlikely]] {
      shares_of_extremes(x, out, n, most, false);
      continue;
    }
    const Batch<T> m = splat(most);
    if (n < width<T>) {
      const Batch<T> e = exp_of_difference(load_logits(x, n), m);
      store_tail(out, quotient(e, splat(sum_of_lanes(e))), n);
      continue;
    }
    const T total = sum_over_row<T>(
        n,
        [&](std::int64_t i) __attribute__((always_inline)) {
          const Batch<T> e = exp_of_difference(load_at(x + i), m);
          store_at(out + i, e);
          return e;
        },
        [&](std::int64_t i, std::int64_t k) __attribute__((always_inline)) {
          const Batch<T> e = exp_of_difference(load_logits(x + i, k), m);
          store_tail(out + i, e, k);
          return e;
        });
    const Batch<T> t = splat(total);
    fill_row(
        out, n, [&](std::int64_t i) { return quotient(load_at(out + i), t); },
        [&](std::int64_t i, std::int64_t k) { return quotient(load_tail(out + i, k), t); });
  }
}

template <class T>
void log_softmax_of_rows(const T* x, T* out, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r, x += n, out += n) {
    const T most = max_of_run(x, n);
    if (!is_finite(most)) [[unlikely]] {
      shares_of_extremes(x, out, n, most, true);
      continue;
    }
    const Batch<T> m = splat(most);
    const Batch<T> log_sum = splat(log_of_sum<T, false>(x, n, most));
    fill_row(
        out, n, [&](std::int64_t i) { return (load_at(x + i) - m) - log_sum; },
        [&](std::int64_t i, std::int64_t k) { return (load_tail(x + i, k) - m) - log_sum; });
  }
}

template <class T>
void logsumexp_of_rows(const T* x, T* out, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r, x += n) {
    const T most = n == 0 ? static_cast<T>(-__builtin_inf()) : max_of_run(x, n);
    out[r] = is_finite(most) ? most + log_of_sum<T, true>(x, n, most) : most;
  }
}

template <class T>
void softmax_backward_of_rows(const T* g, const T* y, T* out, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r, g += n, y += n, out += n) {
    const Batch<T> mean = splat(sum_over_row<T>(
        n, [&](std::int64_t i) __attribute__((always_inline)) { return load_at(g + i) * load_at(y + i); },
        [&](std::int64_t i, std::int64_t k)
            __attribute__((always_inline)) { return load_tail(g + i, k) * load_tail(y + i, k); }));
    fill_row(
        out, n, [&](std::int64_t i) { return load_at(y + i) * (load_at(g + i) - mean); },
        [&](std::int64_t i, std::int64_t k) { return load_tail(y + i, k) * (load_tail(g + i, k) - mean); });
  }
}

template <class T>
void log_softmax_backward_of_rows(const T* g, const T* y, T* out, std::int64_t rows, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r, g += n, y += n, out += n) {
    const T lowest = static_cast<T>(-__builtin_inf());
    if (y[0] == lowest && max_of_run(y, n) == lowest) [[unlikely]] {
      for (std::int64_t i = 0; i < n; ++i) out[i] = T(0);
      continue;
    }
    const Batch<T> total = splat(sum_of_run(g, n));
    fill_row(
        out, n, [&](std::int64_t i) { return fnma(exp(load_at(y + i)), total, load_at(g + i)); },
        [&](std::int64_t i, std::int64_t k) { return fnma(exp(load_tail(y + i, k)), total, load_tail(g + i, k)); });
  }
}

}  // namespace
}  // namespace xgrad::kernels
