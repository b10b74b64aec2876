// Convolutional layers.
// Not here: the convolutions (autodiff/ops/convolution.hpp), pooling (pooling.hpp).
#pragma once

#include <xgrad/autodiff/ops/convolution.hpp>
#include <xgrad/nn/callable.hpp>

#include <cstdint>

namespace xgrad::nn {

struct Conv1dOptions {
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
};

struct Conv2dOptions {
  Pair stride = 1;
  Pair padding = 0;
  Pair dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
};

// Weights and biases start uniform in +-1 / sqrt(in_channels / groups * elements of the kernel), in the default dtype.
// Errors of constructors: ValueError unless channels, kernel and groups are at least 1, and the groups divide both
// numbers of channels; the other options are checked in use.

/// conv1d with the layer's weight and bias: [N, in_channels, L] -> [N, out_channels, L'].
class Conv1d : public Callable<Conv1d> {
 public:
  Conv1d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel, Conv1dOptions options = {});

  Tensor forward(Arg x) const;

  Parameter weight;  ///< [out_channels, in_channels / groups, kernel]
  Parameter bias;    ///< [out_channels], or undefined

 private:
  xgrad::Conv1dOptions options_;
};

/// conv2d with the layer's weight and bias: [N, in_channels, H, W] -> [N, out_channels, H', W'].
class Conv2d : public Callable<Conv2d> {
 public:
  Conv2d(std::int64_t in_channels, std::int64_t out_channels, Pair kernel, Conv2dOptions options = {});

  Tensor forward(Arg x) const;

  Parameter weight;  ///< [out_channels, in_channels / groups, kernel rows, kernel columns]
  Parameter bias;    ///< [out_channels], or undefined

 private:
  xgrad::Conv2dOptions options_;
};

}  // namespace xgrad::nn
