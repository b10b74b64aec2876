// What the report's figures have in common.
// Not here: the figures of a study.
#pragma once

#include "runs.hpp"

#include <xgrad/train/figure.hpp>

#include <string>

namespace lab1 {

/// Loss, on a logarithmic axis, against `x_label`.
xgrad::train::PanelOptions loss_panel(const std::string& title, const std::string& x_label = "epoch");

/// The run's loss at epoch 1, 2, ...; the epochs are multiplied by `scale`.
void add_curve(xgrad::train::Panel& panel, const std::string& name, const Run& run, double scale = 1);

/// The unit square with the run's points in the color of their labels, before the run's decision region if it has one.
void add_region(xgrad::train::Figure& figure, const std::string& title, const Run& run);

/// Two panels: the points in the color of their labels, and of the predictions before the decision region.
xgrad::train::Figure comparison(const Run& run);

}  // namespace lab1
