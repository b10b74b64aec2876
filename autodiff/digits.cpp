// The C library's conversions, which a program has anyway: std::to_chars would add 140 kB to it, {fmt} 700.
// Not here: words around the digits.
#include <xgrad/autodiff/digits.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace xgrad::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits as the C locale of the program has them, whose decimal point may be a comma or several bytes.
template <class... Arguments>
std::string print(const char* format, Arguments... arguments) {
  char text[512];  // the largest double has 309 digits before the point
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, format, arguments...))};
}

/// The same with a point in place of whatever is no digit, sign or letter.
std::string with_point(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (is_digit(c) || c == '+' || c == '-' || (c >= 'a' && c <= 'z'))
      result += c;
    else if (result.back() != '.')
      result += '.';
  }
  return result;
}

bool reads_back(const std::string& text, float value) { return std::strtof(text.c_str(), nullptr) == value; }
bool reads_back(const std::string& text, double value) { return std::strtod(text.c_str(), nullptr) == value; }

/// The last digit before the exponent one up: "1.99e-05" becomes "2.00e-05". Nines alone stay as they are.
std::string incremented(std::string text) {
  const std::size_t end = std::min(text.find('e'), text.size());
  std::size_t last = end;
  while (last > 0 && (!is_digit(text[last - 1]) || text[last - 1] == '9')) --last;
  if (last == 0) return text;
  ++text[last - 1];
  for (std::size_t i = last; i < end; ++i)
    if (is_digit(text[i])) text[i] = '0';
  return text;
}

// The nearest number of so many digits is the one that reads back, but for powers of two: below them the next number is
// half as far as above, so that the nearest may lie below and too far, the second nearest above and near enough.
template <class T>
std::string shortest(T value) {
  for (int fraction = 0;; ++fraction) {
    const std::string nearest = print("%.*e", fraction, static_cast<double>(value));
    if (reads_back(nearest, value) || fraction == std::numeric_limits<T>::max_digits10) return with_point(nearest);
    const std::string above = incremented(nearest);
    if (reads_back(above, value)) return with_point(above);
  }
}

}  // namespace

std::string shortest_digits(float value) { return shortest(value); }
std::string shortest_digits(double value) { return shortest(value); }

std::string fixed_digits(double value, int fraction) { return with_point(print("%.*f", fraction, value)); }
std::string scientific_digits(double value, int fraction) { return with_point(print("%.*e", fraction, value)); }

std::string digits(double value) {
  for (int count = 1;; ++count) {
    const std::string text = print("%.*g", count, value);
    if (count == std::numeric_limits<double>::max_digits10 || reads_back(text, value)) return with_point(text);
  }
}

}  // namespace xgrad::detail
