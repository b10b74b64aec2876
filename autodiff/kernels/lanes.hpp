// What every level derives from its primitives: loads and stores, sign bits, polynomials.
// Not here: the primitives themselves; a level includes its lanes_*.hpp first.
#pragma once

#include <xgrad/autodiff/kernels/constants.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>

namespace xgrad::kernels {
namespace {

template <class T>
constexpr std::int64_t width = static_cast<std::int64_t>(Batch<T>::size);

template <class T>
inline Batch<T> splat(T x) {
  return Batch<T>(x);
}
template <class T>
inline Batch<T> load_at(const T* p) {
  return Batch<T>::load_unaligned(p);
}
template <class T>
inline void store_at(T* p, Batch<T> v) {
  v.store_unaligned(p);
}

// The first n < width elements, as by load_first and store_first. Levels that have narrower registers use them where
// they are filled: what a masked store has written, a load must wait for until it reaches the cache.
template <class T>
inline Batch<T> load_tail(const T* p, std::int64_t n) {
  return load_first(p, n);
}
template <class T>
inline void store_tail(T* p, Batch<T> v, std::int64_t n) {
  store_first(p, v, n);
}

// The same bits as a vector of another type. xsimd's own goes through a table of functions on aarch64.
template <class To, class From>
inline To reinterpreted(From x) {
  return To(__builtin_bit_cast(typename To::register_type, static_cast<typename From::register_type>(x)));
}

template <class T>
inline Batch<T> negated(Batch<T> x) {
  return x ^ splat<T>(-0.0);
}
template <class T>
inline Batch<T> magnitude(Batch<T> x) {
  constexpr auto without_sign = static_cast<typename Constants<T>::Bits>(-1) >> 1;
  return x & splat<T>(__builtin_bit_cast(T, without_sign));
}
// magnitude must not have its sign bit set.
template <class T>
inline Batch<T> with_sign_of(Batch<T> magnitude, Batch<T> x) {
  return magnitude | (x & splat<T>(-0.0));
}
// xsimd's != is false for NaN at some levels.
template <class T>
inline Mask<T> is_nan(Batch<T> x) {
  return ~(x == x);
}

// NaN wins in both; x86's own max and min return their second operand if either is NaN.
template <class T>
inline Batch<T> maximum(Batch<T> a, Batch<T> b) {
  return xsimd::select(is_nan(a), a, xsimd::max(a, b));
}
template <class T>
inline Batch<T> minimum(Batch<T> a, Batch<T> b) {
  return xsimd::select(is_nan(a), a, xsimd::min(a, b));
}

// The vector types of the product: a whole register here, at some levels also a half and a quarter of one.
template <class T>
struct FullVector {
  static constexpr std::int64_t width = static_cast<std::int64_t>(Batch<T>::size);
  Batch<T> v;
  static FullVector zero() { return {splat<T>(0)}; }
  static FullVector broadcast(const T* p) { return {splat<T>(*p)}; }
  static FullVector load(const T* p) { return {Batch<T>::load_unaligned(p)}; }
  static FullVector load_first(const T* p, std::int64_t n) { return {kernels::load_first(p, n)}; }
  void store(T* p) const { v.store_unaligned(p); }
  void store_first(T* p, std::int64_t n) const { kernels::store_first(p, v, n); }
  void add(FullVector other) { v += other.v; }
  void add_product(FullVector a, FullVector b) { v = fma(a.v, b.v, v); }
};

// c[0] + c[1] x + ... + c[n - 1] x^(n - 1), halving the degree at each step (Estrin): short chains of dependent
// operations.
template <int n, class Vector>
inline Vector polynomial(Vector x, const Vector* c) {
  if constexpr (n == 1) {
    return c[0];
  } else {
    constexpr int half = (n + 1) / 2;
    Vector pairs[half];
    for (int i = 0; i < n / 2; ++i) pairs[i] = fma(x, c[2 * i + 1], c[2 * i]);
    if constexpr (n % 2 == 1) pairs[half - 1] = c[n - 1];
    return polynomial<half>(x * x, pairs);
  }
}
template <class Vector, class T, int n>
inline Vector polynomial(Vector x, const T (&coefficients)[n]) {
  Vector c[n];
  for (int i = 0; i < n; ++i) c[i] = Vector(coefficients[i]);
  return polynomial<n>(x, c);
}

}  // namespace
}  // namespace xgrad::kernels
