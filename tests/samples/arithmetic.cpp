// Samples of add, subtract, multiply, divide, negative, power and its derivatives.
// Not here: the operands that all elementwise ops share (operands.cpp).
#include "samples/operands.hpp"
#include "samples/samples.hpp"

#include "reference/elementwise.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>

namespace xgrad::test::samples {
namespace {

OpSamples power_samples() {
  OpSamples power{"power", 1.0, 1.0, {}, {}};
  power.samples = binary(xgrad::power, reference::power, {0.2, 3}, {-2, 2.5}, Takes::integers);
  const auto add = [&](const char* name, Tensor a, Tensor b) {
    power.samples.push_back({name,
                             {a, b},
                             [](const Tensors& v) { return xgrad::power(v[0], v[1]); },
                             [](const Refs& v) { return reference::power(v[0], v[1]); }});
  };
  add("negative base, whole exponents", values({2, 6}, -2, 2, 1), tensor({0, 1, 2, 3, 4, -2}));
  power.samples.push_back({"a scalar exponent",
                           {values({7}, -2, 2, 3)},
                           [](const Tensors& v) { return xgrad::power(v[0], 3); },
                           [](const Refs& v) { return reference::power(v[0], scalar(3)); }});
  power.samples.push_back({"a scalar base",
                           {values({7}, -2, 2, 4)},
                           [](const Tensors& v) { return xgrad::power(2.5, v[0]); },
                           [](const Refs& v) { return reference::power(scalar(2.5), v[0]); }});
  // By a: 0, b 0^(b-1). By b: 0 where it is defined.
  power.samples.push_back({"base 0",
                           {numbers({0, 0, 0}), numbers({0, 1, 2})},
                           [](const Tensors& v) { return xgrad::power(v[0], v[1]); },
                           [](const Refs& v) { return reference::power(v[0], v[1]); },
                           {{0, 1, 0}, {0, 0, 0}}});
  power.errors = {
      unfit_shapes("power", xgrad::power),
      undefined_binary("power", xgrad::power),
      bool_binary("power", xgrad::power),
      fails<ValueError>(
          "integers to a negative power",
          [] {
            xgrad::power(tensor({2, 3}), -1);
          },
          "power: integers have no negative powers: got exponent -1, want 0 or more, or a floating base; "
          "operands (2,) int64, () int64; at HERE"),
  };
  return power;
}

using Ternary = Tensor (*)(Arg, Arg, Arg);
using TernaryRef = Ref (*)(const Ref&, const Ref&, const Ref&);

// The third operand lies in an interval of its own: any exponent, or a power that is not 0.
OpSamples power_derivative(const char* name, double ulps, Ternary op, TernaryRef reference, Interval third) {
  OpSamples result{name, ulps, ulps, {}, {}};
  const auto add = [&](std::string text, Tensor g, Tensor a, Tensor b, std::vector<std::vector<double>> kinks = {}) {
    result.samples.push_back({std::move(text),
                              {g, a, b},
                              [op](const Tensors& v) { return op(v[0], v[1], v[2]); },
                              [reference](const Refs& v) { return reference(v[0], v[1], v[2]); },
                              std::move(kinks)});
  };
  for (const Shape& shape : std::vector<Shape>{{}, {0}, {1}, {7}, {8}, {17}, {3, 5}})
    add(xgrad::to_string(shape), values(shape, -2, 2, 1), values(shape, 0.2, 3, 2),
        values(shape, third.low, third.high, 3));
  add("broadcasting", values({2, 3, 4}, -2, 2, 1), values({3, 1}, 0.2, 3, 2), values({}, third.low, third.high, 3));
  result.errors = {
      fails<ShapeError>(
          "shapes that do not broadcast", [op] { op(ones({2}, float64), ones({2}, float64), ones({3}, float64)); },
          std::string(name) +
              ": shapes cannot be broadcast: got (2,) and (3,), want extents that are equal or 1, from the last axis "
              "on; operands (2,) float64, (2,) float64, (3,) float64; at HERE"),
      fails<ValueError>(
          "an undefined operand", [op] { op(ones({2}), Tensor(), ones({2})); },
          std::string(name) + ": operand 1 is an undefined tensor; at HERE"),
  };
  return result;
}

std::vector<OpSamples> power_derivatives() {
  OpSamples by_base =
      power_derivative("power_base_backward", 4, power_base_backward, reference::power_base_backward, {-2, 2.5});
  // By g: the derivative itself. By a: b (b - 1) 0^(b-2), 0 where it is not defined.
  by_base.samples.push_back({"base 0",
                             {numbers({1, 1, 1}), numbers({0, 0, 0}), numbers({0, 1, 2})},
                             [](const Tensors& v) { return power_base_backward(v[0], v[1], v[2]); },
                             [](const Refs& v) { return reference::power_base_backward(v[0], v[1], v[2]); },
                             {{0, 1, 0}, {0, 0, 2}, {1, 1, 0}}});
  OpSamples by_exponent = power_derivative("power_exponent_backward", 3, power_exponent_backward,
                                           reference::power_exponent_backward, {0.2, 3});
  by_exponent.samples.push_back({"base 0",
                                 {numbers({1, 1}), numbers({0, 0}), numbers({0, 1})},
                                 [](const Tensors& v) { return power_exponent_backward(v[0], v[1], v[2]); },
                                 [](const Refs& v) { return reference::power_exponent_backward(v[0], v[1], v[2]); },
                                 {{0, 0}, {0, 0}, {0, 0}}});
  return {by_base, by_exponent};
}

}  // namespace

std::vector<OpSamples> arithmetic() {
  constexpr Interval wide{-3, 3};
  std::vector<OpSamples> result = {
      {"add",
       0.5001,
       0.5001,
       binary(xgrad::add, reference::add, wide, wide, Takes::bools),
       {unfit_shapes("add", xgrad::add), undefined_binary("add", xgrad::add)}},
      {"subtract",
       0.5001,
       0.5001,
       binary(xgrad::subtract, reference::subtract, wide, wide, Takes::integers),
       {unfit_shapes("subtract", xgrad::subtract), undefined_binary("subtract", xgrad::subtract),
        bool_binary("subtract", xgrad::subtract)}},
      {"multiply",
       0.5001,
       0.5001,
       binary(xgrad::multiply, reference::multiply, wide, wide, Takes::bools),
       {unfit_shapes("multiply", xgrad::multiply), undefined_binary("multiply", xgrad::multiply)}},
      {"divide",
       0.5001,
       0.5001,
       binary(xgrad::divide, reference::divide, wide, {0.5, 3}, Takes::floats),
       {unfit_shapes("divide", xgrad::divide), undefined_binary("divide", xgrad::divide)}},
      {"negative",
       0,
       0,
       unary(xgrad::negative, reference::negative, wide, Takes::integers),
       {undefined_unary("negative", xgrad::negative), bool_unary("negative", xgrad::negative)}},
      power_samples(),
  };
  for (OpSamples& op : power_derivatives()) result.push_back(std::move(op));
  return result;
}

}  // namespace xgrad::test::samples
