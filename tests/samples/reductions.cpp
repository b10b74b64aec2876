// Samples of sum, mean and max.
// Not here: accuracy over millions of elements (autodiff/test_conventions.cpp).
#include "samples/samples.hpp"

#include "reference/reductions.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>

namespace xgrad::test::samples {
namespace {

using Reduction = Tensor (*)(Arg, const Axes&, bool);
using ReductionRef = Ref (*)(const Ref&, std::vector<int>, bool);

struct Case {
  Shape shape;
  std::vector<int> axes;  // as a user writes them; none: all
};
const std::vector<Case> cases = {
    {{}, {}},
    {{1}, {}},
    {{7}, {}},
    {{8}, {0}},
    {{9}, {-1}},
    {{17}, {0}},
    {{3, 5}, {}},
    {{3, 5}, {0}},
    {{3, 5}, {1}},
    {{3, 5}, {-2}},
    {{3, 5}, {0, 1}},
    {{4, 1}, {1}},
    {{2, 3, 4}, {1}},
    {{2, 3, 4}, {0, 2}},
    {{2, 3, 4}, {-1, 0}},
    {{2, 3, 4}, {2, 1}},
    {{2, 3, 4}, {0, 1, 2}},
    {{3, 9}, {0}},
    {{3, 9}, {1}},
    {{2, 17, 3}, {1}},
    {{2, 3, 2, 4}, {0, 2}},
    {{2, 3, 2, 4}, {1, 3}},
    {{1, 5, 1}, {0, 2}},
};

std::vector<Sample> samples(Reduction op, ReductionRef reference, const std::vector<Case>& extra) {
  std::vector<Sample> result;
  const auto add = [&](const std::string& name, Tensor x, const Case& c, bool keep_dims) {
    std::vector<int> axes = c.axes;
    for (int& axis : axes) axis += axis < 0 ? c.shape.rank() : 0;
    result.push_back({name + (keep_dims ? ", keep_dims" : ""),
                      {x},
                      [=](const Tensors& v) { return op(v[0], c.axes.empty() ? Axes() : Axes(c.axes), keep_dims); },
                      [=](const Refs& v) { return reference(v[0], axes, keep_dims); }});
  };
  std::vector<Case> all = cases;
  all.insert(all.end(), extra.begin(), extra.end());
  for (const Case& c : all)
    for (const bool keep_dims : {false, true}) {
      std::string name = xgrad::to_string(c.shape) + " over";
      for (const int axis : c.axes) name += " " + std::to_string(axis);
      add(name, distinct(c.shape), c, keep_dims);
    }
  add("int64 over 0", integers({3, 5}, -9, 9), {{3, 5}, {0}}, false);
  add("int64 over 0 and 2", integers({2, 3, 4}, -9, 9), {{2, 3, 4}, {0, 2}}, true);
  return result;
}

ErrorSample bad_axis(const std::string& name, Reduction op) {
  return fails<IndexError>(
      "axis out of range",
      [op] {
        op(ones({2, 3}, float64), 2, false);
      },
      name + ": axis out of range: got 2, want -2 to 1; operands (2, 3) float64; at HERE");
}

ErrorSample axis_twice(const std::string& name, Reduction op) {
  return fails<ValueError>(
      "axis named twice",
      [op] {
        op(ones({2, 3}, float64), {0, -2}, false);
      },
      name + ": an axis is named twice: got -2; operands (2, 3) float64; at HERE");
}

}  // namespace

std::vector<OpSamples> reductions() {
  const std::vector<Case> empty_cases = {{{0}, {}}, {{2, 0}, {1}}, {{2, 0}, {0}}, {{0, 3}, {0}}, {{2, 0, 3}, {1, 2}}};
  OpSamples sum{"sum",
                2,
                2,
                samples(xgrad::sum, reference::sum, empty_cases),
                {bad_axis("sum", xgrad::sum), axis_twice("sum", xgrad::sum),
                 fails<IndexError>(
                     "axis of a 0-d tensor", [] { xgrad::sum(ones({}, float64), 0); },
                     "sum: axis out of range: got 0, want none for a 0-d tensor; operands () float64; "
                     "at HERE")}};
  sum.samples.push_back({"bool",
                         {bools({3, 4})},
                         [](const Tensors& v) { return xgrad::sum(v[0], 1); },
                         [](const Refs& v) { return reference::sum(v[0], {1}, false); }});
  sum.samples.push_back({"long rows",
                         {values({2, 200})},
                         [](const Tensors& v) { return xgrad::sum(v[0], 1); },
                         [](const Refs& v) { return reference::sum(v[0], {1}, false); }});

  // Over nothing mean is 0 / 0.
  const std::vector<Case> nothing_left = {{{2, 0}, {0}}, {{2, 0, 3}, {0, 2}}};
  OpSamples mean{"mean",
                 2,
                 2,
                 samples(xgrad::mean, reference::mean, nothing_left),
                 {bad_axis("mean", xgrad::mean), axis_twice("mean", xgrad::mean)}};
  mean.samples.push_back({"bool",
                          {bools({3, 4})},
                          [](const Tensors& v) { return xgrad::mean(v[0], 1); },
                          [](const Refs& v) { return reference::mean(v[0], {1}, false); }});

  OpSamples max{"max",
                0,
                0,
                samples(xgrad::max, reference::max, {{{2, 0}, {0}}}),
                {bad_axis("max", xgrad::max), axis_twice("max", xgrad::max),
                 fails<ShapeError>(
                     "nothing",
                     [] {
                       xgrad::max(ones({2, 0}, float64), 1);
                     },
                     "max: nothing has no maximum: got extent 0 along axis 1, want 1 or more; operands "
                     "(2, 0) float64; at HERE"),
                 fails<DtypeError>(
                     "bool", [] { xgrad::max(ones({2}, bool_)); },
                     "max: not defined for this dtype: got bool, want a larger one; .to(int64) converts; "
                     "operands (2,) bool; at HERE")}};
  max.samples.push_back({"ties along an axis",
                         {tensor({{1., 3., 3.}, {4., 4., 4.}}, float64)},
                         [](const Tensors& v) { return xgrad::max(v[0], 1); },
                         [](const Refs& v) { return reference::max(v[0], {1}, false); },
                         {{0, 0.5, 0.5, 1 / 3., 1 / 3., 1 / 3.}}});
  max.samples.push_back({"ties over all",
                         {tensor({{1., 3., 3.}, {2., 0., 3.}}, float64)},
                         [](const Tensors& v) { return xgrad::max(v[0]); },
                         [](const Refs& v) { return reference::max(v[0], {}, false); },
                         {{0, 1 / 3., 1 / 3., 0, 0, 1 / 3.}}});
  return {sum, mean, max};
}

}  // namespace xgrad::test::samples
