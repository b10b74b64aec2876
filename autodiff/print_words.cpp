// Words for numbers: digits of digits.cpp, the rest by NumPy's rules.
// Not here: brackets, line breaks and the choice of the elements that are shown (print.cpp).
#include <xgrad/autodiff/print_words.hpp>

#include <xgrad/autodiff/digits.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace xgrad::detail {
namespace {

constexpr int max_fraction = 8;

/// (-1)^negative * d.ddd * 10^exponent; no trailing zeros except that zero has one digit.
struct Decimal {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

/// Reads digits with or without an exponent.
Decimal parse(const std::string& text) {
  Decimal result;
  std::size_t at = 0;
  if (text[at] == '-') {
    result.negative = true;
    ++at;
  }
  bool after_point = false;
  for (; at < text.size() && text[at] != 'e'; ++at) {
    if (text[at] == '.') {
      after_point = true;
      continue;
    }
    const bool leading_zero = result.digits.empty() && text[at] == '0';
    if (!leading_zero) result.digits += text[at];
    if (after_point && leading_zero) --result.exponent;
    if (!after_point && !leading_zero) ++result.exponent;
  }
  if (result.digits.empty()) return {result.negative, "0", 0};
  --result.exponent;
  if (at < text.size()) result.exponent += std::stoi(text.substr(at + 1));
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  return result;
}

template <class T>
Decimal shortest(T value) {
  return parse(shortest_digits(value));
}

/// A number cut at its decimal point: "-12" and "5", or in "-1.25e+03" "-1", "25" and "+03".
struct Parts {
  std::string whole;
  std::string fraction;
  std::string exponent;
};

Parts positional(const Decimal& d) {
  Parts parts{d.negative ? "-" : "", "", ""};
  const int count = static_cast<int>(d.digits.size());
  const int whole = d.exponent + 1;
  if (whole <= 0) {
    parts.whole += '0';
    parts.fraction = std::string(static_cast<std::size_t>(-whole), '0') + (d.digits == "0" ? "" : d.digits);
  } else if (whole >= count) {
    parts.whole += d.digits + std::string(static_cast<std::size_t>(whole - count), '0');
  } else {
    parts.whole += d.digits.substr(0, static_cast<std::size_t>(whole));
    parts.fraction = d.digits.substr(static_cast<std::size_t>(whole));
  }
  return parts;
}

Parts scientific(const Decimal& d) {
  const std::string exponent = std::to_string(std::abs(d.exponent));
  return {(d.negative ? "-" : "") + d.digits.substr(0, 1), d.digits.substr(1),
          (d.exponent < 0 ? "-" : "+") + std::string(exponent.size() < 2 ? 1 : 0, '0') + exponent};
}

// Where the shortest digits go on too long, the cut rounds the exact value: cutting the digits would round twice.
template <class T>
Parts cut(T value, bool with_exponent) {
  const Decimal d = shortest(value);
  const int fraction = static_cast<int>(d.digits.size()) - 1 - (with_exponent ? 0 : d.exponent);
  const auto rounded = [&] {
    if (fraction <= max_fraction) return d;
    return parse(with_exponent ? scientific_digits(value, max_fraction) : fixed_digits(value, max_fraction));
  };
  return with_exponent ? scientific(rounded()) : positional(rounded());
}

// `fraction` digits of the exact value, where the shortest digits would be fewer.
template <class T>
Parts extended(T value, std::size_t fraction) {
  const std::string text = scientific_digits(value, static_cast<int>(fraction));
  const std::size_t point = text.find('.'), e = text.find('e');
  return {text.substr(0, point), text.substr(point + 1, fraction), text.substr(e + 1)};
}

template <class T>
bool needs_exponent(const std::vector<T>& values) {
  T largest = 0;
  T smallest = std::numeric_limits<T>::infinity();
  for (T value : values) {
    const T size = std::abs(value);
    if (!std::isfinite(size) || size == T(0)) continue;
    largest = std::max(largest, size);
    smallest = std::min(smallest, size);
  }
  if (largest == T(0)) return false;
  const T limit = sizeof(T) == 4 ? T(1e6) : T(1e8);
  // A ratio beyond the largest number is infinite, and over 1000 as well.
  return largest >= limit || smallest < T(1e-4) || largest / smallest > T(1000);
}

template <class T>
std::string non_finite(T value) {
  return std::isnan(value) ? "nan" : value < T(0) ? "-inf" : "inf";
}

std::string pad_left(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

template <class T>
std::vector<std::string> floating_words(const std::vector<T>& values) {
  const bool with_exponent = needs_exponent(values);
  std::size_t left = 0, fraction = 0, exponent = 0;
  for (T value : values) {
    if (!std::isfinite(value)) continue;
    const Parts parts = cut(value, with_exponent);
    left = std::max(left, parts.whole.size());
    fraction = std::max(fraction, parts.fraction.size());
    exponent = std::max(exponent, parts.exponent.size());
  }
  // What follows the whole part: the point, the fraction, and "e+00".
  const std::size_t right = 1 + fraction + (with_exponent ? 1 + exponent : 0);
  for (T value : values) {
    if (std::isfinite(value)) continue;
    const std::size_t size = non_finite(value).size();
    left = std::max(left, size - std::min(right, size));
  }

  std::vector<std::string> result;
  result.reserve(values.size());
  for (T value : values) {
    if (!std::isfinite(value)) {
      result.push_back(pad_left(non_finite(value), left + right));
    } else if (with_exponent) {
      Parts parts = cut(value, true);
      if (parts.fraction.size() < fraction) parts = extended(value, fraction);
      const std::string zeros(exponent - parts.exponent.size(), '0');
      result.push_back(pad_left(parts.whole, left) + "." + parts.fraction + "e" + parts.exponent.substr(0, 1) + zeros +
                       parts.exponent.substr(1));
    } else {
      const Parts parts = cut(value, false);
      result.push_back(pad_left(parts.whole, left) + "." + parts.fraction +
                       std::string(fraction - parts.fraction.size(), ' '));
    }
  }
  return result;
}

template <class T>
std::string floating_word(T value) {
  if (!std::isfinite(value)) return non_finite(value);
  const Decimal d = shortest(value);
  // In double, as NumPy does it: float(1e-4), a little less than 1e-4, is "1e-04".
  const double size = std::abs(static_cast<double>(value));
  const bool with_exponent = size >= (sizeof(T) == 4 ? 1e6 : 1e16) || (size < 1e-4 && size > 0);
  const Parts parts = with_exponent ? scientific(d) : positional(d);
  if (!with_exponent) return parts.whole + "." + (parts.fraction.empty() ? "0" : parts.fraction);
  return parts.whole + (parts.fraction.empty() ? "" : ".") + parts.fraction + "e" + parts.exponent;
}

}  // namespace

std::vector<std::string> words(const std::vector<float>& values) { return floating_words(values); }
std::vector<std::string> words(const std::vector<double>& values) { return floating_words(values); }

std::vector<std::string> words(const std::vector<std::int64_t>& values) {
  std::vector<std::string> result;
  result.reserve(values.size());
  std::size_t width = 0;
  for (std::int64_t value : values) width = std::max(width, result.emplace_back(word(value)).size());
  for (std::string& text : result) text = pad_left(text, width);
  return result;
}

std::vector<std::string> words(const std::vector<unsigned char>& values) {
  std::vector<std::string> result;
  result.reserve(values.size());
  for (unsigned char value : values) result.push_back(value != 0 ? " True" : "False");
  return result;
}

std::string word(float value) { return floating_word(value); }
std::string word(double value) { return floating_word(value); }
std::string word(std::int64_t value) { return std::to_string(value); }
std::string word(unsigned char value) { return value != 0 ? "True" : "False"; }

}  // namespace xgrad::detail
