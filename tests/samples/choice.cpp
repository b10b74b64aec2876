// Samples of comparisons, maximum, minimum and where.
// Not here: NaN (autodiff/test_conventions.cpp).
#include "samples/operands.hpp"
#include "samples/samples.hpp"

#include "reference/elementwise.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>

namespace xgrad::test::samples {
namespace {

OpSamples comparison(const char* name, Binary op, BinaryRef reference) {
  OpSamples result{name,
                   0,
                   0,
                   binary(op, reference, {-3, 3}, {-3, 3}, Takes::bools),
                   {unfit_shapes(name, op), undefined_binary(name, op)}};
  result.samples.push_back({"equal operands",
                            {numbers({1, 2, 3, 0}), numbers({1, 5, 3, -0.0})},
                            [op](const Tensors& v) { return op(v[0], v[1]); },
                            [reference](const Refs& v) { return reference(v[0], v[1]); }});
  return result;
}

OpSamples extremum(const char* name, Binary op, BinaryRef reference) {
  OpSamples result{name,
                   0,
                   0,
                   binary(op, reference, {-3, 3}, {-3, 3}, Takes::bools),
                   {unfit_shapes(name, op), undefined_binary(name, op)}};
  result.samples.push_back({"ties",
                            {numbers({1, 2, 0}), numbers({1, 2, -0.0})},
                            [op](const Tensors& v) { return op(v[0], v[1]); },
                            [reference](const Refs& v) { return reference(v[0], v[1]); },
                            {{0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}}});
  return result;
}

OpSamples where_samples() {
  OpSamples result{"where", 0, 0, {}, {}};
  const auto add = [&](std::string name, Tensor c, Tensor a, Tensor b) {
    result.samples.push_back({std::move(name),
                              {c, a, b},
                              [](const Tensors& v) { return where(v[0], v[1], v[2]); },
                              [](const Refs& v) { return reference::where(v[0], v[1], v[2]); }});
  };
  for (const Shape& shape : std::vector<Shape>{{}, {0}, {1}, {7}, {8}, {9}, {17}, {3, 5}, {2, 3, 4}})
    add(xgrad::to_string(shape), bools(shape, 1), values(shape, -2, 2, 1), values(shape, -2, 2, 2));
  add("condition (3,), operands (2, 3)", bools({3}), values({2, 3}, -2, 2, 1), values({2, 3}, -2, 2, 2));
  add("condition (2, 3), operands (3,) and ()", bools({2, 3}), values({3}, -2, 2, 1), values({}, -2, 2, 2));
  add("condition (2, 1, 3), operands (4, 1) and (1, 3)", bools({2, 1, 3}), values({4, 1}), values({1, 3}, -2, 2, 5));
  add("0-d condition", bools({}), values({5}), values({5}, -2, 2, 4));
  add("float64 and int64", bools({4}), values({4}), integers({4}, -3, 3));
  add("bool and int64", bools({4}), bools({4}, 2), integers({4}, -3, 3));
  add("bool and bool", bools({4}), bools({4}, 2), bools({4}, 3));
  add("float32 and float64", bools({4}), ones({4}, float32), values({4}));
  result.samples.push_back({"a scalar",
                            {bools({6}), values({6})},
                            [](const Tensors& v) { return where(v[0], v[1], 0); },
                            [](const Refs& v) { return reference::where(v[0], v[1], scalar(0)); }});
  result.samples.push_back({"two scalars",
                            {bools({6})},
                            [](const Tensors& v) { return where(v[0], 1, 2.5); },
                            [](const Refs& v) { return reference::where(v[0], scalar(1), scalar(2.5)); }});
  result.errors = {
      fails<DtypeError>(
          "a condition that is not bool", [] { where(ones({2}, float64), ones({2}, float64), 1); },
          "where: the condition is not bool: got float64, want bool, as comparisons give; operands "
          "(2,) float64, (2,) float64, () float64; at HERE"),
      fails<ShapeError>(
          "shapes that do not broadcast", [] { where(ones({2}, bool_), ones({3}, float64), 1); },
          "where: shapes cannot be broadcast: got (2,) and (3,), want extents that are equal or 1, from "
          "the last axis on; operands (2,) bool, (3,) float64, () float64; at HERE"),
      fails<ValueError>(
          "undefined operand", [] { where(ones({2}, bool_), Tensor(), 1); },
          "where: operand 1 is an undefined tensor; at HERE"),
  };
  return result;
}

}  // namespace

std::vector<OpSamples> choice() {
  return {
      comparison("equal", xgrad::equal, reference::equal),
      comparison("not_equal", xgrad::not_equal, reference::not_equal),
      comparison("less", xgrad::less, reference::less),
      comparison("less_equal", xgrad::less_equal, reference::less_equal),
      comparison("greater", xgrad::greater, reference::greater),
      comparison("greater_equal", xgrad::greater_equal, reference::greater_equal),
      extremum("maximum", xgrad::maximum, reference::maximum),
      extremum("minimum", xgrad::minimum, reference::minimum),
      where_samples(),
  };
}

}  // namespace xgrad::test::samples
