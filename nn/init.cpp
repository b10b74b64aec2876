// Bounds and deviations from the shapes of weights.
// Not here: the random numbers (autodiff/random.cpp).
#include <xgrad/nn/init.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>

#include <algorithm>
#include <cmath>

namespace xgrad::nn::init {
namespace {

// A weight without elements has fans of 0, and nothing to fill.
double spread(double gain, double fan) { return gain / std::sqrt(std::max(fan, 1.0)); }

double mean_fan(const Tensor& y) {
  const Fans both = fans(y.shape());
  return (static_cast<double>(both.in) + static_cast<double>(both.out)) / 2;
}

double spread(const Tensor& y, const KaimingOptions& options) {
  const Fans both = fans(y.shape());
  return spread(gain(options.nonlinearity, options.slope),
                static_cast<double>(options.mode == FanMode::fan_in ? both.in : both.out));
}

// The uniform distribution of this standard deviation around 0; 0 itself for a deviation of 0.
Tensor spread_uniformly(const Tensor& y, double stddev, Generator& generator) {
  if (stddev == 0) return zeros_(y);
  const double bound = std::sqrt(3.0) * stddev;
  return uniform_(y, -bound, bound, generator);
}

}  // namespace

Tensor constant_(const Tensor& y, double value) {
  const NoGrad guard;
  return fill_(y, value);
}

Tensor zeros_(const Tensor& y) { return constant_(y, 0); }

Tensor uniform_(const Tensor& y, double low, double high, Generator& generator) {
  const NoGrad guard;
  return copy_(y, uniform(low, high, y.shape(), {.dtype = y.dtype()}, generator));
}

Tensor normal_(const Tensor& y, double mean, double stddev, Generator& generator) {
  const NoGrad guard;
  return copy_(y, normal(mean, stddev, y.shape(), {.dtype = y.dtype()}, generator));
}

Fans fans(const Shape& weight) {
  if (weight.rank() < 2)
    throw ShapeError("fans: a weight has two axes or more: got " + to_string(weight) + ", want (out, in, kernel...)");
  std::int64_t kernel = 1;
  for (int axis = 2; axis < weight.rank(); ++axis) kernel *= weight[axis];
  return {weight[1] * kernel, weight[0] * kernel};
}

double gain(Nonlinearity nonlinearity, double slope) {
  switch (nonlinearity) {
    case Nonlinearity::tanh: return 5.0 / 3;
    case Nonlinearity::relu: return std::sqrt(2.0);
    case Nonlinearity::leaky_relu: return std::sqrt(2 / (1 + slope * slope));
    case Nonlinearity::selu: return 0.75;
    default: return 1;
  }
}

Tensor xavier_uniform_(const Tensor& y, double gain, Generator& generator) {
  return spread_uniformly(y, spread(gain, mean_fan(y)), generator);
}

Tensor xavier_normal_(const Tensor& y, double gain, Generator& generator) {
  return normal_(y, 0, spread(gain, mean_fan(y)), generator);
}

Tensor kaiming_uniform_(const Tensor& y, KaimingOptions options, Generator& generator) {
  return spread_uniformly(y, spread(y, options), generator);
}

Tensor kaiming_normal_(const Tensor& y, KaimingOptions options, Generator& generator) {
  return normal_(y, 0, spread(y, options), generator);
}

}  // namespace xgrad::nn::init
