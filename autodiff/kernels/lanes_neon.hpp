// The vector primitives of aarch64 (NEON) that xsimd lacks or does otherwise: partial access, masks, sums.
// Not here: arithmetic that xsimd::batch already spells (+, *, <, select ...), and what follows from it (lanes.hpp).
#pragma once

#include <arm_neon.h>

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {
namespace {

using Arch = xsimd::neon64;
template <class T>
using Batch = xsimd::batch<T, Arch>;
template <class T>
using Mask = xsimd::batch_bool<T, Arch>;
// fma and fnma round once.
constexpr bool is_fused = true;

inline Batch<float> fma(Batch<float> a, Batch<float> b, Batch<float> c) { return vfmaq_f32(c, a, b); }
inline Batch<double> fma(Batch<double> a, Batch<double> b, Batch<double> c) { return vfmaq_f64(c, a, b); }
inline Batch<float> fnma(Batch<float> a, Batch<float> b, Batch<float> c) { return vfmsq_f32(c, a, b); }
inline Batch<double> fnma(Batch<double> a, Batch<double> b, Batch<double> c) { return vfmsq_f64(c, a, b); }

// xsimd's own of these are approximations here.
inline Batch<float> quotient(Batch<float> a, Batch<float> b) { return vdivq_f32(a, b); }
inline Batch<double> quotient(Batch<double> a, Batch<double> b) { return vdivq_f64(a, b); }
inline Batch<float> square_root(Batch<float> x) { return vsqrtq_f32(x); }
inline Batch<double> square_root(Batch<double> x) { return vsqrtq_f64(x); }

// The first n < width elements; the other lanes are 0.
inline Batch<float> load_first(const float* p, std::int64_t n) {
  const float32x4_t zero = vdupq_n_f32(0);
  if (n == 1) return vld1q_lane_f32(p, zero, 0);
  const float32x4_t low = vcombine_f32(vld1_f32(p), vget_low_f32(zero));
  return n == 2 ? low : vld1q_lane_f32(p + 2, low, 2);
}
inline Batch<double> load_first(const double* p, std::int64_t) { return vld1q_lane_f64(p, vdupq_n_f64(0), 0); }

inline void store_first(float* p, Batch<float> v, std::int64_t n) {
  if (n == 1) return vst1q_lane_f32(p, v, 0);
  vst1_f32(p, vget_low_f32(v));
  if (n == 3) vst1q_lane_f32(p + 2, v, 2);
}
inline void store_first(double* p, Batch<double> v, std::int64_t) { vst1q_lane_f64(p, v, 0); }

// A vector has no more than four floats.
using FourDoubles = void;

inline unsigned bits(Mask<float> m) {
  constexpr std::uint32_t weights[4] = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(m, vld1q_u32(weights)));
}
inline unsigned bits(Mask<double> m) {
  constexpr std::uint64_t weights[2] = {1, 2};
  return static_cast<unsigned>(vaddvq_u64(vandq_u64(m, vld1q_u64(weights))));
}

// The bytes of n <= width bools, one a lane.
inline void store_bools(bool* p, Mask<float> m, std::int64_t n) {
  const uint16x4_t words = vmovn_u32(m);
  const uint8x8_t bytes = vand_u8(vmovn_u16(vcombine_u16(words, words)), vdup_n_u8(1));
  const std::uint32_t four = vget_lane_u32(vreinterpret_u32_u8(bytes), 0);
  if (n == 4) {
    __builtin_memcpy(p, &four, 4);
  } else {
    for (int i = 0; i < n; ++i) p[i] = ((four >> (8 * i)) & 1) != 0;
  }
}
inline void store_bools(bool* p, Mask<double> m, std::int64_t n) {
  p[0] = vgetq_lane_u64(m, 0) != 0;
  if (n == 2) p[1] = vgetq_lane_u64(m, 1) != 0;
}

template <class T>
inline Mask<T> load_bools(const bool* p, std::int64_t n);
template <>
inline Mask<float> load_bools<float>(const bool* p, std::int64_t n) {
  std::uint32_t four = 0;
  if (n == 4) {
    __builtin_memcpy(&four, p, 4);
  } else {
    for (int i = 0; i < n; ++i) four |= std::uint32_t{p[i]} << (8 * i);
  }
  const uint16x8_t words = vmovl_u8(vcreate_u8(four));
  return vcgtq_u32(vmovl_u16(vget_low_u16(words)), vdupq_n_u32(0));
}
template <>
inline Mask<double> load_bools<double>(const bool* p, std::int64_t n) {
  const std::uint64_t ones = ~std::uint64_t{0};
  return vcombine_u64(vcreate_u64(p[0] ? ones : 0), vcreate_u64(n == 2 && p[1] ? ones : 0));
}

// n < width elements, then the first one again.
inline Batch<float> load_first_repeated(const float* p, std::int64_t n) {
  float32x4_t v = vld1q_dup_f32(p);
  if (n > 1) v = vld1q_lane_f32(p + 1, v, 1);
  if (n > 2) v = vld1q_lane_f32(p + 2, v, 2);
  return v;
}
inline Batch<double> load_first_repeated(const double* p, std::int64_t) { return vld1q_dup_f64(p); }

// No lane is NaN.
inline float max_of_lanes(Batch<float> v) { return vmaxvq_f32(v); }
inline double max_of_lanes(Batch<double> v) { return vmaxvq_f64(v); }

inline float sum_of_lanes(Batch<float> v) { return vaddvq_f32(v); }
inline double sum_of_lanes(Batch<double> v) { return vaddvq_f64(v); }

// Lane r of the result is the sum of the lanes of rows[r].
inline Batch<float> sum_of_each(const Batch<float>* rows) {
  return vpaddq_f32(vpaddq_f32(rows[0], rows[1]), vpaddq_f32(rows[2], rows[3]));
}
inline Batch<double> sum_of_each(const Batch<double>* rows) { return vpaddq_f64(rows[0], rows[1]); }

inline Batch<double> widen_low(Batch<float> v) { return vcvt_f64_f32(vget_low_f32(v)); }
inline Batch<double> widen_high(Batch<float> v) { return vcvt_high_f64_f32(v); }
inline Batch<float> narrow(Batch<double> low, Batch<double> high) { return vcvt_high_f32_f64(vcvt_f32_f64(low), high); }

// One vector size only.
template <class T>
struct FullVector;
template <class T>
using HalfVector = FullVector<T>;
template <class T>
using QuarterVector = FullVector<T>;
// Rows of a product's tile that is two vectors wide: as the registers allow.
constexpr int rows_of_two_vectors = 8;

inline void store_transposed(float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t d, float* dst,
                             std::int64_t dst_row) {
  const float32x4x2_t ab = vtrnq_f32(a, b);
  const float32x4x2_t cd = vtrnq_f32(c, d);
  vst1q_f32(dst, vcombine_f32(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0])));
  vst1q_f32(dst + dst_row, vcombine_f32(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1])));
  vst1q_f32(dst + 2 * dst_row, vcombine_f32(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0])));
  vst1q_f32(dst + 3 * dst_row, vcombine_f32(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1])));
}
inline void store_transposed(float64x2_t a, float64x2_t b, double* dst, std::int64_t dst_row) {
  vst1q_f64(dst, vzip1q_f64(a, b));
  vst1q_f64(dst + dst_row, vzip2q_f64(a, b));
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
