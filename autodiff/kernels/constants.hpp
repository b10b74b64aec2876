// The numbers behind exp, log, tanh, sin and cos: reduction constants and near-minimax polynomials of our own fit.
// Not here: their use (math.hpp).
#pragma once

#include <cstdint>

namespace xgrad::kernels {
namespace {

template <class T>
struct Constants;

// High parts have trailing zeros: their product with any integer that occurs is exact, also without FMA.
template <>
struct Constants<float> {
  using Bits = std::uint32_t;
  static constexpr int mantissa = 23;
  static constexpr Bits bias = 127;
  // Adding it rounds to an integer and leaves that integer in the low bits.
  static constexpr float magic = 12582912.0f;

  static constexpr float log2e = 0x1.715476p+0f;
  static constexpr float ln2_high = 0x1.62e4p-1f;
  static constexpr float ln2_low = 0x1.7f7d1cp-20f;
  // Beyond these exp is inf or 0, and the reduction still works.
  static constexpr float exp_lowest = -106.0f;
  static constexpr float exp_highest = 90.0f;
  // (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2.
  static constexpr float exp[] = {0.5f, 0x1.5554dcp-3f, 0x1.55551ap-5f, 0x1.120b6ep-7f, 0x1.6d110ap-10f};
  // tanh rounds to 1 from half of this on.
  static constexpr float tanh_saturates = 20.0f;

  static constexpr float lowest_normal = 0x1p-126f;
  static constexpr float sqrt_half = 0x1.6a09e6p-1f;
  static constexpr float subnormal_scale = 0x1p25f;
  static constexpr float subnormal_exponent = -25.0f;
  // (log(1 + f) - f + f^2 / 2) / f^3 on sqrt(1/2) <= 1 + f <= sqrt(2).
  static constexpr float log[] = {0x1.555554p-2f,  -0x1.fffffcp-3f, 0x1.999d5ap-3f,  -0x1.555b4ap-3f, 0x1.23d21ap-3f,
                                  -0x1.fcf4c6p-4f, 0x1.dea282p-4f,  -0x1.d635bcp-4f, 0x1.1d8ea6p-4f};
};

template <>
struct Constants<double> {
  using Bits = std::uint64_t;
  static constexpr int mantissa = 52;
  static constexpr Bits bias = 1023;
  static constexpr double magic = 6755399441055744.0;

  static constexpr double log2e = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42fefa38p-1;
  static constexpr double ln2_low = 0x1.ef35793c7673p-45;
  static constexpr double exp_lowest = -750.0;
  static constexpr double exp_highest = 720.0;
  static constexpr double exp[] = {0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d63p-5,
                                   0x1.11111111109b3p-7,  0x1.6c16c1788bd90p-10, 0x1.a01a01a7c41d5p-13,
                                   0x1.a019b90d2ae7ap-16, 0x1.71de0dae63bb3p-19, 0x1.289185613a3d6p-22,
                                   0x1.af38a9b0ec855p-26};
  static constexpr double tanh_saturates = 40.0;

