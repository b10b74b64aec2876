// From panels to gnuplot's language.
// Not here: checks of what is drawn (panel.cpp).
#include <xgrad/train/figure_script.hpp>

#include <xgrad/train/layer_text.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace xgrad::train::detail {
namespace {

/// Where a legend stands, in gnuplot's words.
std::string key(Legend legend) {
  switch (legend) {
    case Legend::right: return "set key outside right top vertical";
    case Legend::below: return "set key outside below center horizontal height 0.7";
    case Legend::top_left: return "set key inside left top vertical";
    case Legend::top_right: return "set key inside right top vertical";
    case Legend::bottom_left: return "set key inside left bottom vertical";
    case Legend::bottom_right: return "set key inside right bottom vertical";
    default: return "unset key";
  }
}

Legend chosen_legend(const Panel& panel, const LayerText& text, int panel_width) {
  constexpr int wide = 560;
  if (panel.options().legend != Legend::automatic) return panel.options().legend;
  if (text.names < 2 && !text.has_classes) return Legend::none;
  return panel_width >= wide && !text.has_classes ? Legend::right : Legend::below;
}

/// Round steps, so few that long numbers stay apart.
double step_of(double min, double max) {
  constexpr double most = 5;
  const double least_step = (max - min) / most;
  const double decade = std::pow(10, std::floor(std::log10(least_step)));
  for (const double factor : {1, 2, 5})
    if (factor * decade >= least_step * (1 - 1e-9)) return factor * decade;
  return 10 * decade;
}

/// Decades alone would say too little on a short logarithmic axis.
bool is_short(double min, double max) { return max / min <= 100; }

/// The next power of ten from here, or, on a short axis, the next of 1, 2, 5, 10, ...
double round_down_log(double value, bool is_short_axis) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {5, 2})
    if (is_short_axis && factor * decade <= value) return factor * decade;
  return decade;
}
double round_up_log(double value, bool is_short_axis) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1, 2, 5})
    if ((is_short_axis || factor == 1) && factor * decade >= value) return factor * decade;
  return 10 * decade;
}

/// The ends of an axis. They are always given: gnuplot fails where it finds no point to take them from.
struct Limits {
  double min, max;
};

Limits limits_of(const AxisOptions& options, const Span& span) {
  Limits limits = options.log ? Limits{0.1, 1} : Limits{0, 1};
  if (!span.is_empty()) limits = {span.min, span.max};
  // A single value, or one end that the user put beyond the values, leaves no axis.
  if (options.min) limits.min = *options.min;
  if (options.max) limits.max = *options.max;
  if (!(limits.min < limits.max)) {
    const Limits ends = limits;
    const double size = std::abs(options.max ? ends.max : ends.min);
    const double room = size > 0 ? 0.1 * size : 1;
    if (!options.min) limits.min = options.log ? ends.max / 10 : ends.max - room;
    if (!options.max) limits.max = options.log ? ends.min * 10 : ends.min + room;
  }
  if (span.is_tight) return limits;
  const double step = options.log ? 0 : step_of(limits.min, limits.max);
  const bool is_short_axis = options.log && is_short(limits.min, limits.max);
  const Limits exact = limits;
  if (!options.min)
    limits.min = options.log ? round_down_log(exact.min, is_short_axis) : std::floor(exact.min / step) * step;
  if (!options.max)
    limits.max = options.log ? round_up_log(exact.max, is_short_axis) : std::ceil(exact.max / step) * step;
  return limits;
}

std::string log_tics(const char* axis, const Limits& limits) {
  if (!is_short(limits.min, limits.max)) return fmt::format("set format {} '10^{{%T}}'\n", axis);
  std::string tics;
  const int last = static_cast<int>(std::ceil(std::log10(limits.max)));
  for (int decade = static_cast<int>(std::floor(std::log10(limits.min))); decade <= last; ++decade)
    for (const int factor : {1, 2, 5}) tics += fmt::format("{}{}e{}", tics.empty() ? "" : ", ", factor, decade);
  return fmt::format("set format {0} '%g'\nset {0}tics ({1})\n", axis, tics);
}

