// The vector primitives of AVX2 with FMA that xsimd lacks or does otherwise: partial access, masks, sums.
// Not here: arithmetic that xsimd::batch already spells (+, *, <, select ...), and what follows from it (lanes.hpp).
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {
namespace {

using Arch = xsimd::fma3<xsimd::avx2>;
template <class T>
using Batch = xsimd::batch<T, Arch>;
template <class T>
using Mask = xsimd::batch_bool<T, Arch>;
// fma and fnma round once.
constexpr bool is_fused = true;

inline Batch<float> fma(Batch<float> a, Batch<float> b, Batch<float> c) { return _mm256_fmadd_ps(a, b, c); }
inline Batch<double> fma(Batch<double> a, Batch<double> b, Batch<double> c) { return _mm256_fmadd_pd(a, b, c); }
inline Batch<float> fnma(Batch<float> a, Batch<float> b, Batch<float> c) { return _mm256_fnmadd_ps(a, b, c); }
inline Batch<double> fnma(Batch<double> a, Batch<double> b, Batch<double> c) { return _mm256_fnmadd_pd(a, b, c); }

template <class T>
inline Batch<T> quotient(Batch<T> a, Batch<T> b) {
  return a / b;
}
template <class T>
inline Batch<T> square_root(Batch<T> x) {
  return xsimd::sqrt(x);
}

// Read from 8 - n on: n lanes of ones, then zeros.
alignas(64) constexpr std::int32_t ones_then_zeros[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

inline __m256i first_of_8(std::int64_t n) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_then_zeros + 8 - n));
}
inline __m256i first_of_4(std::int64_t n) { return first_of_8(2 * n); }

// The first n < width elements; the other lanes are 0.
inline Batch<float> load_first(const float* p, std::int64_t n) { return _mm256_maskload_ps(p, first_of_8(n)); }
inline Batch<double> load_first(const double* p, std::int64_t n) { return _mm256_maskload_pd(p, first_of_4(n)); }
inline void store_first(float* p, Batch<float> v, std::int64_t n) { _mm256_maskstore_ps(p, first_of_8(n), v); }
inline void store_first(double* p, Batch<double> v, std::int64_t n) { _mm256_maskstore_pd(p, first_of_4(n), v); }

inline Batch<float> load_tail(const float* p, std::int64_t n) {
  if (n == 4) return _mm256_zextps128_ps256(_mm_loadu_ps(p));
  return load_first(p, n);
}
inline void store_tail(float* p, Batch<float> v, std::int64_t n) {
  if (n == 4) return _mm_storeu_ps(p, _mm256_castps256_ps128(v));
  store_first(p, v, n);
}

// True if the lanes beyond the first four are +0, as load_tail leaves them.
inline bool holds_four(Batch<float> x) {
  const __m128i rest = _mm_castps_si128(_mm256_extractf128_ps(x, 1));
  return _mm_testz_si128(rest, rest) != 0;
}
inline __m128 first_four(Batch<float> x) { return _mm256_castps256_ps128(x); }
inline Batch<float> with_first_four(Batch<float> x, __m128 four) { return _mm256_insertf128_ps(x, four, 0); }

inline unsigned bits(Mask<float> m) { return static_cast<unsigned>(_mm256_movemask_ps(m)); }
inline unsigned bits(Mask<double> m) { return static_cast<unsigned>(_mm256_movemask_pd(m)); }

// The bytes of n <= width bools, one a lane.
inline void store_bools(bool* p, Mask<float> m, std::int64_t n) {
  const __m256i lanes = _mm256_castps_si256(m);
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  const __m128i bytes = _mm_and_si128(_mm_packs_epi16(words, words), _mm_set1_epi8(1));
  const auto eight = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
  if (n == 8) {
    __builtin_memcpy(p, &eight, 8);
  } else {
    for (int i = 0; i < n; ++i) p[i] = ((eight >> (8 * i)) & 1) != 0;
  }
}
inline void store_bools(bool* p, Mask<double> m, std::int64_t n) {
  const __m256i lanes = _mm256_castpd_si256(m);
  const __m128i halves = _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(_mm256_castsi256_si128(lanes)),
                                                         _mm_castsi128_ps(_mm256_extracti128_si256(lanes, 1)), 0x88));
  const __m128i words = _mm_packs_epi32(halves, halves);
  const int four = _mm_cvtsi128_si32(_mm_packs_epi16(words, words)) & 0x01010101;
  if (n == 4) {
    __builtin_memcpy(p, &four, 4);
  } else {
    for (int i = 0; i < n; ++i) p[i] = ((four >> (8 * i)) & 1) != 0;
  }
}

