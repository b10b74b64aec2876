// The vector primitives of the x86-64 baseline (SSE2) that xsimd lacks or does otherwise: partial access, masks, sums.
// Not here: arithmetic that xsimd::batch already spells (+, *, <, select ...), and what follows from it (lanes.hpp).
#pragma once

#include <emmintrin.h>

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {
namespace {

using Arch = xsimd::sse2;
template <class T>
using Batch = xsimd::batch<T, Arch>;
template <class T>
using Mask = xsimd::batch_bool<T, Arch>;
// fma and fnma round twice.
constexpr bool is_fused = false;

// SSE2 has no fused multiply-add: two roundings.
template <class T>
inline Batch<T> fma(Batch<T> a, Batch<T> b, Batch<T> c) {
  return a * b + c;
}
template <class T>
inline Batch<T> fnma(Batch<T> a, Batch<T> b, Batch<T> c) {
  return c - a * b;
}

template <class T>
inline Batch<T> quotient(Batch<T> a, Batch<T> b) {
  return a / b;
}
template <class T>
inline Batch<T> square_root(Batch<T> x) {
  return xsimd::sqrt(x);
}

// The first n < width elements; the other lanes are 0.
inline Batch<float> load_first(const float* p, std::int64_t n) {
  if (n == 1) return _mm_load_ss(p);
  const __m128 low = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  return n == 2 ? low : _mm_movelh_ps(low, _mm_load_ss(p + 2));
}
inline Batch<double> load_first(const double* p, std::int64_t) { return _mm_load_sd(p); }

inline void store_first(float* p, Batch<float> v, std::int64_t n) {
  if (n == 1) return _mm_store_ss(p, v);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_castps_si128(v));
  if (n == 3) _mm_store_ss(p + 2, _mm_movehl_ps(v, v));
}
inline void store_first(double* p, Batch<double> v, std::int64_t) { _mm_store_sd(p, v); }

// A vector has no more than four floats.
using FourDoubles = void;

inline unsigned bits(Mask<float> m) { return static_cast<unsigned>(_mm_movemask_ps(m)); }
inline unsigned bits(Mask<double> m) { return static_cast<unsigned>(_mm_movemask_pd(m)); }

// The bytes of n <= width bools, one a lane.
inline void store_bools(bool* p, Mask<float> m, std::int64_t n) {
  const __m128i words = _mm_packs_epi32(_mm_castps_si128(m), _mm_setzero_si128());
  const int four = _mm_cvtsi128_si32(_mm_packs_epi16(words, words)) & 0x01010101;
  if (n == 4) {
    __builtin_memcpy(p, &four, 4);
  } else {
    for (int i = 0; i < n; ++i) p[i] = ((four >> (8 * i)) & 1) != 0;
  }
}
inline void store_bools(bool* p, Mask<double> m, std::int64_t n) {
  const unsigned b = bits(m);
  p[0] = (b & 1) != 0;
  if (n == 2) p[1] = b > 1;
}

template <class T>
inline Mask<T> load_bools(const bool* p, std::int64_t n);
template <>
inline Mask<float> load_bools<float>(const bool* p, std::int64_t n) {
  int four = 0;
  if (n == 4) {
    __builtin_memcpy(&four, p, 4);
  } else {
    for (int i = 0; i < n; ++i) four |= p[i] << (8 * i);
  }
  const __m128i zero = _mm_setzero_si128();
  const __m128i words = _mm_unpacklo_epi8(_mm_cvtsi32_si128(four), zero);
  return _mm_castsi128_ps(_mm_cmpgt_epi32(_mm_unpacklo_epi16(words, zero), zero));
}
template <>
inline Mask<double> load_bools<double>(const bool* p, std::int64_t n) {
  const long long high = n == 2 && p[1] ? -1 : 0;
  return _mm_castsi128_pd(_mm_set_epi64x(high, p[0] ? -1 : 0));
}

// n < width elements, then the first one again.
inline Batch<float> load_first_repeated(const float* p, std::int64_t n) {
  if (n == 1) return _mm_load1_ps(p);
  const __m128 low = _mm_castpd_ps(_mm_load1_pd(reinterpret_cast<const double*>(p)));
  return n == 2 ? low : _mm_movelh_ps(low, _mm_unpacklo_ps(_mm_load_ss(p + 2), low));
}
inline Batch<double> load_first_repeated(const double* p, std::int64_t) { return _mm_load1_pd(p); }

// No lane is NaN.
inline float max_of_lanes(Batch<float> v) {
  const __m128 two = _mm_max_ps(v, _mm_movehl_ps(v, v));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline double max_of_lanes(Batch<double> v) { return _mm_cvtsd_f64(_mm_max_sd(v, _mm_unpackhi_pd(v, v))); }

inline float sum_of_lanes(Batch<float> v) {
  const __m128 two = _mm_add_ps(v, _mm_movehl_ps(v, v));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
inline double sum_of_lanes(Batch<double> v) { return _mm_cvtsd_f64(_mm_add_sd(v, _mm_unpackhi_pd(v, v))); }

// Lane r of the result is the sum of the lanes of rows[r].
inline Batch<float> sum_of_each(const Batch<float>* rows) {
  const __m128 ab = _mm_add_ps(_mm_unpacklo_ps(rows[0], rows[1]), _mm_unpackhi_ps(rows[0], rows[1]));
  const __m128 cd = _mm_add_ps(_mm_unpacklo_ps(rows[2], rows[3]), _mm_unpackhi_ps(rows[2], rows[3]));
  return _mm_add_ps(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab));
}
inline Batch<double> sum_of_each(const Batch<double>* rows) {
  return _mm_add_pd(_mm_unpacklo_pd(rows[0], rows[1]), _mm_unpackhi_pd(rows[0], rows[1]));
}

inline Batch<double> widen_low(Batch<float> v) { return _mm_cvtps_pd(v); }
inline Batch<double> widen_high(Batch<float> v) { return _mm_cvtps_pd(_mm_movehl_ps(v, v)); }
inline Batch<float> narrow(Batch<double> low, Batch<double> high) {
  return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
}

// One vector size only.
template <class T>
struct FullVector;
template <class T>
using HalfVector = FullVector<T>;
template <class T>
using QuarterVector = FullVector<T>;
// Rows of a product's tile that is two vectors wide: as the registers allow.
constexpr int rows_of_two_vectors = 4;

inline void store_transposed(__m128 a, __m128 b, __m128 c, __m128 d, float* dst, std::int64_t dst_row) {
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(dst, a);
  _mm_storeu_ps(dst + dst_row, b);
  _mm_storeu_ps(dst + 2 * dst_row, c);
  _mm_storeu_ps(dst + 3 * dst_row, d);
}
inline void store_transposed(__m128d a, __m128d b, double* dst, std::int64_t dst_row) {
  _mm_storeu_pd(dst, _mm_unpacklo_pd(a, b));
  _mm_storeu_pd(dst + dst_row, _mm_unpackhi_pd(a, b));
}

template <class T>
inline Batch<T> load_up_to(const T* p, std::int64_t n) {
  return n == static_cast<std::int64_t>(Batch<T>::size) ? Batch<T>::load_unaligned(p) : load_first(p, n);
}

// dst = the transpose of the first rows and columns of src, at most square<T> of each; the rest of a square of dst is
// overwritten with anything.
template <class T>
constexpr std::int64_t square = static_cast<std::int64_t>(Batch<T>::size);
inline void transpose_partial(const float* src, std::int64_t src_row, float* dst, std::int64_t dst_row,
                              std::int64_t rows, std::int64_t columns) {
  const float* second = rows > 1 ? src + src_row : src;
  const float* third = rows > 2 ? second + src_row : second;
  const float* fourth = rows > 3 ? third + src_row : third;
  store_transposed(load_up_to(src, columns), load_up_to(second, columns), load_up_to(third, columns),
                   load_up_to(fourth, columns), dst, dst_row);
}
inline void transpose_partial(const double* src, std::int64_t src_row, double* dst, std::int64_t dst_row,
                              std::int64_t rows, std::int64_t columns) {
  const double* second = rows > 1 ? src + src_row : src;
  store_transposed(load_up_to(src, columns), load_up_to(second, columns), dst, dst_row);
}
template <class T>
inline void transpose_square(const T* src, std::int64_t src_row, T* dst, std::int64_t dst_row) {
  transpose_partial(src, src_row, dst, dst_row, square<T>, square<T>);
}

}  // namespace
}  // namespace xgrad::kernels
