// x 2^n by two products with powers of two, for levels that have no instruction for it.
// Not here: exp and its reduction (math.hpp).
#pragma once

#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

// 2^n where shifted = n + magic and 2^n is a normal number.
template <class T>
inline Batch<T> power_of_two(Batch<T> shifted) {
  using C = Constants<T>;
  const auto exponent = reinterpreted<Batch<typename C::Bits>>(shifted) + Batch<typename C::Bits>(C::bias);
  return reinterpreted<Batch<T>>(exponent << C::mantissa);
}

// x 2^n for an integral n; right for subnormal results and overflow, since only the second product can round.
template <class T>
inline Batch<T> scale(Batch<T> x, Batch<T> n) {
  const Batch<T> magic = splat<T>(Constants<T>::magic);
  const Batch<T> first = n * splat<T>(0.5) + magic;
  const Batch<T> second = (n - (first - magic)) + magic;
  return x * power_of_two(first) * power_of_two(second);
}

}  // namespace
}  // namespace xgrad::kernels
