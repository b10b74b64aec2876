// Each kind of layer in gnuplot's words.
// Not here: what surrounds them (figure_script.cpp).
#include <xgrad/train/layer_text.hpp>

#include <xgrad/train/figure_script.hpp>
#include <xgrad/train/thin.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

namespace xgrad::train::detail {
namespace {

// Colors after Okabe and Ito (2008), which stay apart in color blindness; yellow, too light on white, became wine.
constexpr std::array<const char*, 8> line_colors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                    "#e69f00", "#56b4e9", "#000000", "#882255"};
constexpr std::array<int, 8> marks = {7, 5, 9, 11, 13, 6, 4, 8};

/// What a color becomes behind points: mixed with white.
std::string light(const char* color) {
  const unsigned long rgb = std::stoul(color + 1, nullptr, 16);
  constexpr unsigned long keep = 38;  // of 100
  std::string text = "#";
  for (const int shift : {16, 8, 0}) {
    const unsigned long part = rgb >> shift & 255;
    text += fmt::format("{:02x}", (part * keep + 255 * (100 - keep)) / 100);
  }
  return text;
}

class Writer {
 public:
  Writer(const PanelOptions& options, DataFile& data) : options_(options), data_(data) {}

  void operator()(const Line& line);
  void operator()(const Scatter& scatter);
  void operator()(const Region& region);
  void operator()(const Bars& bars);
  void operator()(const HeatTable& table);

  LayerText text;

 private:
  void plot(const std::string& what) { text.plots += (text.plots.empty() ? "" : ", \\\n     ") + what; }
  std::string title(const std::string& name) {
    if (name.empty()) return "notitle";
    text.names.push_back(name);
    return "title " + detail::quoted(name);
  }
  /// Lets the axes know of a point; false if it cannot be drawn on both.
  bool see(double x, double y) {
    const bool is_drawn = can_draw(x, options_.x.log) && can_draw(y, options_.y.log);
    if (is_drawn) text.x.add(x);
    if (is_drawn) text.y.add(y);
    return is_drawn;
  }
  static bool can_draw(double value, bool log) {
    constexpr double largest = 1e300;  // leaves room to compute the ends of the axis
    return std::abs(value) <= largest && (!log || value >= 1 / largest);
  }
  /// Makes room around circles that lie at the end of an axis.
  static void widen(Span& span, const AxisOptions& options) {
    if (options.log || span.is_empty() || span.is_fixed) return;
    const double margin = span.min < span.max ? 0.05 * (span.max - span.min) : 0.5;
    span.min -= margin;
    span.max += margin;
    span.is_tight = true;
  }

  const PanelOptions& options_;
  DataFile& data_;
  std::size_t lines_ = 0;
};

void Writer::operator()(const Line& line) {
  const Curve curve = thin({line.x, line.y}, options_.x.log);
  std::string block;
  int points = 0;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const bool is_drawn = see(curve.x[i], curve.y[i]);
    points += is_drawn ? 1 : 0;
    // gnuplot interrupts a curve at NaN, and only there.
    block +=
        is_drawn ? fmt::format("{:.12g} {:.12g}\n", curve.x[i], curve.y[i]) : fmt::format("{:.12g} NaN\n", curve.x[i]);
  }
  text.x.is_tight = true;
  const std::size_t style = lines_++;
  const char* color = line_colors[style % line_colors.size()];
  // When colors come again, dashes tell lines apart.
  const bool is_dashed = line.options.dashed != (style / line_colors.size() % 2 == 1);
  std::string look = fmt::format("linewidth 2 linecolor rgb '{}'{}", color, is_dashed ? " dashtype 2" : "");
  // A line through a single point could not be seen.
  const bool has_markers = line.options.markers || points == 1;
  if (has_markers) look += fmt::format(" pointtype {} pointsize 0.9", marks[style % marks.size()]);
  const char* with = has_markers ? "linespoints" : "lines";
  // A name without a curve still belongs into the legend: it says that the run gave no number.
  if (points > 0)
    plot(fmt::format("{} using 1:2 with {} {} {}", data_.add(block), with, look, title(line.name)));
  else
    plot(fmt::format("NaN with {} {} {}", with, look, title(line.name.empty() ? "" : line.name + " (no values)")));
}

