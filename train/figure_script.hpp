// A figure as text: the script for gnuplot and the data it reads.
// Not here: files and processes (figure.cpp, gnuplot.cpp).
#pragma once

#include <xgrad/train/figure.hpp>

#include <array>
#include <string>

namespace xgrad::train::detail {

/// Red for 0 and blue for 1, and others that people with any kind of color vision tell apart: in CIELAB any two are 29
/// or more from each other, also as protanopes, deuteranopes and tritanopes see them (model of Machado et al., 2009).
inline constexpr std::array<const char*, 8> class_colors = {"#d7191c", "#2166ac", "#fdb863", "#33bbee",
                                                            "#000000", "#882255", "#dddddd", "#ee6677"};

struct FigureText {
  std::string script;
  std::string data;
};

/// The texts of the files `name`.gp and `name`.dat.
FigureText figure_text(const Figure& figure, const std::string& name);

}  // namespace xgrad::train::detail
