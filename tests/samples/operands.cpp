// The operands of operands.hpp.
// Not here: what single ops need beyond them.
#include "samples/operands.hpp"

#include "reference/elementwise.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>

namespace xgrad::test::samples {
namespace {

const std::vector<Shape> shapes = {{},   {0},    {1},       {7},       {8},       {9},
                                   {17}, {3, 5}, {2, 3, 4}, {1, 1, 1}, {2, 0, 3}, {2, 1, 2, 1, 3}};

struct Pair {
  Shape a, b;
};
const std::vector<Pair> pairs = {{{2, 3}, {3}},    {{3}, {2, 3}},       {{2, 1}, {1, 4}},         {{}, {2, 3}},
                                 {{5}, {}},        {{2, 3, 4}, {3, 1}}, {{4, 1}, {2, 4, 5}},      {{2, 0}, {1}},
                                 {{1}, {2, 0, 3}}, {{1, 17}, {2, 1}},   {{2, 1, 3, 1}, {4, 1, 5}}};

Tensor within(const Shape& shape, Interval interval, int seed) {
  return values(shape, interval.low, interval.high, seed);
}

Tensor as_float32(const Tensor& x) {
  Tensor result = empty(x.shape(), float32);
  for (std::int64_t i = 0; i < x.size(); ++i) result.mutable_data<float>()[i] = static_cast<float>(x.data<double>()[i]);
  return result;
}

Sample one(std::string name, Tensor x, Unary op, UnaryRef reference) {
  return {std::move(name),
          {std::move(x)},
          [op](const Tensors& v) { return op(v[0]); },
          [reference](const Refs& v) { return reference(v[0]); }};
}

Sample two(std::string name, Tensor a, Tensor b, Binary op, BinaryRef reference) {
  return {std::move(name),
          {std::move(a), std::move(b)},
          [op](const Tensors& v) { return op(v[0], v[1]); },
          [reference](const Refs& v) { return reference(v[0], v[1]); }};
}

int low_integer(Interval interval) { return interval.low > 0 ? 1 : -4; }

}  // namespace

std::vector<Sample> unary(Unary op, UnaryRef reference, Interval interval, Takes takes) {
  std::vector<Sample> samples;
  for (const Shape& shape : shapes)
    samples.push_back(one(xgrad::to_string(shape), within(shape, interval, 1), op, reference));
  // Functions that are defined for floats alone convert integers and bools.
  if (takes != Takes::bools) samples.push_back(one("int64", integers({9}, low_integer(interval), 5), op, reference));
  if (takes == Takes::floats) samples.push_back(one("bool", bools({2, 4}), op, reference));
  samples.push_back({"a scalar",
                     {},
                     [op](const Tensors&) { return op(1.5); },
                     [reference](const Refs&) { return reference(scalar(1.5)); }});
  return samples;
}

std::vector<Sample> binary(Binary op, BinaryRef reference, Interval a, Interval b, Takes takes) {
  std::vector<Sample> samples;
  const auto add = [&](std::string name, Tensor x, Tensor y) {
    samples.push_back(two(std::move(name), std::move(x), std::move(y), op, reference));
  };
  for (const Shape& shape : shapes) add(xgrad::to_string(shape), within(shape, a, 1), within(shape, b, 2));
  for (const Pair& pair : pairs)
    add(xgrad::to_string(pair.a) + " with " + xgrad::to_string(pair.b), within(pair.a, a, 3), within(pair.b, b, 4));
  add("int64 with float64", integers({2, 3}, 1, 4), within({3}, b, 5));
  add("float64 with int64", within({2, 3}, a, 6), integers({3}, 1, 4));
  add("float32 with float64", as_float32(within({4}, a, 7)), within({2, 4}, b, 8));
  add("float64 with float32", within({4}, a, 9), as_float32(within({4}, b, 10)));
  // Where the operand must stay above 0, false would not.
  if (a.low <= 0) add("bool with float64", bools({5}), within({5}, b, 11));
  add("int64 with int64", integers({3, 4}, -5, 5, 1), integers({4}, 1, 4, 2));
  add("int64 with bool", integers({3}, 1, 5, 3), bools({3}));
  if (takes == Takes::bools) add("bool with bool", bools({3, 3}, 1), bools({3}, 2));
  samples.push_back({"float64 with a floating scalar",
                     {within({5}, a, 12)},
                     [op](const Tensors& v) { return op(v[0], 1.5); },
                     [reference](const Refs& v) { return reference(v[0], scalar(1.5)); }});
  samples.push_back({"an integer scalar with float64",
                     {within({2, 2}, b, 13)},
                     [op](const Tensors& v) { return op(3, v[0]); },
                     [reference](const Refs& v) { return reference(scalar(3), v[0]); }});
  samples.push_back({"int64 with a floating scalar",
                     {integers({4}, 1, 5, 4)},
                     [op](const Tensors& v) { return op(v[0], 2.5); },
                     [reference](const Refs& v) { return reference(v[0], scalar(2.5)); }});
  samples.push_back({"int64 with an integer scalar",
                     {integers({4}, 1, 5, 5)},
                     [op](const Tensors& v) { return op(v[0], 2); },
                     [reference](const Refs& v) { return reference(v[0], scalar(2)); }});
  samples.push_back({"two scalars",
                     {},
                     [op](const Tensors&) { return op(3, 2.5); },
                     [reference](const Refs&) { return reference(scalar(3), scalar(2.5)); }});
  return samples;
}

ErrorSample undefined_unary(const char* name, Unary op) {
  return fails<ValueError>(
      "undefined operand", [op] { op(Tensor()); }, std::string(name) + ": operand 0 is an undefined tensor; at HERE");
}

ErrorSample undefined_binary(const char* name, Binary op) {
  return fails<ValueError>(
      "undefined operand", [op] { op(ones({2}, float64), Tensor()); },
      std::string(name) + ": operand 1 is an undefined tensor; at HERE");
}

ErrorSample unfit_shapes(const char* name, Binary op) {
  return fails<ShapeError>(
      "shapes that do not broadcast",
      [op] {
        op(ones({2}, float64), ones({4, 3}, float64));
      },
      std::string(name) +
          ": shapes cannot be broadcast: got (2,) and (4, 3), want extents that are equal or 1, "
          "from the last axis on; operands (2,) float64, (4, 3) float64; at HERE");
}

ErrorSample bool_unary(const char* name, Unary op) {
  return fails<DtypeError>(
      "bool", [op] { op(ones({2}, bool_)); },
      std::string(name) +
          ": not defined for this dtype: got bool, want a larger one; .to(int64) converts; "
          "operands (2,) bool; at HERE");
}

ErrorSample bool_binary(const char* name, Binary op) {
  return fails<DtypeError>(
      "bool", [op] { op(ones({2}, bool_), ones({2}, bool_)); },
      std::string(name) +
          ": not defined for this dtype: got bool, want a larger one; .to(int64) converts; "
          "operands (2,) bool, (2,) bool; at HERE");
}

}  // namespace xgrad::test::samples
