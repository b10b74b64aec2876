// Drawing of points.
// Not here: their data sets (../data.hpp).
#include "images.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/shape.hpp>

#include <algorithm>
#include <cmath>

namespace lab1 {
namespace {

/// Where a coordinate falls: between two neighbouring pixels, at this fraction of the way.
struct Position {
  std::int64_t pixel;
  double fraction;
};

Position position(double x) {
  const double scaled = x * static_cast<double>(image_size - 1);
  const double pixel = std::min(std::floor(scaled), static_cast<double>(image_size - 2));
  return {static_cast<std::int64_t>(pixel), scaled - pixel};
}

bool in_unit_interval(double x) { return x >= 0 && x <= 1; }

}  // namespace

xgrad::Tensor draw_images(const xgrad::Tensor& points) {
  if (points.rank() != 2 || points.shape(1) != 2)
    throw xgrad::ShapeError("draw_images: points are no pairs: got " + to_string(points.shape()) + ", want (n, 2)");
  const xgrad::Tensor pairs = contiguous(points.detach());
  const double* point = pairs.data<double>();
  const std::int64_t n = points.shape(0);
  xgrad::Tensor images = xgrad::zeros({n, 1, image_size, image_size}, xgrad::float64);
  double* image = images.mutable_data<double>();
  for (std::int64_t i = 0; i < n; ++i, point += 2, image += image_size * image_size) {
    if (!in_unit_interval(point[0]) || !in_unit_interval(point[1]))
      throw xgrad::ValueError("draw_images: point " + std::to_string(i) + " lies outside of the unit square: got (" +
                              std::to_string(point[0]) + ", " + std::to_string(point[1]) + "), want 0 to 1");
    const Position column = position(point[0]), row = position(point[1]);
    double* corner = image + row.pixel * image_size + column.pixel;
    corner[0] = (1 - row.fraction) * (1 - column.fraction);
    corner[1] = (1 - row.fraction) * column.fraction;
    corner[image_size] = row.fraction * (1 - column.fraction);
    corner[image_size + 1] = row.fraction * column.fraction;
  }
  return images;
}

}  // namespace lab1