  static constexpr double lowest_normal = 0x1p-1022;
  static constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
  static constexpr double subnormal_scale = 0x1p54;
  static constexpr double subnormal_exponent = -54.0;
  // (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, s <= (sqrt(2) - 1) / (sqrt(2) + 1).
  static constexpr double log[] = {0x1.5555555555558p-1, 0x1.99999999952d7p-2, 0x1.2492492df281ap-2,
                                   0x1.c71c62e3f11e6p-3, 0x1.7462b51cb66b1p-3, 0x1.39fe51a7c18f9p-3,
                                   0x1.2b5900de53b32p-3};
};

// pi / 2 = high + middle + low, the first two of 33 bits: exact products with n < 2^20.
constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
constexpr double half_pi_high = 0x1.921fb544p+0;
constexpr double half_pi_middle = 0x1.0b4611a6p-34;
constexpr double half_pi_low = 0x1.3198a2e037073p-69;
constexpr double half_pi_tail = 0x1.0b4611a626331p-34;  // middle + low
constexpr double largest_reduced = 0x1p20;

// (sin(r) - r) / r^3 and (cos(r) - 1 + r^2 / 2) / r^4 in r^2 on |r| <= pi / 4, for results of each type.
template <class T>
struct Circular;
template <>
struct Circular<float> {
  static constexpr double sin[] = {-0x1.555552a43b210p-3, 0x1.110c282749f3ap-7, -0x1.9ac96b052ede0p-13};
  static constexpr double cos[] = {0x1.555554414e3a6p-5, -0x1.6c12d2887c343p-10, 0x1.9bd86445fb99bp-16};
};
template <>
struct Circular<double> {
  static constexpr double sin[] = {-0x1.5555555555555p-3, 0x1.1111111110bb1p-7,   -0x1.a01a019e8357dp-13,
                                   0x1.71de37961e4c6p-19, -0x1.ae600a926c89ap-26, 0x1.5e0af186af739p-33};
  static constexpr double cos[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16966p-10, 0x1.a01a019f4e867p-16,
                                   -0x1.27e4fa17a41b4p-22, 0x1.1eeb68b109173p-29,  -0x1.907d7aebd5e3dp-37};
};

// For powers of floats, in double precision: log2((1 + s) / (1 - s)) / s in s^2, s <= (sqrt(2) - 1) / (sqrt(2) + 1), to
// 2^-37 of itself, and 2^r on |r| <= 1/2 to 2^-29.
constexpr double log2_for_float[] = {0x1.71547652bede5p+1, 0x1.ec709d12e192ap-1, 0x1.27777fda50da3p-1,
                                     0x1.a58d8fc49d905p-2, 0x1.5ce7cd8f69a61p-2};
constexpr double exp2_for_float[] = {0x1.00000002615cap+0, 0x1.62e430c7e7e37p-1, 0x1.ebfbdadc57c5bp-3,
                                     0x1.c6aed4b9fbf39p-5, 0x1.3b2dbbfae5ae8p-7, 0x1.5f456a767c1d4p-10,
                                     0x1.41d30fe206466p-13};
// 2^t is inf or 0 as a float beyond this.
constexpr double largest_float_exponent = 160.0;

// For powers of doubles: log2((1 + s) / (1 - s)) / s = a + b z + c z^2 + z^3 p(z) with z = s^2, a and b in two parts,
// and 2^r = 1 + r log(2) + r^2 q(r).
constexpr double log2_a[] = {0x1.71547652b82fep+1, 0x1.777d0ffda0d24p-55};
constexpr double log2_b[] = {0x1.ec709dc3a03fdp-1, 0x1.d27f05548af0cp-55};
constexpr double log2_rest[] = {0x1.2776c50ef9bfep-1, 0x1.a61762a7adee0p-2, 0x1.484b13d7bafcap-2, 0x1.0c9a84a43a462p-2,
                                0x1.c68f45205a394p-3, 0x1.89fa43ee6358dp-3, 0x1.5a564e2147899p-3, 0x1.55bee51c7d66dp-3};
constexpr double ln2_parts[] = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
constexpr double exp2_rest[] = {
    0x1.ebfbdff82c5a4p-3,  0x1.c6b08d704a0cfp-5,  0x1.3b2ab6fba0187p-7,  0x1.5d87fe78a1cd4p-10, 0x1.4309130ed21b7p-13,
    0x1.ffcbfc7937f71p-17, 0x1.62bfc7985e1aap-20, 0x1.b524d2b9a6b34p-24, 0x1.e61b6f42e91a9p-28, 0x1.ea1282d85694ap-32};
// 2^t is inf or 0 as a double beyond this.
constexpr double largest_double_exponent = 1100.0;

}  // namespace
}  // namespace xgrad::kernels
