// Cross-entropies: PyTorch's values and gradients (golden/losses.json), options, conventions, errors.
// Not here: the ops behind them (samples/), mse_loss (test_layers.cpp).
#include "support/error_text.hpp"
#include "support/golden.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

using namespace xgrad;
using nlohmann::json;
using test::error_of;
using test::golden::mismatch;
using test::golden::numbers;
using test::golden::parse;
using test::golden::shape_of;

namespace {

using Tensors = std::vector<Tensor>;
using nn::Reduction;

Tensor optional(const json& c, const char* key) { return c.contains(key) ? parse(c[key]) : Tensor(); }

Reduction reduction(const json& c) {
  const std::string name = c["reduction"].get<std::string>();
  return name == "none" ? Reduction::none : (name == "sum" ? Reduction::sum : Reduction::mean);
}

Tensor targets(const Tensors& v, const json& c) { return v.size() > 1 ? v[1] : parse(c["targets"]); }

const std::map<std::string, std::function<Tensor(const Tensors&, const json&)>> functions = {
    {"softmax", [](const Tensors& v, const json& c) { return nn::Softmax(c["axis"].get<int>())(v[0]); }},
    {"log_softmax", [](const Tensors& v, const json& c) { return nn::LogSoftmax(c["axis"].get<int>())(v[0]); }},
    {"logsumexp",
     [](const Tensors& v, const json& c) {
       return logsumexp(v[0], c["axes"].get<std::vector<int>>(), c["keep_dims"].get<bool>());
     }},
    {"softplus", [](const Tensors& v, const json&) { return softplus(v[0]); }},
    {"log_sigmoid", [](const Tensors& v, const json&) { return log_sigmoid(v[0]); }},
    {"leaky_relu", [](const Tensors& v, const json& c) { return nn::LeakyReLU(c["slope"].get<double>())(v[0]); }},
    {"bce_loss", [](const Tensors& v, const json& c) { return nn::bce_loss(v[0], v[1], {.reduction = reduction(c)}); }},
    {"bce_with_logits_loss",
     [](const Tensors& v, const json& c) {
       return nn::bce_with_logits_loss(v[0], v[1],
                                       {.pos_weight = optional(c, "pos_weight"), .reduction = reduction(c)});
     }},
    {"nll_loss",
     [](const Tensors& v, const json& c) {
       return nn::nll_loss(v[0], targets(v, c), {.weight = optional(c, "weight"), .reduction = reduction(c)});
     }},
    {"cross_entropy_loss",
     [](const Tensors& v, const json& c) {
       return nn::cross_entropy_loss(v[0], targets(v, c),
                                     {.weight = optional(c, "weight"),
                                      .ignore_index = c.value("ignore_index", std::int64_t{-100}),
                                      .label_smoothing = c.value("label_smoothing", 0.0),
                                      .reduction = reduction(c)});
     }},
};

std::vector<double> list(const Tensor& x) {
  std::vector<double> result;
  for (std::int64_t i = 0; i < x.size(); ++i) result.push_back(view(reshape(x, {x.size()}), i).item());
  return result;
}

}  // namespace

TEST_CASE("losses and the softmax family are PyTorch's") {
  const json golden = test::golden::read("losses.json");
  CHECK(golden["cases"].size() >= 70);
  std::set<std::string> seen;
  int number = 0;
  for (const json& c : golden["cases"]) {
    const std::string op = c["op"].get<std::string>();
    seen.insert(op);
    CAPTURE(op);
    CAPTURE(number++);
    Tensors inputs;
    for (const json& described : c["inputs"]) inputs.push_back(parse(described).set_requires_grad());
    const Tensor output = functions.at(op)(inputs, c);
    CHECK(output.shape() == shape_of(c["output"]["shape"]));
    CHECK(mismatch(output, numbers(c["output"]["values"])) == "");
    const Tensor cotangent = reshape(tensor(numbers(c["cotangent"]), {.dtype = float64}), output.shape());
    const Tensors gradients = grad({output}, inputs, {.cotangents = {cotangent}});
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      CAPTURE(i);
      if (c["gradients"][i].is_null()) continue;
      CHECK(mismatch(gradients[i], numbers(c["gradients"][i])) == "");
    }
  }
  CHECK(seen.size() == functions.size());
}

