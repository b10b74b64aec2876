// From panels to gnuplot's language.
// Not here: checks of what is drawn (panel.cpp).
#include <xgrad/train/figure_script.hpp>

#include <xgrad/train/axis_text.hpp>
#include <xgrad/train/layer_text.hpp>
#include <xgrad/train/text_width.hpp>

#include <fmt/format.h>
#include <algorithm>

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

Legend chosen_legend(const Panel& panel, const LayerText& text, double panel_width) {
  constexpr int wide = 560;
  if (panel.options().legend != Legend::automatic) return panel.options().legend;
  if (text.names.size() < 2 && !text.has_classes) return Legend::none;
  return panel_width >= wide && !text.has_classes ? Legend::right : Legend::below;
}

/// A panel or its axes, in points.
struct Size {
  double width, height;
};

/// The place that the names of a legend have.
struct Columns {
  int count;
  int rows;
  double width;  ///< of one, in points
};

double widest_of(const std::vector<std::string>& names) {
  double widest = 0;
  for (const std::string& name : names) widest = std::max(widest, width_of(name));
  return widest;
}

Columns columns_of(const LayerText& text, double panel_width) {
  const double width = (widest_of(text.names) + (text.has_classes ? 2.0 : 3.5)) * text_height;
  const int names = std::max(1, static_cast<int>(text.names.size()));
  // In the middle of the axes and not of the panel.
  const int count = std::clamp(static_cast<int>((panel_width - 4 * text_height) / width), 1, names);
  return {count, (names + count - 1) / count, width};
}

/// What margins and the legend leave to the axes, roughly.
Size axes_of(const Panel& panel, const LayerText& text, Legend legend, Size size) {
  const PanelOptions& options = panel.options();
  const Columns columns = columns_of(text, size.width);
  // In text heights, as in SVG files, where gnuplot leaves more between lines.
  const double beside = (options.y.label.empty() ? 2.5 : 4) + std::max(2.5, widest_of(text.y_tics));
  double above = options.title.empty() ? 4.5 : 6.3;
  if (!options.x.label.empty()) above += 1.8;
  if (legend == Legend::below) above += 0.7 + 1.7 * columns.rows;
  size.width -= beside * text_height + (legend == Legend::right ? columns.width : 0);
  size.height -= above * text_height;
  if (options.square) size.width = size.height = std::min(size.width, size.height);
  return {std::max(size.width, 30.0), std::max(size.height, 30.0)};
}

/// Commands for the legend.
std::string key_text(const LayerText& layers, Legend legend, double panel_width) {
  std::string text = key(legend) + "\n";
  // Any other `set key` would bring a legend back.
  if (legend == Legend::none) return text;
  text += fmt::format("set key noenhanced Left reverse samplen {} spacing 1.15\n", layers.has_classes ? 0.5 : 2.5);
  if (legend == Legend::below) text += fmt::format("set key maxcols {}\n", columns_of(layers, panel_width).count);
  // gnuplot takes every letter for one as wide as an m and would leave a third of the place empty.
  const double widest = widest_of(layers.names);
  int longest = 0;
  for (const std::string& name : layers.names) longest = std::max(longest, length_of(name));
  const auto correction = [&](double gnuplot_width) { return widest / gnuplot_width - longest; };
  return text + fmt::format("set key width (kind eq 'png' ? {:.2f} : {:.2f})\n", correction(0.625), correction(0.7));
}

constexpr const char* panel_style = R"(reset
set border 3 back linewidth 1 linecolor rgb '#333333'
set format '%h'
set tics back nomirror out scale 0.6 textcolor rgb '#333333'
set grid linetype 1 linewidth 0.7 linecolor rgb '#dddddd'
set style fill solid noborder
unset colorbox
)";

/// Names along the x axis that do not fit beside each other are smaller, or else stand aslant.
std::string name_tics(const LayerText& layers, double axis_width) {
  constexpr double smallest = 10;
  if (layers.x_tics.empty()) return "";
  const double widest = widest_of(layers.x_tics);
  const double slot = axis_width / (layers.x.max - layers.x.min);
  const double size = std::min(1.0 * text_height, std::floor(slot / (widest + 0.3)));
  if (size >= smallest) return fmt::format("set xtics font ',{:g}'\n", size);
  return fmt::format("set xtics rotate by 30 right font ',{:g}'\n", smallest);
}

std::string panel_text(const Panel& panel, const LayerText& layers, Size size, bool below_title) {
  const PanelOptions& options = panel.options();
  std::string text = panel_style;
  if (!options.title.empty())
    text += "set title " + fitted(options.title, 1.1 * text_height, size.width - text_height) + " offset 0,-0.3\n";
  const Legend legend = chosen_legend(panel, layers, size.width);
  text += key_text(layers, legend, size.width);
  // By itself gnuplot leaves room for a title of two lines.
  text += fmt::format("set tmargin {}\n", (options.title.empty() ? 1 : 2.2) + (below_title ? 0.8 : 0));
  // Half of the last number of the x axis stands to the right of the panel. Equal margins make equal panels.
  if (legend != Legend::right && !layers.x.is_empty()) {
    const std::string last = fmt::format("{:.6g}", options.x.max.value_or(layers.x.max));
    text += fmt::format("set rmargin {:.1f}\n", std::max(4.5, 1 + 0.5 * static_cast<double>(last.size())));
  }
  if (options.square) text += "set size ratio 1\n";
  const Size axes = axes_of(panel, layers, legend, size);
  text += axis_text('x', options.x, layers.x, axes.width) + axis_text('y', options.y, layers.y, axes.height);
  text += layers.settings + name_tics(layers, axes.width);
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
  const int height = rows * options.panel_height + (options.title.empty() ? 0 : 44);

  FigureText text;
  std::string before;
  std::string panels;
  DataFile data(name + ".dat");
  for (const Panel& panel : figure.panels()) {
    const LayerText layers = layer_text(panel, data);
    before += layers.before;
    panels +=
        panel_text(panel, layers, {1.0 * options.panel_width, 1.0 * options.panel_height}, !options.title.empty());
  }
  const std::string title =
      options.title.empty() ? "" : " title " + fitted(options.title, 1.2 * text_height, width - text_height);
  text.data = data.text();
  text.script = fmt::format(
      "# Draws {0} and {1}: run gnuplot -d on this file in its folder.\n"
      "set encoding utf8\n"
      "{2}"
      "do for [kind in 'png svg'] {{\n"
      "if (kind eq 'png') {{\n"
      "set terminal pngcairo enhanced rounded size {3},{4} font 'Sans,14' fontscale 1.5 linewidth 2 dashlength 0.6 "
      "pointscale 2.8\n"
      "set output {0}\n"
      "}} else {{\n"
      "set terminal svg enhanced rounded size {5},{6} dynamic font 'DejaVu Sans,Arial,sans-serif,14' background "
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
