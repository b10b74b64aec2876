// What the kernel tests share: inputs with every kind of value, long double references, distances in ulps.
// Not here: any test.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace kernel_test {

/// Sizes around every vector width, and one of many vectors.
inline constexpr std::int64_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 1000};

/// The distance of `got` from `want` in units of the last place of a T at `want`; 0 for NaN that is wanted.
template <class T>
double ulps(T got, long double want) {
  const T rounded = static_cast<T>(want);
  if (std::isnan(rounded)) return std::isnan(got) ? 0 : std::numeric_limits<double>::infinity();
  if (std::isinf(rounded) || !std::isfinite(got)) return got == rounded ? 0 : std::numeric_limits<double>::infinity();
  int exponent = std::numeric_limits<T>::min_exponent;
  if (want != 0) std::frexp(want, &exponent);
  exponent = std::max(exponent, std::numeric_limits<T>::min_exponent);
  const long double unit = std::ldexp(1.0L, exponent - std::numeric_limits<T>::digits);
  return static_cast<double>(std::abs(static_cast<long double>(got) - want) / unit);
}

/// Equal to the last bit; all NaN count as one.
template <class T>
bool same(T a, T b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
std::vector<T> special_values() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  for (const T x : {T(0), T(0.5), T(1), T(2), T(3), T(88.5), T(709.5), T(745), T(1e4), Limits::infinity(),
                    Limits::max(), Limits::min(), Limits::denorm_min(), Limits::min() / 4, Limits::epsilon()}) {
    values.push_back(x);
    values.push_back(-x);
  }
  values.push_back(Limits::quiet_NaN());
  return values;
}

/// Special values, random bit patterns and ordinary numbers, in random order.
template <class T>
std::vector<T> any_values(std::int64_t n, unsigned seed) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const std::vector<T> special = special_values<T>();
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> near_one(-3, 3);
  std::uniform_real_distribution<double> wide(-800, 800);
  std::vector<T> values(static_cast<std::size_t>(n));
  for (T& x : values) {
    const auto kind = random() % 4;
    if (kind == 0) {
      x = special[random() % special.size()];
    } else if (kind == 1) {
      const Bits bits = static_cast<Bits>(random());
      std::memcpy(&x, &bits, sizeof(T));
    } else {
      x = static_cast<T>(kind == 2 ? near_one(random) : wide(random));
    }
  }
  return values;
}

/// Numbers in [-1, 1].
template <class T>
std::vector<T> unit_values(std::int64_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<T> values(static_cast<std::size_t>(n));
  for (T& x : values) x = static_cast<T>(unit(random));
  return values;
}

}  // namespace kernel_test