TEST_CASE("losses have right derivatives of both orders, whatever the options") {
  const DefaultDtype dtype(float64);
  manual_seed(3);
  const Tensor logits = randn({3, 4}, {.requires_grad = true});
  const Tensor indices = tensor({1, -100, 3}), weight = tensor({0.5, 1.5, 2., 0.25});
  for (const auto how : {Reduction::none, Reduction::mean, Reduction::sum}) {
    for (const double smoothing : {0.0, 0.3}) {
      const auto by_index = [&](const Tensors& in) {
        return nn::cross_entropy_loss(in[0], indices,
                                      {.weight = weight, .label_smoothing = smoothing, .reduction = how});
      };
      CHECK(gradcheck(by_index, {logits}).ok);
      CHECK(gradgradcheck(by_index, {logits}).ok);
      const auto by_share = [&](const Tensors& in) {
        return nn::cross_entropy_loss(in[0], in[1], {.weight = weight, .label_smoothing = smoothing, .reduction = how});
      };
      const Tensor shares = softmax(randn({3, 4})).set_requires_grad();
      CHECK(gradcheck(by_share, {logits, shares}).ok);
      CHECK(gradgradcheck(by_share, {logits, shares}).ok);
    }
    const Tensor t = uniform(0.1, 0.9, {3, 4}, {.requires_grad = true});
    const auto with_logits = [&](const Tensors& in) {
      return nn::bce_with_logits_loss(in[0], in[1], {.pos_weight = weight, .reduction = how});
    };
    CHECK(gradcheck(with_logits, {logits, t}).ok);
    CHECK(gradgradcheck(with_logits, {logits, t}).ok);
    const auto bce = [&](const Tensors& in) { return nn::bce_loss(in[0], in[1], {.reduction = how}); };
    const Tensor p = uniform(0.2, 0.8, {3, 4}, {.requires_grad = true});
    CHECK(gradcheck(bce, {p, t}).ok);
    CHECK(gradgradcheck(bce, {p, t}).ok);
  }
}

TEST_CASE("cross-entropy with every target ignored is 0 with zero gradient") {
  for (const double smoothing : {0.0, 0.1})
    for (const Tensor& weight : {Tensor(), ones({3})})
      for (const std::int64_t n : {0, 2}) {
        const Tensor logits = ones({n, 3}, {.requires_grad = true});
        const Tensor loss =
            nn::cross_entropy_loss(logits, full({n}, -100), {.weight = weight, .label_smoothing = smoothing});
        CHECK(loss.item() == 0);
        CHECK(array_equal(grad(loss, logits), zeros({n, 3})));
      }
  // The same for targets whose classes all have the weight 0.
  const Tensor logits = ones({1, 2}, {.requires_grad = true});
  const Tensor loss = nn::cross_entropy_loss(logits, tensor({0}), {.weight = tensor({0., 1.})});
  CHECK(loss.item() == 0);
  CHECK(array_equal(grad(loss, logits), zeros({1, 2})));
}

TEST_CASE("logits of 1e4 give exact losses and gradients") {
  const Tensor logits = tensor({{1e4, -1e4, 0.}, {-1e4, 1e4, 0.}}, {.dtype = float32, .requires_grad = true});
  const Tensor loss = nn::cross_entropy_loss(logits, tensor({0, 2}), {.reduction = Reduction::sum});
  CHECK(loss.item() == 1e4);
  CHECK(list(grad(loss, logits)) == std::vector<double>{0, 0, 0, 0, 1, -1});
  // A confident prediction keeps its digits: log(1 + e^-20 + e^-25) is no 0 in float32.
  const double confident = nn::cross_entropy_loss(tensor({{20., 0., -5.}}), tensor({0})).item();
  const double want = std::log1p(std::exp(-20.0) + std::exp(-25.0));
  CHECK(std::fabs(confident / want - 1) < 3e-7);
}

TEST_CASE("weights and pos_weight are constants") {
  const Tensor weight = ones({2}, {.requires_grad = true});
  const Tensor logits = ones({1, 2}, {.requires_grad = true});
  CHECK_THROWS_AS(grad(nn::cross_entropy_loss(logits, tensor({0}), {.weight = weight}), weight), GraphError);
  CHECK_THROWS_AS(grad(nn::bce_with_logits_loss(logits, ones({1, 2}), {.pos_weight = weight}), weight), GraphError);
}

TEST_CASE("bce_loss of certain predictions is clamped at 100") {
  const Tensor p = tensor({0., 1., 0., 1.}, {.dtype = float64, .requires_grad = true});
  const Tensor loss = nn::bce_loss(p, tensor({1., 0., 0., 1.}, float64), {.reduction = Reduction::none});
  CHECK(list(loss) == std::vector<double>{100, 100, 0, 0});
  // A certain prediction that is right has reached the end; a wrong one has a slope that float32 holds, too.
  CHECK(allclose(grad(sum(loss), p), tensor({-1e12, 1e12, 0., 0.}, float64), 1e-7, 0));
  const Tensor single = p.detach().to(float32).set_requires_grad();
  const Tensor slopes = grad(nn::bce_loss(single, tensor({1., 0., 0., 1.}), {.reduction = Reduction::sum}), single);
  CHECK(allclose(slopes, tensor({-1e12, 1e12, 0., 0.}), 1e-7, 0));
}

