// How much room a text takes.
// Not here: where texts stand (figure_script.cpp).
#pragma once

#include <string>

namespace xgrad::train::detail {

/// The height of the figure's text, in the points in which panels are measured.
inline constexpr int text_height = 14;

/// Characters of UTF-8.
int length_of(const std::string& text);

/// The width of a text as a multiple of its height, at most, in fonts as wide as DejaVu Sans, which is a wide one.
double width_of(const std::string& text);

}  // namespace xgrad::train::detail
