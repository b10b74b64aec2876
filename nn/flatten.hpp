// Several axes made one, in front of a linear layer.
// Not here: other changes of shape (autodiff/ops/shaping.hpp).
#pragma once

#include <xgrad/nn/callable.hpp>

namespace xgrad::nn {

/// Joins the axes from start_axis to end_axis, both included; negative ones count from the end. By default all but the
/// first: [N, C, H, W] -> [N, C H W]. Errors: IndexError for an axis that x has not; ValueError if the end comes first.
struct Flatten : Callable<Flatten> {
  explicit Flatten(int start_axis = 1, int end_axis = -1) : start(start_axis), end(end_axis) {}
  Tensor forward(Arg x) const;

  int start, end;
};

}  // namespace xgrad::nn
