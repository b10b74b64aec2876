// a^b of a vector, lane by lane: common exponents in closed form, the rest by the C library.
// Not here: exp and log (math.hpp).
#pragma once

#include <math.h>

#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

inline float libm_power(float a, float b) { return ::powf(a, b); }
inline double libm_power(double a, double b) { return ::pow(a, b); }

// The choice depends on the exponent's value alone, not on whether it came as a scalar: equal elements, equal bits.
template <class T>
inline T power_of_one(T a, T b) {
  if (b == T(2)) return a * a;
  if (b == T(1)) return a;
  if (b == T(-1)) return T(1) / a;
  return libm_power(a, b);
}

template <class T>
[[gnu::noinline]] Batch<T> power(Batch<T> a, Batch<T> b) {
  if (bits(b == splat<T>(2)) == (1u << width<T>)-1) return a * a;
  T as[width<T>];
  T bs[width<T>];
  store_at(as, a);
  store_at(bs, b);
  for (int i = 0; i < width<T>; ++i) as[i] = power_of_one(as[i], bs[i]);
  return load_at(as);
}

}  // namespace
}  // namespace xgrad::kernels
