// Samples of softmax and its relatives.
// Not here: logits that are huge or infinite (autodiff/test_softmax.cpp).
#include "samples/operands.hpp"
#include "samples/samples.hpp"

#include "reference/losses.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/softmax.hpp>

namespace xgrad::test::samples {
namespace {

using Function = Tensor (*)(Arg, const Axes&);
using Reference = Ref (*)(const Ref&, const std::vector<int>&);
using Backward = Tensor (*)(Arg, Arg, const Axes&);
using BackwardReference = Ref (*)(const Ref&, const Ref&, const std::vector<int>&);

struct Case {
  Shape shape;
  std::vector<int> axes;  // as a user writes them
};
const std::vector<Case> cases = {
    {{1}, {0}},           {{7}, {-1}},
    {{8}, {0}},           {{9}, {0}},
    {{17}, {0}},          {{33}, {0}},
    {{3, 5}, {-1}},       {{3, 5}, {0}},
    {{5, 10}, {1}},       {{4, 1}, {1}},
    {{2, 3, 4}, {1}},     {{2, 3, 4}, {0, 2}},
    {{2, 3, 4}, {1, -1}}, {{2, 3, 4}, {0, 1, 2}},
    {{2, 1, 3}, {0}},     {{2, 0, 3}, {2}},
    {{2, 0}, {1}},        {{}, {}},
};

std::vector<int> counted(const Case& c) {
  std::vector<int> axes = c.axes;
  for (int& axis : axes) axis += axis < 0 ? c.shape.rank() : 0;
  return axes;
}

std::string title(const Case& c) {
  std::string text = xgrad::to_string(c.shape) + " over";
  for (const int axis : c.axes) text += " " + std::to_string(axis);
  return text;
}

OpSamples of_logits(const char* op, double ulps, Function f, Reference reference) {
  OpSamples result{op, ulps, ulps, {}, {}};
  for (const Case& c : cases)
    result.samples.push_back({title(c),
                              {values(c.shape, -4, 4, 1)},
                              [=](const Tensors& v) { return f(v[0], c.axes); },
                              [=](const Refs& v) { return reference(v[0], counted(c)); }});
  result.samples.push_back({"int64",
                            {integers({3, 4}, -5, 5)},
                            [=](const Tensors& v) { return f(v[0], 1); },
                            [=](const Refs& v) { return reference(v[0], {1}); }});
  result.errors = {
      fails<IndexError>(
          "axis out of range",
          [=] {
            f(ones({2, 3}, float64), 2);
          },
          op + std::string(": axis out of range: got 2, want -2 to 1; operands (2, 3) float64; at HERE")),
      fails<ValueError>(
          "undefined operand", [=] { f(Tensor(), 0); },
          op + std::string(": operand 0 is an undefined tensor; at HERE")),
  };
  return result;
}

OpSamples of_cotangents(const char* op, double ulps, Backward f, BackwardReference reference, Interval y_range) {
  OpSamples result{op, ulps, ulps, {}, {}};
  for (const Case& c : cases)
    result.samples.push_back({title(c),
                              {values(c.shape, -2, 2, 1), values(c.shape, y_range.low, y_range.high, 2)},
                              [=](const Tensors& v) { return f(v[0], v[1], c.axes); },
                              [=](const Refs& v) { return reference(v[0], v[1], counted(c)); }});
  result.errors = {
      fails<ShapeError>(
          "shapes that differ",
          [=] {
            f(ones({3}, float64), ones({2, 3}, float64), 1);
          },
          op + std::string(": shapes differ: got (3,) for (2, 3); operands (3,) float64, (2, 3) float64; at HERE")),
      fails<IndexError>(
          "axis out of range", [=] { f(ones({3}, float64), ones({3}, float64), 1); },
          op + std::string(": axis out of range: got 1, want -1 to 0; operands (3,) float64; at HERE")),
  };
  return result;
}

}  // namespace

std::vector<OpSamples> softmax_family() {
  OpSamples logsumexp{"logsumexp", 2, 2, {}, {}};
  for (const Case& c : cases)
    for (const bool keep_dims : {false, true})
      logsumexp.samples.push_back({title(c) + (keep_dims ? ", keep_dims" : ""),
                                   {values(c.shape, -4, 4, 1)},
                                   [=](const Tensors& v) { return xgrad::logsumexp(v[0], c.axes, keep_dims); },
                                   [=](const Refs& v) { return reference::logsumexp(v[0], counted(c), keep_dims); }});
  logsumexp.samples.push_back({"over all",
                               {values({3, 4}, -4, 4, 2)},
                               [](const Tensors& v) { return xgrad::logsumexp(v[0]); },
                               [](const Refs& v) {
                                 return reference::logsumexp(v[0], {0, 1}, false);
                               }});
  logsumexp.errors = {fails<ValueError>(
      "axis named twice",
      [] {
        xgrad::logsumexp(ones({2, 3}, float64), {1, -1});
      },
      "logsumexp: an axis is named twice: got -1; operands (2, 3) float64; at HERE")};
  return {
      of_logits("softmax", 3, xgrad::softmax, reference::softmax),
      of_logits("log_softmax", 3, xgrad::log_softmax, reference::log_softmax),
      of_cotangents("softmax_backward", 3, xgrad::softmax_backward, reference::softmax_backward, {0, 1}),
      of_cotangents("log_softmax_backward", 3, xgrad::log_softmax_backward, reference::log_softmax_backward, {-4, 0}),
      logsumexp};
}

}  // namespace xgrad::test::samples
