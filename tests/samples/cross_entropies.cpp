// Samples of the ops behind the cross-entropies.
// Not here: options and errors of the losses made of them (nn/test_losses.cpp).
#include "samples/operands.hpp"
#include "samples/samples.hpp"

#include "reference/losses.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/tape.hpp>
#include <xgrad/nn/losses.hpp>

namespace xgrad::test::samples {
namespace {

using reference::Reduce;

const std::vector<Shape> shapes = {{}, {0}, {1}, {7}, {8}, {9}, {17}, {3, 5}, {2, 3, 4}};

nn::LossOptions unreduced() { return {.reduction = nn::Reduction::none}; }

struct Case {
  Shape shape, targets;
  bool has_weight;
  bool some_ignored;
};
const std::vector<Case> cases = {
    {{4, 3}, {4}, false, false}, {{4, 3}, {4}, true, true},       {{3}, {}, false, false},
    {{3}, {}, true, false},      {{2, 3, 2}, {2, 2}, true, true}, {{2, 3, 2, 2}, {2, 2, 2}, false, true},
    {{0, 3}, {0}, true, false},
};

Tensor classes(const Case& c) {
  Tensor targets = integers(c.targets, 0, 3);
  if (c.some_ignored) targets.mutable_data<std::int64_t>()[1] = -100;
  return targets;
}

std::vector<double> factors(const Case& c) {
  return c.has_weight ? std::vector<double>{0.5, 2, 1.25} : std::vector<double>{};
}

nn::NllOptions options(const Case& c, Reduce reduce, Dtype dtype) {
  return {.weight = c.has_weight ? tensor(factors(c), {.dtype = dtype}) : Tensor(),
          .reduction = reduce == Reduce::none ? nn::Reduction::none
                                              : (reduce == Reduce::sum ? nn::Reduction::sum : nn::Reduction::mean)};
}

OpSamples nll() {
  OpSamples result{"nll_loss", 2, 2, {}, {}};
  for (const Case& c : cases)
    for (const Reduce reduce : {Reduce::none, Reduce::mean, Reduce::sum})
      result.samples.push_back(
          {xgrad::to_string(c.shape) + (c.has_weight ? " weighted " : " ") + std::to_string(static_cast<int>(reduce)),
           {values(c.shape, -4, 0), classes(c)},
           [=](const Tensors& v) { return nn::nll_loss(v[0], v[1], options(c, reduce, v[0].dtype())); },
           [=](const Refs& v) { return reference::nll(v[0], v[1], factors(c), reduce); }});
  result.errors = {
      fails<IndexError>(
          "a class out of range",
          [] {
            nn::nll_loss(ones({2, 3}), tensor({0, 3}));
          },
          "nll_loss: target out of range: got 3 at (1,), want 0 to 2, or -100 to ignore it; operands (2, 3) float32, "
          "(2,) int64; at HERE"),
      fails<DtypeError>(
          "floating targets",
          [] {
            nn::nll_loss(ones({2, 3}), ones({2}));
          },
          "nll_loss: the targets are not int64: got (2, 3) float32 for target (2,) float32; at HERE"),
  };
  return result;
}

OpSamples nll_backward() {
  OpSamples result{"nll_loss_backward", 2, 2, {}, {}};
  for (const Case& c : cases)
    for (const Reduce reduce : {Reduce::none, Reduce::mean, Reduce::sum})
      result.samples.push_back(
          {xgrad::to_string(c.shape) + (c.has_weight ? " weighted " : " ") + std::to_string(static_cast<int>(reduce)),
           {values(reduce == Reduce::none ? c.targets : Shape{}), classes(c)},
           [=](const Tensors& v) {
             const Tensor x = zeros(c.shape, {.dtype = v[0].dtype(), .requires_grad = true});
             const EnableGrad guard;
             return grad(nn::nll_loss(x, v[1], options(c, reduce, v[0].dtype())), x,
                         {.cotangents = {v[0]}, .create_graph = true});
           },
           [=](const Refs& v) { return reference::nll_backward(v[0], v[1], extents(c.shape), factors(c), reduce); }});
  result.errors = {fails<ShapeError>(
      "a cotangent that does not fit",
      [] {
        const Tensor x = ones({2, 3}, {.dtype = float64, .requires_grad = true});
        grad(nn::nll_loss(x, tensor({0, 1})), x, {.cotangents = {ones({2}, float64)}});
      },
      "grad: the cotangent does not fit the output: got (2,) float64, want () float64; at HERE")};
  return result;
}

}  // namespace

std::vector<OpSamples> cross_entropies() {
  OpSamples bce{"bce_loss", 3, 3, {}, {}};
  OpSamples with_logits{"bce_with_logits", 3, 3, {}, {}};
  for (const Shape& shape : shapes) {
    bce.samples.push_back({xgrad::to_string(shape),
                           {values(shape, 0, 1, 1), values(shape, 0, 1, 2)},
                           [](const Tensors& v) { return nn::bce_loss(v[0], v[1], unreduced()); },
                           [](const Refs& v) { return reference::bce(v[0], v[1]); }});
    for (const double target : {0., 1.})
      bce.samples.push_back({xgrad::to_string(shape) + " for " + std::to_string(target),
                             {values(shape, 0, 1, 1)},
                             [=](const Tensors& v) { return nn::bce_loss(v[0], full_like(v[0], target), unreduced()); },
                             [=](const Refs& v) {
                               Ref targets = v[0];
                               for (long double& value : targets.values) value = target;
                               return reference::bce(v[0], targets);
                             }});
    with_logits.samples.push_back(
        {xgrad::to_string(shape),
         {values(shape, -6, 6, 1), values(shape, 0, 1, 2)},
         [](const Tensors& v) { return nn::bce_with_logits_loss(v[0], v[1], {.reduction = nn::Reduction::none}); },
         [](const Refs& v) { return reference::bce_with_logits(v[0], v[1]); }});
  }
  bce.errors = {fails<ValueError>(
      "no probability",
      [] {
        nn::bce_loss(tensor({{0.5, 1.5}}), ones({1, 2}));
      },
      "bce_loss: a prediction is no probability: got 1.500000 at (0, 1), want 0 to 1; bce_with_logits_loss takes "
      "logits; operands (1, 2) float32; at HERE")};
  with_logits.errors = {fails<ShapeError>(
      "shapes",
      [] {
        nn::bce_with_logits_loss(ones({3, 1}), ones({3}));
      },
      "bce_with_logits_loss: shapes differ: got (3, 1) float32 for target (3,) float32; at HERE")};

  OpSamples difference{"sigmoid_difference",
                       2,
                       2,
                       binary(nn::sigmoid_difference, reference::sigmoid_difference, {-6, 6}, {-3, 3}, Takes::floats),
                       {undefined_binary("sigmoid_difference", nn::sigmoid_difference),
                        unfit_shapes("sigmoid_difference", nn::sigmoid_difference)}};
  return {bce, with_logits, difference, nll(), nll_backward()};
}

}  // namespace xgrad::test::samples
