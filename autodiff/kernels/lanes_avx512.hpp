// The vector primitives of AVX-512 (F, CD, DQ, BW, VL) that xsimd lacks or does otherwise: partial access, masks, sums.
// Not here: arithmetic that xsimd::batch already spells (+, *, <, select ...), and what follows from it (lanes.hpp).
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {
namespace {

using Arch = xsimd::avx512bw;
template <class T>
using Batch = xsimd::batch<T, Arch>;
template <class T>
using Mask = xsimd::batch_bool<T, Arch>;
// fma and fnma round once.
constexpr bool is_fused = true;

inline Batch<float> fma(Batch<float> a, Batch<float> b, Batch<float> c) { return _mm512_fmadd_ps(a, b, c); }
inline Batch<double> fma(Batch<double> a, Batch<double> b, Batch<double> c) { return _mm512_fmadd_pd(a, b, c); }
inline Batch<float> fnma(Batch<float> a, Batch<float> b, Batch<float> c) { return _mm512_fnmadd_ps(a, b, c); }
inline Batch<double> fnma(Batch<double> a, Batch<double> b, Batch<double> c) { return _mm512_fnmadd_pd(a, b, c); }

template <class T>
inline Batch<T> quotient(Batch<T> a, Batch<T> b) {
  return a / b;
}
template <class T>
inline Batch<T> square_root(Batch<T> x) {
  return xsimd::sqrt(x);
}

inline unsigned first(std::int64_t n) { return (1u << n) - 1; }
inline __mmask16 first_of_16(std::int64_t n) { return static_cast<__mmask16>(first(n)); }
inline __mmask8 first_of_8(std::int64_t n) { return static_cast<__mmask8>(first(n)); }

// The first n < width elements; the other lanes are 0.
inline Batch<float> load_first(const float* p, std::int64_t n) { return _mm512_maskz_loadu_ps(first_of_16(n), p); }
inline Batch<double> load_first(const double* p, std::int64_t n) { return _mm512_maskz_loadu_pd(first_of_8(n), p); }
inline void store_first(float* p, Batch<float> v, std::int64_t n) { _mm512_mask_storeu_ps(p, first_of_16(n), v); }
inline void store_first(double* p, Batch<double> v, std::int64_t n) { _mm512_mask_storeu_pd(p, first_of_8(n), v); }

// Measured in a chain of additions of 4 floats: 3.3 ns each, 7.4 with masks.
inline Batch<float> load_tail(const float* p, std::int64_t n) {
  if (n == 4) return _mm512_zextps128_ps512(_mm_loadu_ps(p));
  if (n == 8) return _mm512_zextps256_ps512(_mm256_loadu_ps(p));
  return load_first(p, n);
}
inline Batch<double> load_tail(const double* p, std::int64_t n) {
  if (n == 4) return _mm512_zextpd256_pd512(_mm256_loadu_pd(p));
  return load_first(p, n);
}
inline void store_tail(float* p, Batch<float> v, std::int64_t n) {
  if (n == 4) return _mm_storeu_ps(p, _mm512_castps512_ps128(v));
  if (n == 8) return _mm256_storeu_ps(p, _mm512_castps512_ps256(v));
  store_first(p, v, n);
}
inline void store_tail(double* p, Batch<double> v, std::int64_t n) {
  if (n == 4) return _mm256_storeu_pd(p, _mm512_castpd512_pd256(v));
  store_first(p, v, n);
}

// True if the lanes beyond the first four are +0, as load_tail leaves them.
inline bool holds_four(Batch<float> x) {
  const __m512i lanes = _mm512_castps_si512(x);
  return (_mm512_test_epi32_mask(lanes, lanes) & 0xfff0) == 0;
}
inline __m128 first_four(Batch<float> x) { return _mm512_castps512_ps128(x); }
inline Batch<float> with_first_four(Batch<float> x, __m128 four) { return _mm512_insertf32x4(x, four, 0); }

inline unsigned bits(Mask<float> m) { return m.data; }
inline unsigned bits(Mask<double> m) { return m.data; }

// The bytes of n <= width bools, one a lane.
template <class T>
inline void store_bools(bool* p, Mask<T> m, std::int64_t n) {
  _mm_mask_storeu_epi8(p, first_of_16(n), _mm_maskz_set1_epi8(static_cast<__mmask16>(m.data), 1));
}
template <class T>
inline Mask<T> load_bools(const bool* p, std::int64_t n) {
  const __m128i bytes = _mm_maskz_loadu_epi8(first_of_16(n), p);
  return static_cast<typename Mask<T>::register_type>(_mm_test_epi8_mask(bytes, bytes));
}

// n < width elements, then the first one again.
inline Batch<float> load_first_repeated(const float* p, std::int64_t n) {
  return _mm512_mask_loadu_ps(_mm512_set1_ps(*p), first_of_16(n), p);
}
inline Batch<double> load_first_repeated(const double* p, std::int64_t n) {
  return _mm512_mask_loadu_pd(_mm512_set1_pd(*p), first_of_8(n), p);
}

// No lane is NaN.
inline float max_of_lanes(Batch<float> v) {
  const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline double max_of_lanes(Batch<double> v) {
  const __m256d four = _mm256_max_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd(v, 1));
  const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}

inline float sum_of_lanes(Batch<float> v) {
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline double sum_of_lanes(Batch<double> v) {
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd(v, 1));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

// The sums of pairs of lanes of a and b, within quarters: [a, b, a, b] a quarter.
inline __m512 fold(__m512 a, __m512 b) { return _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)); }
// [a, b, c, d] a quarter.
inline __m512 fold_pairs(__m512 ab, __m512 cd) {
  const __m512d x = _mm512_castps_pd(ab);
  const __m512d y = _mm512_castps_pd(cd);
  return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)), _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));
}
inline __m512 fold_four(const Batch<float>* rows) { return fold_pairs(fold(rows[0], rows[1]), fold(rows[2], rows[3])); }
inline __m512 fold_quarters(__m512 x, __m512 y) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(x, y, 0x88), _mm512_shuffle_f32x4(x, y, 0xdd));
}

