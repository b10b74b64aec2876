// The panels of figures.hpp.
// Not here: drawing (xgrad/train/).
#include "figures.hpp"

#include <xgrad/xgrad.hpp>

#include <numeric>

namespace lab1 {

using namespace xgrad;

namespace {

train::Panel& add_square(train::Figure& figure, const std::string& title) {
  return figure.add_panel({.title = title,
                           .x = {.label = "x1", .min = 0, .max = 1},
                           .y = {.label = "x2", .min = 0, .max = 1},
                           .legend = train::Legend::none,
                           .square = true});
}

}  // namespace

train::PanelOptions loss_panel(const std::string& title, const std::string& x_label) {
  return {.title = title, .x = {.label = x_label}, .y = {.label = "mean squared error", .log = true}};
}

void add_curve(train::Panel& panel, const std::string& name, const Run& run, double scale) {
  std::vector<double> x(run.result.losses.size());
  std::iota(x.begin(), x.end(), 1);
  for (double& epoch : x) epoch *= scale;
  panel.line(name, std::move(x), run.result.losses);
}

void add_region(train::Figure& figure, const std::string& title, const Run& run) {
  train::Panel& panel = add_square(figure, title);
  if (run.region.defined()) panel.region(run.region);
  panel.scatter(run.dataset.points, run.dataset.labels);
}

train::Figure comparison(const Run& run) {
  train::Figure figure({.title = run.dataset.name, .panel_width = 420, .panel_height = 420});
  add_square(figure, "Ground truth").scatter(run.dataset.points, run.dataset.labels);
  add_square(figure, "Predict result").region(run.region).scatter(run.dataset.points, tensor(run.evaluation.predicted));
  return figure;
}

}  // namespace lab1
