// Initial values of parameters, as functions that overwrite a tensor.
// Not here: the initial values that layers have by default (linear.hpp, convolution.hpp).
#pragma once

#include <xgrad/autodiff/random.hpp>

#include <cstdint>

/// `nn::init::kaiming_normal_(layer.weight)`. Every function writes in place, unrecorded, and returns the tensor; one
/// seed gives one tensor, whatever its strides. Errors of all: as the writes of inplace.hpp and random.hpp.
namespace xgrad::nn::init {

Tensor zeros_(const Tensor& y);
Tensor constant_(const Tensor& y, double value);
/// Uniform on [low, high).
Tensor uniform_(const Tensor& y, double low = 0, double high = 1, Generator& generator = default_generator());
Tensor normal_(const Tensor& y, double mean = 0, double stddev = 1, Generator& generator = default_generator());

/// How many inputs each output of a layer depends on, and how many outputs each input affects.
struct Fans {
  std::int64_t in, out;
};
/// For a weight [out, in, kernel...]: in and out, times the elements of the kernel. Errors: ShapeError for fewer than
/// two axes.
Fans fans(const Shape& weight);

/// What comes after the layer.
enum class Nonlinearity : std::uint8_t { linear, sigmoid, tanh, relu, leaky_relu, selu };
/// The factor that keeps the variance through a nonlinearity: 1, 1, 5/3, sqrt(2), sqrt(2 / (1 + slope^2)), 3/4.
double gain(Nonlinearity nonlinearity, double slope = 0.01);

/// Uniform on +-gain sqrt(6 / (fan in + fan out)). Errors: as fans. Source: Glorot & Bengio, Understanding the
/// difficulty of training deep feedforward neural networks (2010), eq. 16.
Tensor xavier_uniform_(const Tensor& y, double gain = 1, Generator& generator = default_generator());
/// Normal with standard deviation gain sqrt(2 / (fan in + fan out)). Errors, source: as above, eq. 12.
Tensor xavier_normal_(const Tensor& y, double gain = 1, Generator& generator = default_generator());

enum class FanMode : std::uint8_t {
  fan_in,  ///< keeps the variance of values on their way forward
  fan_out  ///< keeps that of gradients on their way back
};

struct KaimingOptions {
  FanMode mode = FanMode::fan_in;
  Nonlinearity nonlinearity = Nonlinearity::relu;
  double slope = 0.01;  ///< of leaky_relu below 0
};

/// Uniform on +-gain sqrt(3 / fan). Errors: as fans. Source: He, Zhang, Ren & Sun, Delving deep into rectifiers (2015),
/// eqs. 10, 14 and 15.
Tensor kaiming_uniform_(const Tensor& y, KaimingOptions options = {}, Generator& generator = default_generator());
/// Normal with standard deviation gain / sqrt(fan). Errors, source: as above.
Tensor kaiming_normal_(const Tensor& y, KaimingOptions options = {}, Generator& generator = default_generator());

}  // namespace xgrad::nn::init
