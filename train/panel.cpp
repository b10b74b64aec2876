// What a panel takes, checked and copied out of the tensors.
// Not here: drawing (figure_script.cpp).
#include <xgrad/train/panel.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/train/figure_script.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace xgrad::train {
namespace {

void check(const char* axis, const AxisOptions& options) {
  const std::string name = std::string("Panel: the ") + axis + " axis";
  for (const std::optional<double>& limit : {options.min, options.max})
    if (limit && (!std::isfinite(*limit) || (options.log && *limit <= 0)))
      throw ValueError(name + ": got a limit of " + std::to_string(*limit) +
                       (options.log ? ", want a finite number above 0" : ", want a finite number"));
  if (options.min && options.max && !(*options.min < *options.max))
    throw ValueError(name + " is empty: got " + std::to_string(*options.min) + " to " + std::to_string(*options.max));
}

/// The elements in row-major order.
std::vector<double> values_of(const Tensor& tensor) {
  const NoGrad guard;
  const Tensor packed = contiguous(tensor.detach().to(float64));
  const double* first = packed.data<double>();
  return std::vector<double>(first, first + packed.size());
}

void check_shape(const char* what, const Tensor& tensor, std::size_t rows, std::size_t columns) {
  const Shape want = {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)};
  if (tensor.shape() != want)
    throw ShapeError(std::string(what) + ": got " + describe(tensor) + ", want " + to_string(want));
}

/// For what has numbered places, not values, along an axis.
void check_linear(const char* what, const AxisOptions& options) {
  if (options.log) throw ValueError(std::string(what) + ": got a logarithmic axis, want a linear one");
}

}  // namespace

Panel::Panel(PanelOptions options) : options_(std::move(options)) {
  check("x", options_.x);
  check("y", options_.y);
}

Panel& Panel::line(std::string name, std::vector<double> x, std::vector<double> y, LineOptions options) {
  if (x.size() != y.size())
    throw ShapeError("Panel::line: x and y differ in length: got " + std::to_string(x.size()) + " and " +
                     std::to_string(y.size()));
  layers_.push_back(detail::Line{std::move(name), std::move(x), std::move(y), options});
  return *this;
}

Panel& Panel::scatter(const Tensor& points, const Tensor& labels, std::vector<std::string> classes) {
  if (points.rank() != 2 || points.shape(1) != 2 || labels.size() != points.shape(0))
    throw ShapeError("Panel::scatter: got points " + describe(points) + " and labels " + describe(labels) +
                     ", want (n, 2) and n labels");
  detail::Scatter scatter;
  const std::vector<double> coordinates = values_of(points);
  for (std::size_t i = 0; i < coordinates.size(); i += 2) {
    scatter.x.push_back(coordinates[i]);
    scatter.y.push_back(coordinates[i + 1]);
  }
  const std::size_t limit = classes.empty() ? detail::class_colors.size() : classes.size();
  std::size_t used = 0;
  for (const double label : values_of(labels)) {
    if (!(label >= 0 && label < static_cast<double>(limit) && label == std::floor(label)))
      throw ValueError("Panel::scatter: a label is no class: got " + std::to_string(label) +
                       ", want whole numbers from 0 to " + std::to_string(limit - 1));
    scatter.labels.push_back(static_cast<std::int64_t>(label));
    used = std::max(used, static_cast<std::size_t>(label) + 1);
  }
  while (classes.size() < used) classes.push_back(std::to_string(classes.size()));
  scatter.classes = std::move(classes);
  layers_.push_back(std::move(scatter));
  return *this;
}

Panel& Panel::region(const Tensor& values, Extent extent, int classes) {
  if (values.rank() != 2 || values.shape(0) < 2 || values.shape(1) < 2)
    throw ShapeError("Panel::region: got " + describe(values) + ", want (rows, columns), two or more of each");
  if (classes < 2 || classes > static_cast<int>(detail::class_colors.size()))
    throw ValueError("Panel::region: got " + std::to_string(classes) + " classes, want 2 to " +
                     std::to_string(detail::class_colors.size()));
  const auto is_range = [](double min, double max) { return std::isfinite(max - min) && min < max; };
  if (!is_range(extent.x_min, extent.x_max) || !is_range(extent.y_min, extent.y_max))
    throw ValueError("Panel::region: the extent is no rectangle: got x from " + std::to_string(extent.x_min) + " to " +
                     std::to_string(extent.x_max) + " and y from " + std::to_string(extent.y_min) + " to " +
                     std::to_string(extent.y_max));
  check_linear("Panel::region", options_.x);
  check_linear("Panel::region", options_.y);
  layers_.push_back(detail::Region{values_of(values), values.shape(0), values.shape(1), extent, classes});
  return *this;
}

Panel& Panel::bars(std::vector<std::string> groups, std::vector<std::string> names, const Tensor& heights) {
  check_linear("Panel::bars", options_.x);
  check_shape("Panel::bars: heights by names and groups", heights, names.size(), groups.size());
  const std::vector<double> all = values_of(heights);
  detail::Bars bars{std::move(groups), std::move(names), {}};
  const auto width = static_cast<std::ptrdiff_t>(bars.groups.size());
  for (std::ptrdiff_t i = 0; i < std::ssize(bars.names); ++i)
    bars.heights.emplace_back(all.begin() + i * width, all.begin() + (i + 1) * width);
  layers_.push_back(std::move(bars));
  return *this;
}

Panel& Panel::heat_table(std::vector<std::string> rows, std::vector<std::string> columns, const Tensor& values,
                         HeatTableOptions options) {
  check_linear("Panel::heat_table", options_.x);
  check_linear("Panel::heat_table", options_.y);
  check_shape("Panel::heat_table: values by rows and columns", values, rows.size(), columns.size());
  if (options.digits < 0)
    throw ValueError("Panel::heat_table: got " + std::to_string(options.digits) + " digits, want 0 or more");
  layers_.push_back(detail::HeatTable{std::move(rows), std::move(columns), values_of(values), options});
  return *this;
}

}  // namespace xgrad::train
