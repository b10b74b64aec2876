// Samples of the functions of one operand and of their fused derivatives.
// Not here: special values (autodiff/test_conventions.cpp).
#include "samples/operands.hpp"
#include "samples/samples.hpp"

#include "reference/elementwise.hpp"
#include "reference/losses.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
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

Tensor leaky(Arg x) { return leaky_relu(x, 0.2); }
Ref leaky_reference(const Ref& x) { return reference::leaky_relu(x, 0.2); }

OpSamples leaky_backward() {
  OpSamples result{"leaky_relu_backward", 0.5001, 0.5001, {}, {}};
  for (const Shape& shape : std::vector<Shape>{{}, {0}, {1}, {7}, {8}, {9}, {17}, {3, 5}, {2, 3, 4}})
    result.samples.push_back({xgrad::to_string(shape),
                              {values(shape, -2, 2, 1), values(shape, -3, 3, 2)},
                              [](const Tensors& v) { return leaky_relu_backward(v[0], v[1], 0.2); },
                              [](const Refs& v) { return reference::leaky_relu_backward(v[0], v[1], 0.2); }});
  result.errors = {fails<ShapeError>(
      "shapes that differ",
      [] {
        leaky_relu_backward(ones({3}, float64), ones({2, 3}, float64));
      },
      "leaky_relu_backward: shapes differ: got (3,) for (2, 3); operands (3,) float64, (2, 3) float64; at HERE")};
  return result;
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
      floating("softplus", 2.5, 2.5, xgrad::softplus, reference::softplus, {-6, 6}),
      floating("log_sigmoid", 2.5, 2.5, xgrad::log_sigmoid, reference::log_sigmoid, {-6, 6}),
      floating("leaky_relu", 0.5001, 0.5001, leaky, leaky_reference, {-3, 3}),
      leaky_backward(),
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
    if (op.op == "leaky_relu")
      op.samples.push_back(kink("at 0", leaky, leaky_reference, {0, -0.0, 2, -2}, {0.2, 0.2, 1, 0.2}));
    if (op.op == "sign")
      op.samples.push_back(kink("at 0", xgrad::sign, reference::sign, {0, -0.0, 2, -2}, {0, 0, 0, 0}));
  }
  return result;
}

}  // namespace xgrad::test::samples
