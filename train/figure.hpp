// Figures: panels side by side, drawn by gnuplot as PNG and SVG.
// Not here: what a panel shows (panel.hpp).
#pragma once

#include <xgrad/train/panel.hpp>

#include <deque>
#include <string>

namespace xgrad::train {

struct FigureOptions {
  std::string title = {};
  int panel_width = 480;  ///< of each panel, in points of the text, which is 14 points high
  int panel_height = 360;
  int columns = 0;  ///< panels in a row; 0: all of them
};

/// A figure of one panel or more.
class Figure {
 public:
  /// Errors: ValueError for a size below 100 points or above 5000, and for negative columns.
  explicit Figure(FigureOptions options = {});

  /// Adds an empty panel to the right of the others, or below them when the row is full. It stays where it is.
  Panel& add_panel(PanelOptions options = {}) { return panels_.emplace_back(std::move(options)); }

  /// Writes `path`.gp, a script for gnuplot, and `path`.dat, its data; gnuplot then makes `path`.png (at twice the
  /// size, for print) and `path`.svg of them. Returns whether it did: where gnuplot is not installed, the process says
  /// so once and goes on. The script runs from its own folder at any later time.
  /// Errors: IoError, also with gnuplot's message if it fails; ValueError without panels.
  bool save(const std::string& path) const;

  const FigureOptions& options() const { return options_; }
  const std::deque<Panel>& panels() const { return panels_; }

 private:
  FigureOptions options_;
  std::deque<Panel> panels_;
};

}  // namespace xgrad::train
