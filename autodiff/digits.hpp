// Floating numbers as text.
// Not here: NumPy's rules, which the printing of tensors follows (print_words.hpp).
#pragma once

#include <string>

namespace xgrad::detail {

/// The fewest digits that read back as the same number, with an exponent: "1e+00", "-1.25e-07".
std::string shortest_digits(float value);
std::string shortest_digits(double value);

/// The exact value, rounded to so many digits after the point: "1.250"; and with an exponent: "1.250e+00".
std::string fixed_digits(double value, int fraction);
std::string scientific_digits(double value, int fraction);

/// For messages: as many digits as it takes, "1", "0.1", "1e+20", "nan".
std::string digits(double value);

}  // namespace xgrad::detail
