// One panel of a figure: axes and what is drawn on them.
// Not here: how panels become a file (figure.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace xgrad::train {

struct AxisOptions {
  std::string label = {};
  std::optional<double> min = {};  ///< by default as the data need it
  std::optional<double> max = {};
  bool log = false;  ///< values of 0 and below are then not drawn
};

/// Where the names of what is drawn stand. `automatic`: nowhere for a single curve, to the right of panels wide enough
/// for it, else below.
enum class Legend : std::uint8_t { automatic, right, below, top_left, top_right, bottom_left, bottom_right, none };

struct PanelOptions {
  std::string title = {};
  AxisOptions x = {};
  AxisOptions y = {};
  Legend legend = Legend::automatic;
  bool square = false;  ///< both axes equally long
};

struct LineOptions {
  bool markers = false;  ///< a mark at each point
  bool dashed = false;
};

/// The corners of a rectangle.
struct Extent {
  double x_min = 0;
  double x_max = 1;
  double y_min = 0;
  double y_max = 1;
};

struct HeatTableOptions {
  int digits = 2;  ///< after the point
};

namespace detail {

struct Line {
  std::string name;
  std::vector<double> x, y;
  LineOptions options;
};
struct Scatter {
  std::vector<double> x, y;
  std::vector<std::int64_t> labels;
  std::vector<std::string> classes;
};
struct Region {
  std::vector<double> values;  // row by row, from below
  std::int64_t rows, columns;
  Extent extent;
  int classes;
};
struct Bars {
  std::vector<std::string> groups;
  std::vector<std::string> names;
  std::vector<std::vector<double>> heights;  // one row a name
};
struct HeatTable {
  std::vector<std::string> rows, columns;
  std::vector<double> values;
  HeatTableOptions options;
};
using Layer = std::variant<Line, Scatter, Region, Bars, HeatTable>;

}  // namespace detail

/// What is drawn on one pair of axes, in the order of the calls: later covers earlier. Names and titles are plain text.
class Panel {
 public:
  /// Errors: ValueError for a limit of a logarithmic axis that is not above 0, and for a minimum not below the maximum.
  explicit Panel(PanelOptions options = {});

  /// A curve through (x_i, y_i). Points that are not finite (or beyond 1e300) interrupt it; a long curve is
  /// thinned to what can be seen.
  /// Errors: ShapeError unless x and y are equally long.
  Panel& line(std::string name, std::vector<double> x, std::vector<double> y, LineOptions options = {});

  /// A circle for each point [n, 2], in the color of its label [n] or [n, 1], a whole number from 0: red for 0, blue
  /// for 1, then others. Classes are named by their numbers unless names are given.
  /// Errors: ShapeError; ValueError for labels that are no classes.
  Panel& scatter(const Tensor& points, const Tensor& labels, std::vector<std::string> classes = {});

  /// Predictions [rows, columns] on a regular grid over the extent, ends included; row 0 lies at y_min. With two
  /// classes a value is that of class 1, from 0 (light red) over 0.5 (white, with a line) to 1 (light blue); with more
  /// it is the class.
  /// Errors: ShapeError unless 2 x 2 or more; ValueError for fewer than two classes or more than there are colors, 8,
  /// for an extent that is no rectangle and for logarithmic axes.
  Panel& region(const Tensor& values, Extent extent = {}, int classes = 2);

  /// A bar for each group and name: heights [names, groups]. Nothing is drawn where a height is not finite.
  /// Errors: ShapeError; ValueError for a logarithmic x axis.
  Panel& bars(std::vector<std::string> groups, std::vector<std::string> names, const Tensor& heights);

  /// A table [rows, columns] of numbers on colors, the darker the larger.
  /// Errors: ShapeError; ValueError for a negative number of digits and for logarithmic axes.
  Panel& heat_table(std::vector<std::string> rows, std::vector<std::string> columns, const Tensor& values,
                    HeatTableOptions options = {});

  const PanelOptions& options() const { return options_; }
  const std::vector<detail::Layer>& layers() const { return layers_; }

 private:
  PanelOptions options_;
  std::vector<detail::Layer> layers_;
};

}  // namespace xgrad::train
