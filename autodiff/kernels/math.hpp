// exp, log, sigmoid, tanh, sin, cos of a vector: range reduction, then a near-minimax polynomial of our own fit.
// Not here: loops over memory (elementwise_loops.hpp).
#pragma once

#include <math.h>

#include <xgrad/autodiff/kernels/constants.hpp>
#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

// e^x = 2^n (1 + r + r_lost + curve), |r| <= log(2) / 2; r_lost is the rounding error of r.
template <class T>
struct ReducedExp {
  Batch<T> n;
  Batch<T> r;
  Batch<T> r_lost;
  Batch<T> square;
  Batch<T> quotient;  // curve / square
};
template <class T>
inline ReducedExp<T> reduced_exp(Batch<T> x) {
  using C = Constants<T>;
  const Batch<T> magic = splat<T>(C::magic);
  const Batch<T> n = fma(x, splat<T>(C::log2e), magic) - magic;
  const Batch<T> high = fnma(n, splat<T>(C::ln2_high), x);  // exact
  const Batch<T> r = fnma(n, splat<T>(C::ln2_low), high);
  return {n, r, fnma(n, splat<T>(C::ln2_low), high - r), r * r, polynomial(r, C::exp)};
}

// For x above exp_lowest or NaN.
template <class T>
inline Batch<T> exp_of_bounded(Batch<T> x) {
  const ReducedExp<T> e = reduced_exp(x);
  return scale(splat<T>(1) + fma(e.square, e.quotient, e.r), e.n);
}

// The order of operands lets NaN through min and max.
template <class T>
inline Batch<T> exp(Batch<T> x) {
  using C = Constants<T>;
  return exp_of_bounded(xsimd::min(splat<T>(C::exp_highest), xsimd::max(splat<T>(C::exp_lowest), x)));
}

// e^-|x|.
template <class T>
inline Batch<T> decay(Batch<T> x) {
  return exp_of_bounded(xsimd::max(splat<T>(Constants<T>::exp_lowest), negated(magnitude(x))));
}

// 1 / (1 + z) or z / (1 + z) with z = e^-|x|: nothing overflows and nothing cancels.
template <class T>
inline Batch<T> sigmoid(Batch<T> x) {
  const Batch<T> one = splat<T>(1);
  const auto is_negative = x < splat<T>(0);
  const Batch<T> z = decay(x);
  const Batch<T> sum = one + z;
  const Batch<T> y = quotient(xsimd::select(is_negative, z, one), sum);
  if constexpr (sizeof(T) == sizeof(float)) {
    return y;
  } else {
    // The rounding of 1 + z can cost a whole ulp of y: dy = -y d(sum) / sum, and 1 / sum is y or 1 - y.
    const Batch<T> lost = z - (sum - one);
    return fnma(y, lost * xsimd::select(is_negative, one - y, y), y);
  }
}

// E / (E + 2) with E = e^(2|x|) - 1; the roundings of large sums are put back.
template <class T>
inline Batch<T> tanh(Batch<T> x) {
  using C = Constants<T>;
  const Batch<T> a = magnitude(x);
  const ReducedExp<T> e = reduced_exp(xsimd::min(splat<T>(C::tanh_saturates), a + a));
  const Batch<T> two_to_n = scale(splat<T>(1), e.n);
  const Batch<T> start = two_to_n - splat<T>(1);
  const Batch<T> line = fma(two_to_n, e.r, start);
  const Batch<T> line_lost = fma(two_to_n, e.r, start - line);
  const Batch<T> expm1 = line + fma(two_to_n, fma(e.square, e.quotient, e.r_lost), line_lost);
  const Batch<T> larger = xsimd::max(splat<T>(2), expm1);
  const Batch<T> smaller = xsimd::min(splat<T>(2), expm1);
  const Batch<T> sum = larger + smaller;
  const Batch<T> lost = smaller - (sum - larger);
  const Batch<T> y = quotient(expm1, sum);
  // dy = -y d(sum) / sum, and 1 / sum = (1 - y) / 2.
  return with_sign_of(fnma(y, lost * fnma(splat<T>(0.5), y, splat<T>(0.5)), y), x);
}

