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

// A number in two parts, the second what rounding lost of the first.
struct Split {
  Batch<double> high;
  Batch<double> low;
};
// For |a| not below |b|.
inline Split sum_of(Split a, Split b) {
  const Batch<double> high = a.high + b.high;
  return {high, ((a.high - high) + b.high) + (a.low + b.low)};
}
inline Split product_of(Split a, Split b) {
  const Batch<double> high = a.high * b.high;
  return {high, fma(a.high, b.low, fma(a.low, b.high, fma(a.high, b.high, negated(high))))};
}
inline Split constant(const double (&parts)[2]) { return {splat(parts[0]), splat(parts[1])}; }

// To 2^-66 of itself, for positive finite a.
inline Split log2_in_parts(Batch<double> a) {
  using C = Constants<double>;
  const auto is_subnormal = a < splat(C::lowest_normal);
  const auto [m, exponent] = parts_of(xsimd::select(is_subnormal, a * splat(C::subnormal_scale), a));
  const Batch<double> k = xsimd::select(is_subnormal, exponent + splat(C::subnormal_exponent), exponent);
  // s = (m - 1) / (m + 1), and what is lost of the divisor and the quotient.
  const Batch<double> one = splat(1.0), zero = splat(0.0);
  const Batch<double> f = m - one, u = m + one, inverse = quotient(one, u);
  const Batch<double> quotient_of_highs = f * inverse;
  const Batch<double> rest = fnma(quotient_of_highs, m - (u - one), fnma(quotient_of_highs, u, f));
  const Split s = sum_of({quotient_of_highs, zero}, {rest * inverse, zero});
  const Split z = product_of(s, s);
  const Split tail = product_of(z, {polynomial(z.high, log2_rest), zero});
  const Split slope = sum_of(constant(log2_a), product_of(z, sum_of(constant(log2_b), tail)));
  return sum_of({k, zero}, product_of(s, slope));
}

// For positive finite a and |b| below largest_exponent, at which |a|^b is 0, 1 or inf.
template <class T>
constexpr T largest_exponent = sizeof(T) == sizeof(float) ? T(0x1p40) : T(0x1p65);
[[gnu::always_inline]] inline Batch<float> positive_power(Batch<float> a, Batch<float> b) {
  return narrow(power_for_float(widen_low(a), widen_low(b)), power_for_float(widen_high(a), widen_high(b)));
}
// To 0.75 ulps.
inline Batch<double> positive_power(Batch<double> a, Batch<double> b) {
  const Split log2 = log2_in_parts(a);
  const Split t = product_of({b, splat(0.0)}, log2);
  const Batch<double> most = splat(largest_double_exponent);
  const Batch<double> bounded = xsimd::min(most, xsimd::max(negated(most), t.high));
  const Batch<double> low = xsimd::select(magnitude(t.high) < most, t.low, splat(0.0));
  const Batch<double> magic = splat(Constants<double>::magic);
  const Batch<double> n = (bounded + magic) - magic;
  const Split r = sum_of({bounded - n, splat(0.0)}, {low, splat(0.0)});
  const Split line = sum_of({splat(1.0), splat(0.0)}, product_of(r, constant(ln2_parts)));
  return scale(line.high + fma(r.high * r.high, polynomial(r.high, exp2_rest), line.low), n);
}

// What IEEE 754 wants where operands are not all positive and finite.
template <class T>
[[gnu::noinline]] Batch<T> power_of_any(Batch<T> a, Batch<T> b) {
  using Integers = Batch<typename Constants<T>::Bits>;
  const Batch<T> zero = splat<T>(0), one = splat<T>(1), infinity = splat<T>(__builtin_inf());
  const Batch<T> base = magnitude(a), size = magnitude(b), most = splat(largest_exponent<T>);
  Batch<T> y = positive_power(base, xsimd::min(most, xsimd::max(negated(most), b)));
  const auto is_inverse = b < zero;
  y = xsimd::select(base == zero, xsimd::select(is_inverse, infinity, zero), y);
  y = xsimd::select(base == infinity, xsimd::select(is_inverse, zero, infinity), y);

  // From 2^mantissa on, all numbers are integers; just above it, the lowest bit is that of the integer.
  const Batch<T> integral = splat(static_cast<T>(std::int64_t{1} << Constants<T>::mantissa));
  const auto has_fraction = size < integral;
  const Batch<T> whole = xsimd::select(has_fraction, size + integral, size);
  const Batch<T> rounded = xsimd::select(has_fraction, whole - integral, size);
  const Batch<T> lowest_bit = reinterpreted<Batch<T>>(reinterpreted<Integers>(whole) << (8 * sizeof(T) - 1));
  const auto is_integer = rounded == size;
  y = y ^ xsimd::select(is_integer & (size < integral + integral), a & lowest_bit, zero);
  const auto is_negative = (a < zero) & (base < infinity);
  y = xsimd::select(is_negative & ~is_integer, splat<T>(T(__builtin_nan(""))), y);

  y = xsimd::select(is_nan(a), a, xsimd::select(is_nan(b), b, y));
  return xsimd::select((a == one) | (b == zero), one, y);
}

template <class T>
inline Batch<T> general_power(Batch<T> a, Batch<T> b) {
  const auto is_plain =
      (a > splat<T>(0)) & (a < splat<T>(__builtin_inf())) & (magnitude(b) < splat(largest_exponent<T>));
  if (bits(is_plain) == (1u << width<T>)-1) [[likely]]
    return positive_power(a, b);
  return power_of_any(a, b);
}

// Without a fused multiply-add the second part of a product costs more than the C library's whole power.
template <class T>
[[gnu::noinline]] Batch<T> power_by_library(Batch<T> a, Batch<T> b) {
  T as[width<T>];
  T bs[width<T>];
  store_at(as, a);
  store_at(bs, b);
  for (int i = 0; i < width<T>; ++i) as[i] = static_cast<T>(::pow(as[i], bs[i]));
  return load_at(as);
}

// The choice depends on the exponent's value alone, not on whether it came as a scalar: equal elements, equal bits.
template <class T>
[[gnu::noinline]] Batch<T> power(Batch<T> a, Batch<T> b) {
  constexpr unsigned all = (1u << width<T>)-1;
  constexpr auto of_any_exponent = sizeof(T) == sizeof(float) || is_fused ? general_power<T> : power_by_library<T>;
  const Batch<T> one = splat<T>(1);
  const auto is_square = b == splat<T>(2), is_same = b == one, is_reciprocal = b == splat<T>(-1);
  if (bits(is_square | is_same | is_reciprocal) == 0) [[likely]]
    return of_any_exponent(a, b);
  if (bits(is_square) == all) return a * a;
  if (bits(is_same) == all) return a;
  const Batch<T> y = of_any_exponent(a, b);
  return xsimd::select(is_square, a * a, xsimd::select(is_same, a, xsimd::select(is_reciprocal, quotient(one, a), y)));
}

}  // namespace
}  // namespace xgrad::kernels
