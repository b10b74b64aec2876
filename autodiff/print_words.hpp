// The elements of an array as words for print.cpp.
// Not here: brackets, line breaks and the choice of the elements that are shown (print.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace xgrad::detail {

/// One word an element, all of the same width and with their decimal points aligned. Floating numbers get their
/// shortest digits that read back as the same value, at most 8 after the point; all of them get an exponent if the
/// largest reaches 1e8 (float: 1e6), the smallest is under 1e-4, or their ratio is over 1000.
std::vector<std::string> words(const std::vector<float>& values);
std::vector<std::string> words(const std::vector<double>& values);
std::vector<std::string> words(const std::vector<std::int64_t>& values);
std::vector<std::string> words(const std::vector<unsigned char>& values);

/// A number on its own, with every digit that it takes to read it back; an exponent from 1e16 (float: 1e6) on and
/// under 1e-4. An unsigned char is a bool.
std::string word(float value);
std::string word(double value);
std::string word(std::int64_t value);
std::string word(unsigned char value);

}  // namespace xgrad::detail
