// Activation functions as modules, for Sequential.
// Not here: the functions (autodiff/ops/elementwise.hpp).
#pragma once

#include <xgrad/autodiff/ops/elementwise.hpp>
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

/// x itself.
struct Identity : Callable<Identity> {
  Tensor forward(Arg x) const { return x; }
};

}  // namespace xgrad::nn
