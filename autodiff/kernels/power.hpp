// a^b of a vector: 2^(b log2 a) in more digits than the result has, and what IEEE 754 wants of other operands.
// Not here: exp and log (math.hpp).
#pragma once

#include <math.h>

#include <xgrad/autodiff/kernels/math.hpp>

namespace xgrad::kernels {
namespace {

// For a normal positive a, to 0.04 ulps of a float; inf and 0 of that type come as numbers beyond its range.
[[gnu::always_inline]] inline Batch<double> power_for_float(Batch<double> a, Batch<double> b) {
  const auto [m, k] = parts_of(a);
  const Batch<double> one = splat<double>(1.0);
  const Batch<double> s = quotient(m - one, m + one);
  const Batch<double> log2 = fma(s, polynomial(s * s, log2_for_float), k);
  // The order of operands lets NaN through min and max.
  const Batch<double> most = splat<double>(largest_float_exponent);
  const Batch<double> t = xsimd::min(most, xsimd::max(negated(most), b * log2));
  const Batch<double> magic = splat<double>(Constants<double>::magic);
  const Batch<double> shifted = t + magic;
  const auto exponent = reinterpreted<Batch<std::uint64_t>>(shifted) << Constants<double>::mantissa;
  const Batch<double> fraction = polynomial(t - (shifted - magic), exp2_for_float);
  return reinterpreted<Batch<double>>(reinterpreted<Batch<std::uint64_t>>(fraction) + exponent);
}

// For positive finite a and |b| below largest_exponent, at which |a|^b is 0, 1 or inf.
template <class T>
constexpr T largest_exponent = T(0x1p40);
[[gnu::always_inline]] inline Batch<float> positive_power(Batch<float> a, Batch<float> b) {
  return narrow(power_for_float(widen_low(a), widen_low(b)), power_for_float(widen_high(a), widen_high(b)));
}

// Of numbers that are not all positive and finite.
[[gnu::noinline]] inline Batch<float> power_of_any(Batch<float> a, Batch<float> b) {
  using T = float;
  using Integers = Batch<Constants<T>::Bits>;
  const Batch<T> zero = splat<T>(0), one = splat<T>(1), infinity = splat<T>(__builtin_inff());
  const Batch<T> base = magnitude(a), size = magnitude(b), most = splat(largest_exponent<T>);
  Batch<T> y = positive_power(base, xsimd::min(most, xsimd::max(negated(most), b)));
  const auto is_inverse = b < zero;
  y = xsimd::select(base == zero, xsimd::select(is_inverse, infinity, zero), y);
  y = xsimd::select(base == infinity, xsimd::select(is_inverse, zero, infinity), y);

  // From 2^mantissa on, all numbers are integers; just above it, the lowest bit is that of the integer.
  const Batch<T> integral = splat(static_cast<T>(1 << Constants<T>::mantissa));
  const auto has_fraction = size < integral;
  const Batch<T> whole = xsimd::select(has_fraction, size + integral, size);
  const Batch<T> rounded = xsimd::select(has_fraction, whole - integral, size);
  const Batch<T> lowest_bit = reinterpreted<Batch<T>>(reinterpreted<Integers>(whole) << (8 * sizeof(T) - 1));
  const auto is_integer = rounded == size;
  y = y ^ xsimd::select(is_integer & (size < integral + integral), a & lowest_bit, zero);
  const auto is_negative = (a < zero) & (base < infinity);
  y = xsimd::select(is_negative & ~is_integer, splat<T>(__builtin_nanf("")), y);

  y = xsimd::select(is_nan(a), a, xsimd::select(is_nan(b), b, y));
  return xsimd::select((a == one) | (b == zero), one, y);
}

inline Batch<float> general_power(Batch<float> a, Batch<float> b) {
  const auto is_plain =
      (a > splat(0.f)) & (a < splat(__builtin_inff())) & (magnitude(b) < splat(largest_exponent<float>));
  if (bits(is_plain) == (1u << width<float>)-1) [[likely]]
    return positive_power(a, b);
  return power_of_any(a, b);
}
[[gnu::noinline]] inline Batch<double> general_power(Batch<double> a, Batch<double> b) {
  double as[width<double>];
  double bs[width<double>];
  store_at(as, a);
  store_at(bs, b);
  for (int i = 0; i < width<double>; ++i) as[i] = ::pow(as[i], bs[i]);
  return load_at(as);
}

// The choice depends on the exponent's value alone, not on whether it came as a scalar: equal elements, equal bits.
template <class T>
[[gnu::noinline]] Batch<T> power(Batch<T> a, Batch<T> b) {
  constexpr unsigned all = (1u << width<T>)-1;
  const Batch<T> one = splat<T>(1);
  const auto is_square = b == splat<T>(2), is_same = b == one, is_reciprocal = b == splat<T>(-1);
  if (bits(is_square | is_same | is_reciprocal) == 0) [[likely]]
    return general_power(a, b);
  if (bits(is_square) == all) return a * a;
  if (bits(is_same) == all) return a;
  const Batch<T> y = general_power(a, b);
  return xsimd::select(is_square, a * a, xsimd::select(is_same, a, xsimd::select(is_reciprocal, quotient(one, a), y)));
}

}  // namespace
}  // namespace xgrad::kernels
