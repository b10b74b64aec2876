// What is drawn in a panel, as gnuplot commands and data.
// Not here: axes, legends, panels (figure_script.cpp).
#pragma once

#include <xgrad/train/panel.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace xgrad::train::detail {

/// A text as gnuplot reads it literally.
std::string quoted(const std::string& text);
/// The same for a mark on an axis, where gnuplot would put numbers in the place of %.
std::string quoted_tic(const std::string& text);

/// The figure's data: numbered blocks.
class DataFile {
 public:
  explicit DataFile(std::string name) : name_(std::move(name)) {}
  /// Adds lines as a block and returns how a plot names it: `'name' index 3`.
  std::string add(const std::string& lines);
  const std::string& text() const { return text_; }
  int blocks() const { return blocks_; }

 private:
  std::string name_;
  std::string text_;
  int blocks_ = 0;
};

/// The smallest interval that holds all values seen that can be drawn.
struct Span {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  bool is_tight = false;  ///< the axis is to end where the values do
  bool is_fixed = false;  ///< a region fills it: other values do not widen it

  bool is_empty() const { return min > max; }
  void add(double value) {
    if (is_fixed) return;
    min = std::fmin(min, value);
    max = std::fmax(max, value);
  }
};

struct LayerText {
  std::string before;    ///< commands that run once, before any drawing
  std::string settings;  ///< commands of the panel
  std::string plots;     ///< what follows `plot`
  Span x, y;
  std::vector<std::string> names;           ///< entries of the legend
  std::vector<std::string> x_tics, y_tics;  ///< names in the place of numbers along the axes
  bool has_classes = false;
};

/// All layers of a panel; their data are added to the file.
LayerText layer_text(const Panel& panel, DataFile& data);

}  // namespace xgrad::train::detail
