// The parameters and forward passes of convolutional layers.
// Not here: other initial values (init.hpp).
#include <xgrad/nn/convolution.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/random.hpp>
#include <xgrad/nn/init.hpp>

#include <cmath>
#include <string>

namespace xgrad::nn {
namespace {

void check_positive(const char* layer, const char* what, std::int64_t number) {
  if (number < 1)
    throw ValueError(std::string(layer) + ": " + what + " is too small: got " + std::to_string(number) +
                     ", want 1 or more");
}

Shape weight_shape(const char* layer, std::int64_t in, std::int64_t out, std::int64_t groups,
                   std::initializer_list<std::int64_t> kernel) {
  check_positive(layer, "in_channels", in);
  check_positive(layer, "out_channels", out);
  check_positive(layer, "groups", groups);
  if (in % groups != 0 || out % groups != 0)
    throw ValueError(std::string(layer) + ": the groups do not divide the channels: got " + std::to_string(groups) +
                     " groups for " + std::to_string(in) + " to " + std::to_string(out) + " channels");
  Shape shape{out, in / groups};
  for (const std::int64_t extent : kernel) {
    check_positive(layer, "the kernel", extent);
    shape.push_back(extent);
  }
  return shape;
}

/// Uniform values for a weight of the given shape, or for the bias beside it.
Tensor initial(const Shape& shape, const Shape& weight) {
  const double bound = 1 / std::sqrt(static_cast<double>(init::fans(weight).in));
  return uniform(-bound, bound, shape);
}

Tensor initial(const Shape& weight) { return initial(weight, weight); }

}  // namespace

Conv1d::Conv1d(std::int64_t in_channels, std::int64_t out_channels, std::int64_t kernel, Conv1dOptions options)
    : weight(this, "weight", initial(weight_shape("Conv1d", in_channels, out_channels, options.groups, {kernel}))),
      bias(options.bias ? Parameter(this, "bias", initial({out_channels}, weight.shape())) : Parameter()),
      options_{options.stride, options.padding, options.dilation, options.groups} {}

Tensor Conv1d::forward(Arg x) const {
  return bias.defined() ? conv1d(x, weight, bias, options_) : conv1d(x, weight, options_);
}

Conv2d::Conv2d(std::int64_t in_channels, std::int64_t out_channels, Pair kernel, Conv2dOptions options)
    : weight(this, "weight",
             initial(weight_shape("Conv2d", in_channels, out_channels, options.groups, {kernel.rows, kernel.columns}))),
      bias(options.bias ? Parameter(this, "bias", initial({out_channels}, weight.shape())) : Parameter()),
      options_{options.stride, options.padding, options.dilation, options.groups} {}

Tensor Conv2d::forward(Arg x) const {
  return bias.defined() ? conv2d(x, weight, bias, options_) : conv2d(x, weight, options_);
}

}  // namespace xgrad::nn