void Writer::operator()(const Scatter& scatter) {
  std::string all;
  for (std::size_t k = 0; k < scatter.classes.size(); ++k) {
    std::string block;
    for (std::size_t i = 0; i < scatter.x.size(); ++i) {
      if (scatter.labels[i] != static_cast<std::int64_t>(k) || !see(scatter.x[i], scatter.y[i])) continue;
      block += fmt::format("{:.9g} {:.9g}\n", scatter.x[i], scatter.y[i]);
    }
    const std::string source = block.empty() ? "NaN" : data_.add(block) + " using 1:2";
    plot(fmt::format("{} with points pointtype 7 pointsize 0.85 linecolor rgb '{}' {}", source,
                     class_colors[k % class_colors.size()], title(scatter.classes[k])));
    // A thin ring keeps points apart from each other and from a region of their color.
    if (!block.empty())
      plot(source + " with points pointtype 6 pointsize 0.85 linewidth 0.7 linecolor rgb '#222222' notitle");
  }
  text.has_classes = true;
  widen(text.x, options_.x);
  widen(text.y, options_.y);
}

void Writer::operator()(const Region& region) {
  const Extent& e = region.extent;
  std::string block;
  for (std::int64_t i = 0; i < region.rows; ++i) {
    const double y = e.y_min + (e.y_max - e.y_min) * static_cast<double>(i) / static_cast<double>(region.rows - 1);
    for (std::int64_t j = 0; j < region.columns; ++j) {
      const double x = e.x_min + (e.x_max - e.x_min) * static_cast<double>(j) / static_cast<double>(region.columns - 1);
      const double value = region.values[static_cast<std::size_t>(i * region.columns + j)];
      block += fmt::format("{:.6g} {:.6g} {:.4g}\n", x, y, value);
    }
    block += "\n";
  }
  const std::string source = data_.add(block);
  text.x = {.min = e.x_min, .max = e.x_max, .is_tight = true, .is_fixed = true};
  text.y = {.min = e.y_min, .max = e.y_max, .is_tight = true, .is_fixed = true};
  text.settings += "set border 15 back\nunset grid\n";
  std::string colors;
  for (int k = 0; k < region.classes; ++k) {
    if (region.classes == 2 && k == 1) colors += ", 0.5 '#ffffff'";
    colors += fmt::format("{}{} '{}'", k == 0 ? "" : ", ", k, light(class_colors[static_cast<std::size_t>(k)]));
  }
  text.settings +=
      fmt::format("set palette {} defined ({})\nset cbrange [0:{}]\n",
                  region.classes == 2 ? "" : fmt::format("maxcolors {}", region.classes), colors, region.classes - 1);
  // Cells have their values in their middle; those of the first and last would reach beyond the extent.
  const auto squeezed = [](int column, double min, double max, std::int64_t count) {
    const auto n = static_cast<double>(count);
    return fmt::format("({:.9g}+(${}-({:.9g}))*{:.9g})", min + (max - min) / (2 * n), column, min, (n - 1) / n);
  };
  plot(fmt::format("{} using {}:{}:3 with image notitle", source, squeezed(1, e.x_min, e.x_max, region.columns),
                   squeezed(2, e.y_min, e.y_max, region.rows)));
  if (region.classes > 2) return;
  // The line where both classes are equally likely, if there is one.
  Span seen;
  for (const double value : region.values) seen.add(value);
  if (!(seen.min < 0.5 && seen.max > 0.5)) return;
  const std::string boundary = "$boundary_" + std::to_string(data_.blocks());
  text.before += fmt::format(
      "set contour base\nset cntrparam levels discrete 0.5\nunset surface\nset table {}\n"
      "splot {} using 1:2:3 with lines\nunset table\nreset\n",
      boundary, source);
  plot(boundary + " using 1:2 with lines linewidth 2 linecolor rgb '#444444' notitle");
}

