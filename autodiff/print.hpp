// Arrays as text.
// Not here: printing of tensors with their graph, or reading numbers back.
#pragma once

#include <string>

#include <xgrad/autodiff/array.hpp>

namespace xgrad {

/// The array as NumPy 2.4 prints it with `str` and default options: 8 digits, lines of 75 columns, and beyond 1000
/// elements only the first and last 3 along each axis. A 0-d array is written like a scalar, with all its digits; an
/// array without elements is `[]`.
std::string to_string(const Array& array);

}  // namespace xgrad
