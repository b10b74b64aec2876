// An axis as gnuplot commands: where it ends, its numbers, its label.
// Not here: how long it is (figure_script.cpp).
#pragma once

#include <xgrad/train/layer_text.hpp>
#include <xgrad/train/panel.hpp>

#include <string>

namespace xgrad::train::detail {

/// A text on a line of so many points: quoted, literal, in the font size given or one that is small enough.
std::string fitted(const std::string& text, double font_size, double room);

/// The commands for the axis `name`, "x" or "y", that is so many points long.
std::string axis_text(char name, const AxisOptions& options, const Span& span, double length);

}  // namespace xgrad::train::detail