// log(1 + f) + k log(2), given f and k.
inline Batch<float> log_of_parts(Batch<float> f, Batch<float> k) {
  using C = Constants<float>;
  const Batch<float> square = f * f;
  const Batch<float> cubic = fma(square * f, polynomial(f, C::log), k * splat<float>(C::ln2_low));
  return fma(k, splat<float>(C::ln2_high), f + fnma(square, splat<float>(0.5f), cubic));
}
inline Batch<double> log_of_parts(Batch<double> f, Batch<double> k) {
  using C = Constants<double>;
  const Batch<double> s = quotient(f, f + splat<double>(2.0));
  const Batch<double> z = s * s;
  const Batch<double> half_square = splat<double>(0.5) * f * f;
  const Batch<double> r = fma(z, polynomial(z, C::log), half_square);
  const Batch<double> small = fma(s, r, k * splat<double>(C::ln2_low));
  return k * splat<double>(C::ln2_high) - ((half_square - small) - f);
}

// x = 2^k m with sqrt(1/2) <= m < sqrt(2), for a normal positive x.
template <class T>
struct Parts {
  Batch<T> m;
  Batch<T> k;
};
template <class T>
inline Parts<T> parts_of(Batch<T> x) {
  using C = Constants<T>;
  using Integers = Batch<typename C::Bits>;
  constexpr typename C::Bits one_exponent = typename C::Bits{1} << C::mantissa;
  // The exponent is kept positive by an offset of 2 bias.
  const Integers root = reinterpreted<Integers>(splat<T>(C::sqrt_half));
  const Integers distance =
      reinterpreted<Integers>(x) - root + Integers(static_cast<typename C::Bits>(2 * C::bias * one_exponent));
  const Integers raw = distance >> C::mantissa;
  const Batch<T> m = reinterpreted<Batch<T>>((distance & Integers(one_exponent - 1)) + root);
  // raw in the low bits of 2^mantissa is that number plus raw.
  const Batch<T> two_to_mantissa = splat<T>(static_cast<T>(one_exponent));
  const Batch<T> offset = splat<T>(static_cast<T>(one_exponent) + static_cast<T>(2 * C::bias));
  return {m, reinterpreted<Batch<T>>(raw | reinterpreted<Integers>(two_to_mantissa)) - offset};
}

template <class T>
inline Batch<T> log(Batch<T> x) {
  using C = Constants<T>;
  const Batch<T> zero = splat<T>(0);
  const Batch<T> infinity = splat<T>(__builtin_inf());
  const auto is_subnormal = x < splat<T>(C::lowest_normal);
  const auto [m, exponent] = parts_of(xsimd::select(is_subnormal, x * splat<T>(C::subnormal_scale), x));
  const Batch<T> k = xsimd::select(is_subnormal, exponent + splat<T>(C::subnormal_exponent), exponent);

  const Batch<T> regular = log_of_parts(m - splat<T>(1), k);
  const auto is_positive = x > zero;
  const Batch<T> otherwise =
      xsimd::select(x == zero, negated(infinity), xsimd::select(is_positive, x, splat<T>(T(__builtin_nan("")))));
  return xsimd::select(is_positive & (x < infinity), regular, otherwise);
}

// log(1 + r) for r >= 0: the logarithm of the rounded sum, and what the rounding lost.
template <class T>
inline Batch<T> log1p(Batch<T> r) {
  const Batch<T> one = splat<T>(1);
  const Batch<T> sum = one + r;
  return log(sum) + quotient(r - (sum - one), sum);
}

// log(1 + e^-|x|).
template <class T>
inline Batch<T> log1p_of_decay(Batch<T> x) {
  return log1p(decay(x));
}

// The sine in an even quadrant, the cosine in an odd one, with the quadrant's sign; the quadrant is in the low bits
// of n.
inline Batch<double> by_quadrant(Batch<double> sine, Batch<double> cosine, Batch<double> n, std::uint64_t shift) {
  const auto quadrant = reinterpreted<Batch<std::uint64_t>>(n) + Batch<std::uint64_t>(shift);
  // Bit 0 as the number 0 or 2, bit 1 as a sign.
  const auto odd = reinterpreted<Batch<double>>((quadrant << 62) & Batch<std::uint64_t>(std::uint64_t{1} << 62));
  const auto sign = reinterpreted<Batch<double>>((quadrant << 62) & Batch<std::uint64_t>(std::uint64_t{1} << 63));
  return xsimd::select(odd > splat<double>(0.0), cosine, sine) ^ sign;
}

// Of r + rest.
inline Batch<double> circular(Batch<double> r, Batch<double> rest, Batch<double> n, std::uint64_t shift) {
  const Batch<double> z = r * r;
  const Batch<double> half = splat<double>(0.5) * z;
  const Batch<double> sine = r + fma(r * z, polynomial(z, Circular<double>::sin), fnma(rest, half, rest));
  const Batch<double> one = splat<double>(1.0);
  const Batch<double> near = one - half;
  const Batch<double> cosine =
      near + (((one - near) - half) + fma(z * z, polynomial(z, Circular<double>::cos), negated(r * rest)));
  return by_quadrant(sine, cosine, n, shift);
}

