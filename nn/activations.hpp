// Activation functions as modules, for Sequential.
// Not here: the functions (autodiff/ops/elementwise.hpp, softmax.hpp).
#pragma once

#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/softmax.hpp>
#include <xgrad/nn/callable.hpp>

namespace xgrad::nn {

/// 1 / (1 + e^-x), elementwise.
struct Sigmoid : Callable<Sigmoid> {
  Tensor forward(Arg x) const { return sigmoid(x); }
};

/// The hyperbolic tangent, elementwise.
struct Tanh : Callable<Tanh> {
  Tensor forward(Arg x) const { return tanh(x); }
};

/// max(x, 0), elementwise.
struct ReLU : Callable<ReLU> {
  Tensor forward(Arg x) const { return relu(x); }
};

/// x above 0, else negative_slope x.
struct LeakyReLU : Callable<LeakyReLU> {
  explicit LeakyReLU(double slope = 0.01) : negative_slope(slope) {}
  Tensor forward(Arg x) const { return leaky_relu(x, negative_slope); }
  double negative_slope;
};

/// e^x / sum of e^x along an axis.
struct Softmax : Callable<Softmax> {
  explicit Softmax(int along = -1) : axis(along) {}
  Tensor forward(Arg x) const { return softmax(x, axis); }
  int axis;
};

/// The logarithm of the softmax along an axis.
struct LogSoftmax : Callable<LogSoftmax> {
  explicit LogSoftmax(int along = -1) : axis(along) {}
  Tensor forward(Arg x) const { return log_softmax(x, axis); }
  int axis;
};

/// x itself.
struct Identity : Callable<Identity> {
  Tensor forward(Arg x) const { return x; }
};

}  // namespace xgrad::nn
