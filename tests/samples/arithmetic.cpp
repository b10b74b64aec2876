// Samples of add, subtract, multiply, divide, negative, power.
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

}  // namespace

std::vector<OpSamples> arithmetic() {
  constexpr Interval wide{-3, 3};
  return {
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
}

}  // namespace xgrad::test::samples