template <class T>
struct Reduced {
  Batch<double> result;
  Mask<double> inexact;
};

// sin of x + shift pi / 2; inexact where the reduction needs more digits of pi than it has.
template <int shift>
inline Reduced<double> circular_of(Batch<double> x) {
  const Batch<double> magic = splat<double>(Constants<double>::magic);
  const Batch<double> shifted = fma(x, splat<double>(two_over_pi), magic);
  const Batch<double> n = shifted - magic;
  const Batch<double> a = fnma(n, splat<double>(half_pi_high), x);
  const Batch<double> t = n * splat<double>(half_pi_middle);
  const Batch<double> b = a - t;
  const Batch<double> lost = fnma(n, splat<double>(half_pi_low), (a - b) - t);
  const Batch<double> r = b + lost;
  const Batch<double> rest = (b - r) + lost;
  const Batch<double> y = circular(r, rest, shifted, shift);
  const Batch<double> size = magnitude(x);
  // half_pi_low is off by 2^-122: too much where x comes closer than this to a multiple of pi / 2.
  const auto too_close = magnitude(r) < magnitude(n) * splat<double>(0x1p-60);
  return {y, (size > splat<double>(largest_reduced)) | too_close};
}

// The same of floats in double precision, Batch<double> or FourDoubles, to a few digits more than a float has: there
// the reduction never runs out of digits below largest_reduced.
template <int shift, class Vector>
inline Vector circular_of_widened(Vector x) {
  const Vector magic(Constants<double>::magic);
  const Vector shifted = fma(x, Vector(two_over_pi), magic);
  const Vector n = shifted - magic;
  const Vector r = fnma(n, Vector(half_pi_tail), fnma(n, Vector(half_pi_high), x));
  const Vector z = r * r;
  const Vector sine = fma(r * z, polynomial(z, Circular<float>::sin), r);
  const Vector near = fnma(Vector(0.5), z, Vector(1.0));
  return by_quadrant(sine, fma(z * z, polynomial(z, Circular<float>::cos), near), shifted, shift);
}

inline float libm_circular(float x, int shift) { return shift == 0 ? ::sinf(x) : ::cosf(x); }
inline double libm_circular(double x, int shift) { return shift == 0 ? ::sin(x) : ::cos(x); }

// Replaces the lanes of y set in `lanes` by the C library's result.
template <int shift, class T>
[[gnu::noinline, gnu::cold]] Batch<T> patched(Batch<T> x, Batch<T> y, unsigned lanes) {
  T xs[width<T>];
  T ys[width<T>];
  store_at(xs, x);
  store_at(ys, y);
  for (int i = 0; i < width<T>; ++i)
    if ((lanes >> i) & 1) ys[i] = libm_circular(xs[i], shift);
  return load_at(ys);
}

template <int shift, class Few>
inline Batch<float> circular_of_floats(Batch<float> x) {
  // Of a few numbers alone, one narrow vector instead of two wide ones: 4 ns in place of 12.
  if constexpr (!std::is_void_v<Few>)
    if (Few::holds(x)) return Few::narrowed(splat(shift == 0 ? 0.f : 1.f), circular_of_widened<shift>(Few::widened(x)));
  return narrow(circular_of_widened<shift>(widen_low(x)), circular_of_widened<shift>(widen_high(x)));
}

template <int shift>
inline Batch<float> circular_function(Batch<float> x) {
  const Batch<float> y = circular_of_floats<shift, FourDoubles>(x);
  const unsigned large = bits(magnitude(x) > splat<float>(static_cast<float>(largest_reduced)));
  return large == 0 ? y : patched<shift>(x, y, large);
}
template <int shift>
inline Batch<double> circular_function(Batch<double> x) {
  const auto reduced = circular_of<shift>(x);
  const unsigned inexact = bits(reduced.inexact);
  return inexact == 0 ? reduced.result : patched<shift>(x, reduced.result, inexact);
}

template <class T>
inline Batch<T> sin(Batch<T> x) {
  // The polynomial loses the sign of -0.
  return xsimd::select(x == splat<T>(0), x, circular_function<0>(x));
}
template <class T>
inline Batch<T> cos(Batch<T> x) {
  return circular_function<1>(x);
}

}  // namespace
}  // namespace xgrad::kernels