TEST_CASE("the derivative of bce_loss by its targets is that of the clamped loss") {
  const Tensor t = tensor({1., 0., 0.5}, {.dtype = float64, .requires_grad = true});
  const Tensor p = tensor({0., 1., 0.5}, {.dtype = float64, .requires_grad = true});
  const Tensor loss = nn::bce_loss(p, t, {.reduction = Reduction::sum});
  const Tensor by_t = grad(loss, t, {.create_graph = true}), by_p = grad(loss, p, {.create_graph = true});
  CHECK(list(by_t) == std::vector<double>{100, -100, 0});
  // The mixed second derivative is the same from either side.
  CHECK(array_equal(grad(sum(by_t), p), grad(sum(by_p), t)));
}

TEST_CASE("errors of the cross-entropies") {
  const Tensor logits = zeros({2, 3}), shares = full({2, 3}, 1 / 3.);
  CHECK(error_of([&] {
          nn::cross_entropy_loss(logits, tensor({1, 3}));
        }) ==
        "cross_entropy_loss: target out of range: got 3 at (1,), want 0 to 2, or -100 to ignore it; operands (2, 3) "
        "float32, (2,) int64");
  CHECK(error_of([&] {
          nn::cross_entropy_loss(zeros({2, 3, 2}), tensor({{0, 1}, {-1, 0}}));
        }) ==
        "cross_entropy_loss: target out of range: got -1 at (1, 0), want 0 to 2, or -100 to ignore it; operands "
        "(2, 3, 2) float32, (2, 2) int64");
  CHECK(error_of([&] { nn::cross_entropy_loss(logits, tensor({1})); }) ==
        "cross_entropy_loss: the targets do not have the logits' shape without the classes: got (2, 3) float32 for "
        "target (1,) int64");
  CHECK(error_of([&] { nn::cross_entropy_loss(logits, zeros({2})); }) ==
        "cross_entropy_loss: shapes differ: got (2, 3) float32 for target (2,) float32");
  CHECK(error_of([&] { nn::cross_entropy_loss(logits, shares.to(float64)); }) ==
        "cross_entropy_loss: dtypes are not one floating dtype: got (2, 3) float32 for target (2, 3) float64");
  CHECK(error_of([&] {
          nn::cross_entropy_loss(logits, tensor({true, false}));
        }) ==
        "cross_entropy_loss: the targets are neither int64 nor of the logits' dtype: got (2, 3) float32 for target "
        "(2,) bool");
  CHECK(error_of([&] {
          nn::cross_entropy_loss(logits.to(int64), tensor({1, 0}));
        }) == "cross_entropy_loss: the logits are not floating: got (2, 3) int64 for target (2,) int64");
  CHECK(error_of([&] { nn::cross_entropy_loss(zeros({}), tensor(0)); }) ==
        "cross_entropy_loss: the logits have no axis of classes, want (C,) or (N, C, ...): got () float32 for target "
        "() int64");
  CHECK(error_of([&] {
          nn::cross_entropy_loss(logits, tensor({1, 0}), {.weight = ones({2})});
        }) == "cross_entropy_loss: weight is not one factor a class: got (2,) float32 for logits (2, 3) float32");
  CHECK(error_of([&] {
          nn::cross_entropy_loss(logits, tensor({1, 0}), {.weight = ones({3}, float64)});
        }) == "cross_entropy_loss: weight has another dtype: got (3,) float64 for logits (2, 3) float32");
  for (const double smoothing : {-0.5, 1.5, std::nan("")})
    CHECK(error_of([&] {
            nn::cross_entropy_loss(logits, tensor({1, 0}), {.label_smoothing = smoothing});
          }).starts_with("cross_entropy_loss: label_smoothing is out of range: got "));
  CHECK(error_of([&] { nn::bce_with_logits_loss(logits, logits, {.pos_weight = ones({2})}); }) ==
        "bce_with_logits_loss: pos_weight does not broadcast: got (2,) float32 for logits (2, 3) float32");
  CHECK(error_of([&] { nn::bce_with_logits_loss(logits, logits, {.pos_weight = ones({3}, float64)}); }) ==
        "bce_with_logits_loss: pos_weight has another dtype: got (3,) float64 for logits (2, 3) float32");
  CHECK(error_of([&] {
          nn::bce_loss(full({2}, std::nan("")), zeros({2}));
        }).starts_with("bce_loss: a prediction is no probability: got nan at (0,), want 0 to 1"));
  CHECK(error_of([&] { nn::bce_loss(zeros({2}), zeros({3})); }) ==
        "bce_loss: shapes differ: got (2,) float32 for target (3,) float32");
}