// Lane r of the result is the sum of the lanes of rows[r].
inline Batch<float> sum_of_each(const Batch<float>* rows) {
  const __m512 low = fold_quarters(fold_four(rows), fold_four(rows + 4));
  const __m512 high = fold_quarters(fold_four(rows + 8), fold_four(rows + 12));
  return fold_quarters(low, high);
}
inline __m512d fold(__m512d a, __m512d b) { return _mm512_add_pd(_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b)); }
inline __m512d fold_quarters(__m512d x, __m512d y) {
  return _mm512_add_pd(_mm512_shuffle_f64x2(x, y, 0x88), _mm512_shuffle_f64x2(x, y, 0xdd));
}
inline Batch<double> sum_of_each(const Batch<double>* rows) {
  const __m512d low = fold_quarters(fold(rows[0], rows[1]), fold(rows[2], rows[3]));
  const __m512d high = fold_quarters(fold(rows[4], rows[5]), fold(rows[6], rows[7]));
  return fold_quarters(low, high);
}

inline Batch<double> widen_low(Batch<float> v) { return _mm512_cvtps_pd(_mm512_castps512_ps256(v)); }
inline Batch<double> widen_high(Batch<float> v) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)); }
inline Batch<float> narrow(Batch<double> low, Batch<double> high) {
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high), 1);
}

// x 2^n for an integral n; right for subnormal results and overflow.
inline Batch<float> scale(Batch<float> x, Batch<float> n) { return _mm512_scalef_ps(x, n); }
inline Batch<double> scale(Batch<double> x, Batch<double> n) { return _mm512_scalef_pd(x, n); }

