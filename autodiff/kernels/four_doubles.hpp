// Four doubles in half an AVX-512 register or a whole AVX2 one: what the first four floats of a vector need.
// Not here: functions of them (math.hpp). A level includes its lanes_*.hpp first.
#pragma once

#include <immintrin.h>

#include <xgrad/autodiff/kernels/kernels.hpp>

namespace xgrad::kernels {
namespace {

struct FourDoubles {
  __m256d v = _mm256_setzero_pd();

  FourDoubles() = default;
  FourDoubles(__m256d x) : v(x) {}
  FourDoubles(double x) : v(_mm256_set1_pd(x)) {}

  /// True if the lanes of x beyond the first four are +0, as load_tail leaves them.
  static bool holds(Batch<float> x) { return holds_four(x); }
  /// The first four lanes of x, and back: those of y over the first four of x.
  static FourDoubles widened(Batch<float> x) { return _mm256_cvtps_pd(first_four(x)); }
  static Batch<float> narrowed(Batch<float> x, FourDoubles y) { return with_first_four(x, _mm256_cvtpd_ps(y.v)); }
};

inline FourDoubles operator+(FourDoubles a, FourDoubles b) { return _mm256_add_pd(a.v, b.v); }
inline FourDoubles operator-(FourDoubles a, FourDoubles b) { return _mm256_sub_pd(a.v, b.v); }
inline FourDoubles operator*(FourDoubles a, FourDoubles b) { return _mm256_mul_pd(a.v, b.v); }
inline FourDoubles fma(FourDoubles a, FourDoubles b, FourDoubles c) { return _mm256_fmadd_pd(a.v, b.v, c.v); }
inline FourDoubles fnma(FourDoubles a, FourDoubles b, FourDoubles c) { return _mm256_fnmadd_pd(a.v, b.v, c.v); }

// As for a Batch<double> (math.hpp).
inline FourDoubles by_quadrant(FourDoubles even, FourDoubles odd, FourDoubles n, std::uint64_t shift) {
  const __m256i quadrant =
      _mm256_add_epi64(_mm256_castpd_si256(n.v), _mm256_set1_epi64x(static_cast<long long>(shift)));
  const __m256d chosen = _mm256_blendv_pd(even.v, odd.v, _mm256_castsi256_pd(_mm256_slli_epi64(quadrant, 63)));
  const __m256d sign = _mm256_and_pd(_mm256_castsi256_pd(_mm256_slli_epi64(quadrant, 62)), _mm256_set1_pd(-0.0));
  return _mm256_xor_pd(chosen, sign);
}

}  // namespace
}  // namespace xgrad::kernels