void Writer::operator()(const Bars& bars) {
  constexpr double group_width = 0.8;
  const double width = group_width / static_cast<double>(std::max<std::size_t>(1, bars.names.size()));
  std::string tics;
  for (std::size_t g = 0; g < bars.groups.size(); ++g)
    tics += fmt::format("{}{} {}", g == 0 ? "" : ", ", quoted_tic(bars.groups[g]), g);
  text.settings += fmt::format("set xtics ({}) scale 0 noenhanced\nunset grid\nset grid ytics\nset boxwidth {:.4g}\n",
                               tics, 0.92 * width);
  for (std::size_t k = 0; k < bars.names.size(); ++k) {
    std::string block;
    for (std::size_t g = 0; g < bars.groups.size(); ++g) {
      const double x = static_cast<double>(g) - group_width / 2 + width * (static_cast<double>(k) + 0.5);
      if (!see(x, bars.heights[k][g])) continue;
      block += fmt::format("{:.6g} {:.9g}\n", x, bars.heights[k][g]);
    }
    const std::string source = block.empty() ? "NaN" : data_.add(block) + " using 1:2";
    plot(fmt::format("{} with boxes linecolor rgb '{}' {}", source, line_colors[k % line_colors.size()],
                     title(bars.names[k])));
  }
  if (!options_.y.log && !text.y.is_empty()) text.y.add(0);
  text.x_tics = bars.groups;
  text.x = {.min = -0.6, .max = static_cast<double>(bars.groups.size()) - 0.4, .is_tight = true};
}

void Writer::operator()(const HeatTable& table) {
  if (table.values.empty()) return;
  std::string cells;
  double least = 0;
  double most = 0;
  bool is_first = true;
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    const double value = table.values[i];
    const std::size_t row = i / table.columns.size();
    const std::string shown = std::isfinite(value) ? fmt::format("{:.{}f}", value, table.options.digits) : "not finite";
    cells += fmt::format("{} {} {} \"{}\"\n", i % table.columns.size(), row,
                         std::isfinite(value) ? fmt::format("{:.9g}", value) : "NaN", shown);
    if (!std::isfinite(value)) continue;
    least = is_first ? value : std::min(least, value);
    most = is_first ? value : std::max(most, value);
    is_first = false;
  }
  const auto tics = [](const char* axis, const std::vector<std::string>& names) {
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i)
      list += fmt::format("{}{} {}", i == 0 ? "" : ", ", quoted_tic(names[i]), i);
    return fmt::format("set {}tics ({}) scale 0 noenhanced\n", axis, list);
  };
  text.settings += tics("x", table.columns) + tics("y", table.rows) +
                   "unset grid\nset border 0 linecolor rgb '#ffffff'\nset tics scale 0\n";
  text.settings += "set palette defined (0 '#f7fbff', 1 '#6baed6')\n";
  text.settings += fmt::format("set cbrange [{:.9g}:{:.9g}]\n", least, most > least ? most : least + 1);
  text.settings += fmt::format("set yrange [{}:-0.5]\n", static_cast<double>(table.rows.size()) - 0.5);
  text.x_tics = table.columns;
  text.y_tics = table.rows;
  text.x = {.min = -0.5, .max = static_cast<double>(table.columns.size()) - 0.5, .is_tight = true};
  text.y = {.min = 0, .max = 1};
  const std::string source = data_.add(cells);
  // Boxes and not an image, which needs two cells along each axis.
  plot(source + " using 1:2:(0.49):(0.49):3 with boxxyerror fillcolor palette notitle");
  plot(source + " using 1:2:4 with labels notitle");
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return result + "'";
}

std::string quoted_tic(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '%' ? "%%" : std::string(1, c);
  return quoted(escaped);
}

std::string DataFile::add(const std::string& lines) {
  // Two blank lines part the blocks; a block itself may hold single ones.
  text_ += (blocks_ == 0 ? "" : "\n\n") + lines.substr(0, lines.find_last_not_of('\n') + 1) + "\n";
  return detail::quoted(name_) + " index " + std::to_string(blocks_++);
}

LayerText layer_text(const Panel& panel, DataFile& data) {
  Writer writer(panel.options(), data);
  for (const Layer& layer : panel.layers()) std::visit(writer, layer);
  return writer.text;
}

}  // namespace xgrad::train::detail
