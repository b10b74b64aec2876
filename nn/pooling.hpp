// Pooling and flattening between convolutional and linear layers.
// Not here: the functions (autodiff/ops/pooling.hpp).
#pragma once

#include <xgrad/autodiff/ops/pooling.hpp>
#include <xgrad/nn/callable.hpp>

namespace xgrad::nn {

/// The largest element of each window, `MaxPool2d({.kernel = 2})`: [N, C, H, W] -> [N, C, H', W'].
struct MaxPool2d : Callable<MaxPool2d> {
  explicit MaxPool2d(const MaxPool2dOptions& given) : options(given) {}
  Tensor forward(Arg x) const { return max_pool2d(x, options); }

  MaxPool2dOptions options;
};

/// The mean of each window, `AvgPool2d({.kernel = 2})`: [N, C, H, W] -> [N, C, H', W'].
struct AvgPool2d : Callable<AvgPool2d> {
  explicit AvgPool2d(const AvgPool2dOptions& given) : options(given) {}
  Tensor forward(Arg x) const { return avg_pool2d(x, options); }

  AvgPool2dOptions options;
};

}  // namespace xgrad::nn