// Narrower vectors for the edge of a product: some processors run two of them in the time of a whole one.
template <class T>
struct HalfVector;
template <class T>
struct QuarterVector;
template <>
struct HalfVector<float> {
  static constexpr std::int64_t width = 8;
  __m256 v;
  static HalfVector zero() { return {_mm256_setzero_ps()}; }
  static HalfVector broadcast(const float* p) { return {_mm256_set1_ps(*p)}; }
  static HalfVector load_first(const float* p, std::int64_t n) { return {_mm256_maskz_loadu_ps(first_of_8(n), p)}; }
  void store_first(float* p, std::int64_t n) const { _mm256_mask_storeu_ps(p, first_of_8(n), v); }
  void add(HalfVector other) { v = _mm256_add_ps(v, other.v); }
  void add_product(HalfVector a, HalfVector b) { v = _mm256_fmadd_ps(a.v, b.v, v); }
};
template <>
struct HalfVector<double> {
  static constexpr std::int64_t width = 4;
  __m256d v;
  static HalfVector zero() { return {_mm256_setzero_pd()}; }
  static HalfVector broadcast(const double* p) { return {_mm256_set1_pd(*p)}; }
  static HalfVector load_first(const double* p, std::int64_t n) { return {_mm256_maskz_loadu_pd(first_of_8(n), p)}; }
  void store_first(double* p, std::int64_t n) const { _mm256_mask_storeu_pd(p, first_of_8(n), v); }
  void add(HalfVector other) { v = _mm256_add_pd(v, other.v); }
  void add_product(HalfVector a, HalfVector b) { v = _mm256_fmadd_pd(a.v, b.v, v); }
};
template <>
struct QuarterVector<float> {
  static constexpr std::int64_t width = 4;
  __m128 v;
  static QuarterVector zero() { return {_mm_setzero_ps()}; }
  static QuarterVector broadcast(const float* p) { return {_mm_set1_ps(*p)}; }
  static QuarterVector load_first(const float* p, std::int64_t n) { return {_mm_maskz_loadu_ps(first_of_8(n), p)}; }
  void store_first(float* p, std::int64_t n) const { _mm_mask_storeu_ps(p, first_of_8(n), v); }
  void add(QuarterVector other) { v = _mm_add_ps(v, other.v); }
  void add_product(QuarterVector a, QuarterVector b) { v = _mm_fmadd_ps(a.v, b.v, v); }
};
template <>
struct QuarterVector<double> {
  static constexpr std::int64_t width = 2;
  __m128d v;
  static QuarterVector zero() { return {_mm_setzero_pd()}; }
  static QuarterVector broadcast(const double* p) { return {_mm_set1_pd(*p)}; }
  static QuarterVector load_first(const double* p, std::int64_t n) { return {_mm_maskz_loadu_pd(first_of_8(n), p)}; }
  void store_first(double* p, std::int64_t n) const { _mm_mask_storeu_pd(p, first_of_8(n), v); }
  void add(QuarterVector other) { v = _mm_add_pd(v, other.v); }
  void add_product(QuarterVector a, QuarterVector b) { v = _mm_fmadd_pd(a.v, b.v, v); }
};
// Rows of a product's tile that is two vectors wide: as the registers allow.
constexpr int rows_of_two_vectors = 8;

// The first n <= 4 elements in a vector of 4.
inline __m128 load_four(const float* p, std::int64_t n) { return _mm_maskz_loadu_ps(first_of_8(n), p); }
inline __m256d load_four(const double* p, std::int64_t n) { return _mm256_maskz_loadu_pd(first_of_8(n), p); }
inline __m128 load_four(const float* p) { return _mm_loadu_ps(p); }
inline __m256d load_four(const double* p) { return _mm256_loadu_pd(p); }

inline void store_transposed(__m128 a, __m128 b, __m128 c, __m128 d, float* dst, std::int64_t dst_row) {
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(dst, a);
  _mm_storeu_ps(dst + dst_row, b);
  _mm_storeu_ps(dst + 2 * dst_row, c);
  _mm_storeu_ps(dst + 3 * dst_row, d);
}
inline void store_transposed(__m256d a, __m256d b, __m256d c, __m256d d, double* dst, std::int64_t dst_row) {
  const __m256d ab_even = _mm256_unpacklo_pd(a, b);
  const __m256d ab_odd = _mm256_unpackhi_pd(a, b);
  const __m256d cd_even = _mm256_unpacklo_pd(c, d);
  const __m256d cd_odd = _mm256_unpackhi_pd(c, d);
  _mm256_storeu_pd(dst, _mm256_permute2f128_pd(ab_even, cd_even, 0x20));
  _mm256_storeu_pd(dst + dst_row, _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20));
  _mm256_storeu_pd(dst + 2 * dst_row, _mm256_permute2f128_pd(ab_even, cd_even, 0x31));
  _mm256_storeu_pd(dst + 3 * dst_row, _mm256_permute2f128_pd(ab_odd, cd_odd, 0x31));
}

// dst = the transpose of the 4 rows of src.
template <class T>
constexpr std::int64_t square = 4;
template <class T>
inline void transpose_square(const T* src, std::int64_t src_row, T* dst, std::int64_t dst_row) {
  store_transposed(load_four(src), load_four(src + src_row), load_four(src + 2 * src_row), load_four(src + 3 * src_row),
                   dst, dst_row);
}
// The same for fewer rows and columns of src; the rest of dst is overwritten with anything.
template <class T>
inline void transpose_partial(const T* src, std::int64_t src_row, T* dst, std::int64_t dst_row, std::int64_t rows,
                              std::int64_t columns) {
  const T* second = rows > 1 ? src + src_row : src;
  const T* third = rows > 2 ? second + src_row : second;
  const T* fourth = rows > 3 ? third + src_row : third;
  store_transposed(load_four(src, columns), load_four(second, columns), load_four(third, columns),
                   load_four(fourth, columns), dst, dst_row);
}

}  // namespace
}  // namespace xgrad::kernels
