// Sums and maxima over the middle axis of [outer, n, inner].
// Not here: the choice of axes (reduce.hpp).
#pragma once

#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

// A running sum that hands the rounding error of each addition (Knuth's two-sum) to the next one.
template <class T>
struct Compensated {
  Batch<T> sum = splat<T>(0);
  Batch<T> lost = splat<T>(0);
  void take(Batch<T> x) {
    const Batch<T> added = x + lost;
    const Batch<T> next = sum + added;
    const Batch<T> part = next - sum;
    const Batch<T> error = (sum - (next - part)) + (added - part);
    // An infinite sum has no error: inf - inf.
    lost = xsimd::select(error == error, error, splat<T>(0));
    sum = next;
  }
  Batch<T> value() const { return sum + lost; }
};

template <class T>
struct Largest {
  Batch<T> largest = splat<T>(-__builtin_inf());
  void take(Batch<T> x) { largest = maximum(largest, x); }
  Batch<T> value() const { return largest; }
};

struct Sum {
  template <class T>
  using Running = Compensated<T>;
  template <class T>
  static Batch<T> combined(Batch<T> a, Batch<T> b) {
    return a + b;
  }
  template <class T>
  static T of_two(T a, T b) {
    return a + b;
  }
};
struct Max {
  template <class T>
  using Running = Largest<T>;
  template <class T>
  static Batch<T> combined(Batch<T> a, Batch<T> b) {
    return maximum(a, b);
  }
  template <class T>
  static T of_two(T a, T b) {
    return a != a || a > b ? a : b;
  }
};

// Vectors reduced by plain operations before the running result takes them in: chains of at most 16 roundings and 2
// pairwise ones, however large n is.
constexpr std::int64_t accumulators = 4;
constexpr std::int64_t block = 16 * accumulators;

// The reduction of vector(0), ..., vector(count - 1), count >= 1.
template <class Op, class Vector>
inline auto reduced_block(std::int64_t count, Vector vector) {
  if (count < accumulators) {
    auto a = vector(0);
    for (std::int64_t v = 1; v < count; ++v) a = Op::combined(a, vector(v));
    return a;
  }
  auto a = vector(0);
  auto b = vector(1);
  auto c = vector(2);
  auto d = vector(3);
  std::int64_t v = accumulators;
  for (; v + accumulators <= count; v += accumulators) {
    a = Op::combined(a, vector(v));
    b = Op::combined(b, vector(v + 1));
    c = Op::combined(c, vector(v + 2));
    d = Op::combined(d, vector(v + 3));
  }
  if (v < count) a = Op::combined(a, vector(v));
  if (v + 1 < count) b = Op::combined(b, vector(v + 1));
  if (v + 2 < count) c = Op::combined(c, vector(v + 2));
  return Op::combined(Op::combined(a, b), Op::combined(c, d));
}

// The same for any count, in blocks.
template <class Op, class T, class Vector>
inline Batch<T> reduced_vectors(std::int64_t count, Vector vector) {
  if (count <= block) return reduced_block<Op>(count, vector);
  typename Op::template Running<T> running;
  for (std::int64_t v = 0; v < count; v += block)
    running.take(reduced_block<Op>(
        count - v < block ? count - v : block, [&](std::int64_t i)
                                                   __attribute__((always_inline)) { return vector(v + i); }));
  return running.value();
}

template <class T>
inline T sum_of_run(const T* x, std::int64_t n) {
  const std::int64_t vectors = n / width<T>;
  const std::int64_t rest = n % width<T>;
  const Batch<T> tail = rest == 0 ? splat<T>(0) : load_first(x + vectors * width<T>, rest);
  if (vectors == 0) return sum_of_lanes(tail);
  const Batch<T> body = reduced_vectors<Sum, T>(vectors, [&](std::int64_t v) { return load_at(x + v * width<T>); });
  return sum_of_lanes(rest == 0 ? body : body + tail);
}

template <class T>
inline T max_of_run(const T* x, std::int64_t n) {
  Batch<T> most;
  if (n < width<T>) {
    most = load_first_repeated(x, n);
  } else {
    most = reduced_vectors<Max, T>(n / width<T>, [&](std::int64_t v) { return load_at(x + v * width<T>); });
    // The last full vector may overlap the others: a maximum does not mind.
    most = maximum(most, load_at(x + n - width<T>));
  }
  return bits(is_nan(most)) == 0 ? max_of_lanes(most) : static_cast<T>(__builtin_nan(""));
}