template <class T>
inline Mask<T> load_bools(const bool* p, std::int64_t n);
template <>
inline Mask<float> load_bools<float>(const bool* p, std::int64_t n) {
  std::uint64_t eight = 0;
  if (n == 8) {
    __builtin_memcpy(&eight, p, 8);
  } else {
    for (int i = 0; i < n; ++i) eight |= std::uint64_t{p[i]} << (8 * i);
  }
  const __m256i lanes = _mm256_cvtepi8_epi32(_mm_cvtsi64_si128(static_cast<long long>(eight)));
  return _mm256_castsi256_ps(_mm256_cmpgt_epi32(lanes, _mm256_setzero_si256()));
}
template <>
inline Mask<double> load_bools<double>(const bool* p, std::int64_t n) {
  int four = 0;
  if (n == 4) {
    __builtin_memcpy(&four, p, 4);
  } else {
    for (int i = 0; i < n; ++i) four |= p[i] << (8 * i);
  }
  const __m256i lanes = _mm256_cvtepi8_epi64(_mm_cvtsi32_si128(four));
  return _mm256_castsi256_pd(_mm256_cmpgt_epi64(lanes, _mm256_setzero_si256()));
}

// n < width elements, then the first one again.
inline Batch<float> load_first_repeated(const float* p, std::int64_t n) {
  const __m256 mask = _mm256_castsi256_ps(first_of_8(n));
  return _mm256_blendv_ps(_mm256_broadcast_ss(p), load_first(p, n), mask);
}
inline Batch<double> load_first_repeated(const double* p, std::int64_t n) {
  const __m256d mask = _mm256_castsi256_pd(first_of_4(n));
  return _mm256_blendv_pd(_mm256_broadcast_sd(p), load_first(p, n), mask);
}

// No lane is NaN.
inline float max_of_lanes(Batch<float> v) {
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline double max_of_lanes(Batch<double> v) {
  const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
  return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}

inline float sum_of_lanes(Batch<float> v) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline double sum_of_lanes(Batch<double> v) {
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

// [a, b, a, b | a, b, a, b]: the sums of pairs of lanes of a and b, within halves.
inline __m256 fold(__m256 a, __m256 b) { return _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)); }
inline __m256 fold_pairs(__m256 ab, __m256 cd) {
  const __m256d x = _mm256_castps_pd(ab);
  const __m256d y = _mm256_castps_pd(cd);
  return _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(x, y)), _mm256_castpd_ps(_mm256_unpackhi_pd(x, y)));
}

// Lane r of the result is the sum of the lanes of rows[r].
inline Batch<float> sum_of_each(const Batch<float>* rows) {
  const __m256 low = fold_pairs(fold(rows[0], rows[1]), fold(rows[2], rows[3]));
  const __m256 high = fold_pairs(fold(rows[4], rows[5]), fold(rows[6], rows[7]));
  return _mm256_add_ps(_mm256_permute2f128_ps(low, high, 0x20), _mm256_permute2f128_ps(low, high, 0x31));
}
inline Batch<double> sum_of_each(const Batch<double>* rows) {
  const __m256d low = _mm256_add_pd(_mm256_unpacklo_pd(rows[0], rows[1]), _mm256_unpackhi_pd(rows[0], rows[1]));
  const __m256d high = _mm256_add_pd(_mm256_unpacklo_pd(rows[2], rows[3]), _mm256_unpackhi_pd(rows[2], rows[3]));
  return _mm256_add_pd(_mm256_permute2f128_pd(low, high, 0x20), _mm256_permute2f128_pd(low, high, 0x31));
}

inline Batch<double> widen_low(Batch<float> v) { return _mm256_cvtps_pd(_mm256_castps256_ps128(v)); }
inline Batch<double> widen_high(Batch<float> v) { return _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)); }
inline Batch<float> narrow(Batch<double> low, Batch<double> high) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low)), _mm256_cvtpd_ps(high), 1);
}

// One vector size only.
template <class T>
struct FullVector;
template <class T>
using HalfVector = FullVector<T>;
template <class T>
using QuarterVector = FullVector<T>;
// Rows of a product's tile that is two vectors wide: as the registers allow.
constexpr int rows_of_two_vectors = 6;

// The first n <= 4 elements in a vector of 4.
inline __m128 load_four(const float* p, std::int64_t n) {
  return _mm_maskload_ps(p, _mm256_castsi256_si128(first_of_8(n)));
}
inline __m256d load_four(const double* p, std::int64_t n) { return _mm256_maskload_pd(p, first_of_4(n)); }
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
