// The arithmetic of the Box-Muller transform, in double, by +, -, *, / and sqrt only: the C library's log and sin
// differ in their last bits from machine to machine. Compile with -ffp-contract=off.
// Not here: where the random bits come from (random_fill.cpp).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace xgrad::detail {

/// ln(x) for a normal number x > 0, within 1 ulp.
///
/// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), and ln(1 + f) = 2 artanh(s) = 2 s + s z P(z) with
/// s = f / (2 + f) and z = s^2. P is the polynomial of least relative error (1.3e-18). Since 2 s = f - s f, that is
/// f - s (f - z P(z)): f is exact, and what is subtracted is small.
[[gnu::always_inline]] inline double log_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t one = 0x3ff0000000000000;
  // The exponent of x over sqrt(1/2), shifted so that it is never negative.
  const std::uint64_t exponent = (bits - sqrt_half + one) >> 52;
  const double k = static_cast<double>(static_cast<std::int32_t>(exponent) - 1023);
  const double f = std::bit_cast<double>(bits + one - (exponent << 52)) - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double p = 0x1.2f0563abef608p-3;
  p = p * z + 0x1.39a1bab3ca40fp-3;
  p = p * z + 0x1.74663ee88c095p-3;
  p = p * z + 0x1.c71c52095cb03p-3;
  p = p * z + 0x1.24924941f1251p-2;
  p = p * z + 0x1.999999997fdb7p-2;
  p = p * z + 0x1.5555555555592p-1;
  // ln 2 in two parts; the first has so few bits that its product with k is exact.
  return k * 0x1.62e42fefa3800p-1 - ((s * (f - z * p) - k * 0x1.ef35793c76730p-45) - f);
}

struct Point {
  double x;
  double y;
};

/// (cos, sin) of 2 pi (quadrant / 4 + t) for |t| <= 1/8. The polynomials in t^2 are those of least error (relative
/// 1.8e-21 for sin, 3.1e-20 for cos), so that rounding is all the error there is.
[[gnu::always_inline]] inline Point unit_circle(std::uint32_t quadrant, double t) {
  const double z = t * t;
  double s = -0x1.6c5b93983c0b1p-1;
  s = s * z + 0x1.e8eed159ae936p+1;
  s = s * z - 0x1.e3074b502de1fp+3;
  s = s * z + 0x1.50783485cc006p+5;
  s = s * z - 0x1.32d2cce62ac24p+6;
  s = s * z + 0x1.466bc6775aad9p+6;
  s = s * z - 0x1.4abbce625be53p+5;
  s = s * z + 0x1.921fb54442d18p+2;
  s = s * t;
  double c = -0x1.b264cc8f5a8a1p+0;
  c = c * z + 0x1.f9cc4154b7f1bp+2;
  c = c * z - 0x1.a6d1ec795faf9p+4;
  c = c * z + 0x1.e1f50683565a9p+5;
  c = c * z - 0x1.55d3c7e3c90fdp+6;
  c = c * z + 0x1.03c1f081b5aacp+6;
  c = c * z - 0x1.3bd3cc9be45dep+4;
  c = c * z + 1.0;
  const bool turned = (quadrant & 1) != 0;
  const double x_sign = ((quadrant + 1) & 2) != 0 ? -1.0 : 1.0;
  const double y_sign = (quadrant & 2) != 0 ? -1.0 : 1.0;
  return {x_sign * (turned ? s : c), y_sign * (turned ? c : s)};
}

/// Two independent standard normals from u, uniform on (0, 1), and an angle as unit_circle takes it.
[[gnu::always_inline]] inline Point normal_pair(double u, std::uint32_t quadrant, double t) {
  const double radius = std::sqrt(-2.0 * log_of(u));
  const Point p = unit_circle(quadrant, t);
  return {radius * p.x, radius * p.y};
}

}  // namespace xgrad::detail