// Rows in one pass over a wide matrix: few enough for as many streams through the cache.
constexpr std::int64_t pass = 16;
// Vectors of a row in one tile of a wide matrix: running results of a tile stay in the first cache.
constexpr std::int64_t tile = 64;

template <class Op, class T>
inline void narrow_columns(const T* x, T* out, std::int64_t n, std::int64_t inner, std::int64_t from) {
  std::int64_t i = from;
  for (; i + width<T> <= inner; i += width<T>)
    store_at(out + i, reduced_vectors<Op, T>(n, [&](std::int64_t k) { return load_at(x + k * inner + i); }));
  if (i < inner)
    store_first(out + i,
                reduced_vectors<Op, T>(n, [&](std::int64_t k) { return load_first(x + k * inner + i, inner - i); }),
                inner - i);
}

// Row-major over tiles of full vectors; returns the number of columns done.
template <class Op, class T>
[[gnu::noinline]] std::int64_t wide_columns(const T* x, T* out, std::int64_t n, std::int64_t inner) {
  std::int64_t from = 0;
  while (inner - from >= width<T>) {
    const std::int64_t vectors = (inner - from) / width<T> < tile ? (inner - from) / width<T> : tile;
    typename Op::template Running<T> running[tile];
    for (std::int64_t k = 0; k < n; k += pass) {
      const std::int64_t rows = n - k < pass ? n - k : pass;
      for (std::int64_t v = 0; v < vectors; ++v) {
        const T* column = x + k * inner + from + v * width<T>;
        running[v].take(reduced_block<Op>(rows, [&](std::int64_t r) { return load_at(column + r * inner); }));
      }
    }
    for (std::int64_t v = 0; v < vectors; ++v) store_at(out + from + v * width<T>, running[v].value());
    from += vectors * width<T>;
  }
  return from;
}

// Rows so short that several fill a vector: lane l belongs to column l % inner throughout. n inner >= width.
template <class Op, class T>
[[gnu::noinline]] void short_rows(const T* x, T* out, std::int64_t n, std::int64_t inner) {
  const std::int64_t count = n * inner;
  const std::int64_t vectors = count / width<T>;
  const Batch<T> body = reduced_vectors<Op, T>(vectors, [&](std::int64_t v) { return load_at(x + v * width<T>); });
  T lanes[width<T>];
  store_at(lanes, body);
  for (std::int64_t i = 0; i < inner; ++i) out[i] = lanes[i];
  for (std::int64_t l = inner; l < width<T>; ++l) out[l % inner] = Op::of_two(out[l % inner], lanes[l]);
  for (std::int64_t e = vectors * width<T>; e < count; ++e) out[e % inner] = Op::of_two(out[e % inner], x[e]);
}

template <class Op, class T>
inline void reduced_columns(const T* x, T* out, std::int64_t n, std::int64_t inner) {
  if (inner < width<T> && width<T> % inner == 0 && n >= 2 * width<T>) return short_rows<Op>(x, out, n, inner);
  const bool is_wide = n > block && inner > 4 * width<T>;
  narrow_columns<Op>(x, out, n, inner, is_wide ? wide_columns<Op>(x, out, n, inner) : 0);
}

template <class T>
void sum(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (n == 0) {
    for (std::int64_t i = 0; i < outer * inner; ++i) out[i] = T(0);
  } else if (inner == 1) {
    for (std::int64_t o = 0; o < outer; ++o) out[o] = sum_of_run(x + o * n, n);
  } else {
    for (std::int64_t o = 0; o < outer; ++o) reduced_columns<Sum>(x + o * n * inner, out + o * inner, n, inner);
  }
}

template <class T>
void max(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (inner == 1) {
    for (std::int64_t o = 0; o < outer; ++o) out[o] = max_of_run(x + o * n, n);
  } else {
    for (std::int64_t o = 0; o < outer; ++o) reduced_columns<Max>(x + o * n * inner, out + o * inner, n, inner);
  }
}

}  // namespace
}  // namespace xgrad::kernels