std::string axis(const char* name, const AxisOptions& options, const Span& span) {
  const Limits limits = limits_of(options, span);
  std::string text;
  if (!options.label.empty())
    text += fmt::format("set {}label {} noenhanced{}\n", name, quoted(options.label),
                        name[0] == 'x' ? " offset 0,0.3" : "");
  text += fmt::format("set {}range [{:.9g}:{:.9g}]\n", name, limits.min, limits.max);
  if (options.log) return text + fmt::format("set logscale {}\n", name) + log_tics(name, limits);
  return text + fmt::format("set {}tics {:.9g}\n", name, step_of(limits.min, limits.max));
}

constexpr const char* panel_style = R"(reset
set border 3 back linewidth 1 linecolor rgb '#333333'
set format '%h'
set tics back nomirror out scale 0.6 textcolor rgb '#333333'
set grid linetype 1 linewidth 0.7 linecolor rgb '#dddddd'
set style fill solid noborder
unset colorbox
)";

std::string panel_text(const Panel& panel, const LayerText& layers, int panel_width) {
  const PanelOptions& options = panel.options();
  std::string text = panel_style;
  if (!options.title.empty()) text += "set title " + quoted(options.title) + " noenhanced font ',13' offset 0,-0.3\n";
  const Legend legend = chosen_legend(panel, layers, panel_width);
  text += key(legend) + "\n";
  // Any other `set key` would bring a legend back.
  if (legend != Legend::none)
    text += fmt::format("set key noenhanced Left reverse samplen {} spacing 1.15\n", layers.has_classes ? 0.5 : 3.0);
  // gnuplot takes every letter for one as wide as an m and would leave a third of the place empty.
  if (legend == Legend::right)
    text += fmt::format("set key width {:.2f}\n", -0.2 * static_cast<double>(layers.longest_name));
  // Half of the last number of the x axis stands to the right of the panel.
  if (legend != Legend::right && !layers.x.is_empty()) {
    const std::string last = fmt::format("{:.6g}", options.x.max.value_or(layers.x.max));
    text += fmt::format("set rmargin {:.1f}\n", 2 + 0.5 * static_cast<double>(last.size()));
  }
  if (options.square) text += "set size ratio 1\n";
  text += axis("x", options.x, layers.x) + axis("y", options.y, layers.y) + layers.settings;
  if (layers.x.is_empty() || layers.y.is_empty())
    text += "set label 1 'no finite values' at graph 0.5,0.5 center textcolor rgb '#666666'\n";
  // Something must be plotted, or there are no axes.
  text += "plot " + (layers.plots.empty() ? "NaN notitle" : layers.plots) + "\n";
  return text;
}

}  // namespace

FigureText figure_text(const Figure& figure, const std::string& name) {
  const FigureOptions& options = figure.options();
  const int count = static_cast<int>(figure.panels().size());
  const int columns = options.columns == 0 ? count : std::min(options.columns, count);
  const int rows = (count + columns - 1) / columns;
  const int width = columns * options.panel_width;
  const int height = rows * options.panel_height + (options.title.empty() ? 0 : 30);

  FigureText text;
  std::string before;
  std::string panels;
  DataFile data(name + ".dat");
  for (const Panel& panel : figure.panels()) {
    const LayerText layers = layer_text(panel, data);
    before += layers.before;
    panels += panel_text(panel, layers, options.panel_width);
  }
  const std::string title =
      options.title.empty() ? "" : fmt::format(" title {} noenhanced font ',15'", quoted(options.title));
  text.data = data.text();
  text.script = fmt::format(
      "# Draws {0} and {1}: run gnuplot -d on this file in its folder.\n"
      "set encoding utf8\n"
      "{2}"
      "do for [kind in 'png svg'] {{\n"
      "if (kind eq 'png') {{\n"
      "set terminal pngcairo enhanced rounded size {3},{4} font 'Sans,12' fontscale 2 linewidth 2 dashlength 0.6 "
      "pointscale 2.6\n"
      "set output {0}\n"
      "}} else {{\n"
      "set terminal svg enhanced rounded size {5},{6} dynamic font 'DejaVu Sans,Arial,sans-serif,12' background "
      "'#ffffff'\n"
      "set output {1}\n"
      "}}\n"
      "set multiplot layout {7},{8}{9}\n"
      "{10}"
      "unset multiplot\n"
      "unset output\n"
      "}}\n",
      quoted(name + ".png"), quoted(name + ".svg"), before, 2 * width, 2 * height, width, height, rows, columns, title,
      panels);
  return text;
}

}  // namespace xgrad::train::detail
