// The new shape.
// Not here: reshaping (autodiff/ops/shaping.hpp).
#include <xgrad/nn/flatten.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/ops/axes.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>

namespace xgrad::nn {
namespace {

Shape flattened(const Shape& shape, int start_axis, int end_axis) {
  const int start = normalize_axis(start_axis, shape.rank()), end = normalize_axis(end_axis, shape.rank());
  if (start > end)
    throw ValueError("the last axis comes before the first: got " + std::to_string(start) + " to " +
                     std::to_string(end));
  Shape result(shape.begin(), start);
  std::int64_t joined = 1;
  for (int axis = start; axis <= end; ++axis) joined *= shape[axis];
  result.push_back(joined);
  for (int axis = end + 1; axis < shape.rank(); ++axis) result.push_back(shape[axis]);
  return result;
}

}  // namespace

Tensor Flatten::forward(Arg x) const {
  Shape shape;
  try {
    shape = flattened(x.shape(), start, end);
  } catch (Error& error) {
    error.set_message(with_context("Flatten", error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
  return reshape(x, shape);
}

}  // namespace xgrad::nn
