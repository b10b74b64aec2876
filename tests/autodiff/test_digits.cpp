// Digits of floating numbers against the standard's own conversion.
// Not here: the words that tensors are printed in (test_print.cpp).
#include <xgrad/autodiff/digits.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

using namespace xgrad::detail;

namespace {

template <class T>
std::string standard(T value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr};
}

template <class T, class Bits>
int differences() {
  std::mt19937_64 random(1);
  int count = 0;
  for (int i = 0; i < 20000; ++i) {
    const T value = std::bit_cast<T>(static_cast<Bits>(random()));
    if (std::isfinite(value)) count += shortest_digits(value) != standard(value);
  }
  return count;
}

template <class T>
int differences_of_powers() {
  int count = 0;
  for (int i = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits;
       i < std::numeric_limits<T>::max_exponent; ++i)
    count += shortest_digits(std::ldexp(T(1), i)) != standard(std::ldexp(T(1), i));
  return count;
}

}  // namespace

TEST_CASE("the shortest digits are those of std::to_chars, also of powers of two") {
  CHECK(differences<float, std::uint32_t>() == 0);
  CHECK(differences<double, std::uint64_t>() == 0);
  CHECK(differences_of_powers<float>() == 0);
  CHECK(differences_of_powers<double>() == 0);
  CHECK(shortest_digits(std::ldexp(1.0, -44)) == "5.684341886080802e-14");  // the nearest of 16 digits ends in 1
  CHECK(shortest_digits(-0.0) == "-0e+00");
}

TEST_CASE("digits in messages, and of a given number") {
  CHECK(digits(1) == "1");
  CHECK(digits(-0.1) == "-0.1");
  CHECK(digits(1e20) == "1e+20");
  CHECK(digits(1.000000000001) == "1.000000000001");
  CHECK(digits(std::nan("")) == "nan");
  CHECK(digits(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(fixed_digits(0.125, 2) == "0.12");
  CHECK(scientific_digits(1250, 3) == "1.250e+03");
}
