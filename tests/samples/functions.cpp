// Samples of the functions of one operand and of their fused derivatives.
// Not here: special values (autodiff/test_conventions.cpp).
#include "samples/operands.hpp"
#include "samples/samples.hpp"

#include "reference/elementwise.hpp"

#include <xgrad/autodiff/ops/elementwise.hpp>

namespace xgrad::test::samples {
namespace {

Sample kink(std::string name, Unary op, UnaryRef reference, std::vector<double> x, std::vector<double> gradient) {
  return {std::move(name),
          {numbers(x)},
          [op](const Tensors& v) { return op(v[0]); },
          [reference](const Refs& v) { return reference(v[0]); },
          {std::move(gradient)}};
}

OpSamples floating(const char* name, double ulps64, double ulps32, Unary op, UnaryRef reference, Interval interval) {
  return {name, ulps64, ulps32, unary(op, reference, interval, Takes::floats), {undefined_unary(name, op)}};
}

OpSamples exact(const char* name, double ulps, Unary op, UnaryRef reference) {
  return {name,
          ulps,
          ulps,
          unary(op, reference, {-3, 3}, Takes::integers),
          {undefined_unary(name, op), bool_unary(name, op)}};
}

OpSamples fused(const char* name, double ulps, Binary op, BinaryRef reference) {
  return {name,
          ulps,
          ulps,
          binary(op, reference, {-3, 3}, {-3, 3}, Takes::floats),
          {undefined_binary(name, op), unfit_shapes(name, op)}};
}

}  // namespace

std::vector<OpSamples> functions() {
  std::vector<OpSamples> result = {
      floating("exp", 1, 1, xgrad::exp, reference::exp, {-4, 4}),
      floating("log", 1, 1, xgrad::log, reference::log, {0.2, 9}),
      floating("sqrt", 0.5001, 0.5001, xgrad::sqrt, reference::sqrt, {0.2, 9}),
      floating("sin", 1, 1, xgrad::sin, reference::sin, {-9, 9}),
      floating("cos", 1, 1, xgrad::cos, reference::cos, {-9, 9}),
      floating("tanh", 2, 2, xgrad::tanh, reference::tanh, {-4, 4}),
      floating("sigmoid", 2, 2, xgrad::sigmoid, reference::sigmoid, {-6, 6}),
      exact("square", 0.5001, xgrad::square, reference::square),
      exact("abs", 0, xgrad::abs, reference::abs),
      exact("sign", 0, xgrad::sign, reference::sign),
      exact("relu", 0, xgrad::relu, reference::relu),
      fused("sigmoid_backward", 4, xgrad::sigmoid_backward, reference::sigmoid_backward),
      fused("tanh_backward", 4, xgrad::tanh_backward, reference::tanh_backward),
      fused("relu_backward", 0, xgrad::relu_backward, reference::relu_backward),
      fused("sin_backward", 2, xgrad::sin_backward, reference::sin_backward),
      fused("cos_backward", 2, xgrad::cos_backward, reference::cos_backward),
  };
  for (OpSamples& op : result) {
    if (op.op == "abs") op.samples.push_back(kink("at 0", xgrad::abs, reference::abs, {0, -0.0, 2, -2}, {0, 0, 1, -1}));
    if (op.op == "relu")
      op.samples.push_back(kink("at 0", xgrad::relu, reference::relu, {0, -0.0, 2, -2}, {0, 0, 1, 0}));
    if (op.op == "sign")
      op.samples.push_back(kink("at 0", xgrad::sign, reference::sign, {0, -0.0, 2, -2}, {0, 0, 0, 0}));
  }
  return result;
}

}  // namespace xgrad::test::samples
