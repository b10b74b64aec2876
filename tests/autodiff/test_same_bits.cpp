// One, two, three and five threads give the same bits: every family of ops, training steps, random numbers.
// Not here: how work is spread (test_parallel.cpp).
#include "samples/samples.hpp"
#include "support/identical.hpp"
#include "support/thread_count.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>

using namespace xgrad;
using test::identical;

namespace {

using Results = std::vector<Tensor>;

void check_same(const std::string& name, const std::function<Results()>& work) {
  const auto with = [&](int count) {
    const test::ThreadCount threads(count);
    return work();
  };
  const Results one = with(1);
  for (const int count : {2, 3, 5}) {
    const Results several = with(count);
    REQUIRE(several.size() == one.size());
    for (std::size_t i = 0; i < one.size(); ++i)
      CHECK_MESSAGE(identical(several[i], one[i]), name << ", result " << i << ", " << count << " threads");
  }
}

/// The results and the gradients of all operands.
Results both(const Results& operands, const std::function<Tensor(const Results&)>& f) {
  Results leaves;
  for (const Tensor& operand : operands)
    leaves.push_back(clone(operand).set_requires_grad(is_floating(operand.dtype())));
  const Tensor y = f(leaves);
  Generator generator(7);
  y.backward(randn(y.shape(), y.dtype(), generator));
  Results results{y.detach()};
  for (const Tensor& leaf : leaves)
    if (leaf.grad().defined()) results.push_back(leaf.grad());
  return results;
}

struct Family {
  const char* name;
  std::vector<Shape> shapes;
  std::function<Tensor(const Results&)> f;
};

const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"arithmetic",
       {{801, 700}, {801, 700}},
       [](const Results& x) { return (x[0] + x[1]) * x[0] - x[1] / (2 + square(x[0])); }},
      {"a row, a column, a scalar",
       {{801, 700}, {700}, {801, 1}, {}},
       [](const Results& x) { return (x[0] + x[1]) * x[2] - x[3]; }},
      {"transposed", {{801, 700}, {700, 801}}, [](const Results& x) { return x[0] * transpose(x[1]); }},
      {"steps",
       {{801, 700}},
       [](const Results& x) {
         return sin(
             view(x[0], range(placeholders::_, placeholders::_, 2), range(placeholders::_, placeholders::_, -1)));
       }},
      {"functions",
       {{801, 700}},
       [](const Results& x) {
         return sigmoid(x[0]) * tanh(x[0]) + exp(x[0]) + softplus(cos(x[0])) + leaky_relu(x[0]) + relu(x[0]);
       }},
      {"powers",
       {{801, 700}, {801, 700}},
       [](const Results& x) { return power(abs(x[0]) + 0.1, x[1]) + sqrt(abs(x[1])) + log(square(x[0]) + 1); }},
      {"choice",
       {{801, 700}, {801, 700}},
       [](const Results& x) { return where(greater(x[0], x[1]), x[0], maximum(x[1], 0.25)); }},
      {"concatenation",
       {{801, 350}, {801, 350}},
       [](const Results& x) {
         return concatenate({x[0], x[1]}, 1);
       }},
      {"conversion",
       {{801, 700}},
       [](const Results& x) { return x[0].to(x[0].dtype() == float32 ? float64 : float32) * 3; }},
      {"sum of all", {{801, 700}}, [](const Results& x) { return sum(x[0]); }},
      {"mean of all", {{801, 701}}, [](const Results& x) { return mean(square(x[0])); }},
      {"sum over rows", {{8000, 70}}, [](const Results& x) { return sum(x[0], 0); }},
      {"sum over columns", {{801, 700}}, [](const Results& x) { return sum(x[0], 1); }},
      {"sum over the middle", {{3, 3600, 50}}, [](const Results& x) { return sum(x[0], 1); }},
      {"sum over two axes",
       {{84, 16, 400}},
       [](const Results& x) {
         return sum(x[0], {0, 2});
       }},
      {"max", {{801, 700}}, [](const Results& x) { return max(x[0]) + sum(max(x[0], 1)) + max(x[0], 0); }},
      {"softmax",
       {{801, 700}},
       [](const Results& x) { return softmax(x[0], 1) + softmax(x[0], 0) + log_softmax(x[0], 1); }},
      {"logsumexp", {{801, 700}}, [](const Results& x) { return logsumexp(x[0], 1); }},
      {"softmax of two axes",
       {{84, 16, 400}},
       [](const Results& x) {
         return softmax(x[0], {0, 2});
       }},
      {"product", {{300, 280}, {280, 290}}, [](const Results& x) { return matmul(x[0], x[1]); }},
      {"product of columns", {{100, 700}, {700, 900}}, [](const Results& x) { return matmul(x[0], x[1]); }},
      {"linear", {{520, 300}, {310, 300}, {310}}, [](const Results& x) { return linear(x[0], x[1], x[2]); }},
      {"linear, wide", {{100, 300}, {800, 300}, {800}}, [](const Results& x) { return linear(x[0], x[1], x[2]); }},
      {"small products", {{6000, 12, 14}, {6000, 14, 10}}, [](const Results& x) { return matmul(x[0], x[1]); }},
      {"products with one matrix", {{40, 50, 60}, {60, 70}}, [](const Results& x) { return matmul(x[0], x[1]); }},
      {"few large products", {{3, 260, 250}, {3, 250, 240}}, [](const Results& x) { return matmul(x[0], x[1]); }},
      {"convolution",
       {{9, 8, 28, 28}, {16, 8, 3, 3}, {16}},
       [](const Results& x) {
         return conv2d(x[0], x[1], x[2], {.padding = {1, 1}});
       }},
      {"convolution, one image",
       {{1, 8, 100, 100}, {16, 8, 3, 3}},
       [](const Results& x) {
         return conv2d(x[0], x[1], {.stride = {2, 1}});
       }},
      {"convolution in groups",
       {{6, 16, 28, 28}, {16, 8, 3, 3}},
       [](const Results& x) { return conv2d(x[0], x[1], {.groups = 2}); }},
      {"pointwise convolution", {{9, 32, 28, 28}, {48, 32, 1, 1}}, [](const Results& x) { return conv2d(x[0], x[1]); }},
      {"pooling",
       {{16, 8, 28, 28}},
       [](const Results& x) { return max_pool2d(x[0], {.kernel = 2}) + avg_pool2d(x[0], {.kernel = 2}); }},
  };
  return all;
}

void check_families(Dtype dtype) {
  for (const Family& family : families()) {
    Generator generator(3);
    Results operands;
    for (const Shape& shape : family.shapes) operands.push_back(randn(shape, dtype, generator));
    check_same(family.name, [&] { return both(operands, family.f); });
  }
}

template <class Optimizer>
Results train(Dtype dtype, bool is_captured) {
  const DefaultDtype guard(dtype);
  manual_seed(5);
  nn::Sequential model(nn::Linear(196, 512), nn::ReLU(), nn::Linear(512, 512), nn::Tanh(), nn::Linear(512, 10));
  Optimizer optimizer(model.parameters(), {.lr = 1e-2});
  const Tensor x = rand({512, 196}), t = randint(0, 10, {512});
  const auto step = [&](const Tensor& points, const Tensor& classes) {
    const Tensor loss = nn::cross_entropy_loss(model(points), classes);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss.detach();
  };
  Results results;
  if (is_captured) {
    auto captured = capture(step, x, t);
    for (int i = 0; i < 3; ++i) results.push_back(captured(x, t));
  } else {
    for (int i = 0; i < 3; ++i) results.push_back(step(x, t));
  }
  for (const Tensor& parameter : model.parameters()) results.push_back(clone(parameter.detach()));
  return results;
}

}  // namespace

TEST_CASE("same bits: every family, float32") { check_families(float32); }
TEST_CASE("same bits: every family, float64") { check_families(float64); }

TEST_CASE("same bits: every family in small pieces") {
  const test::PieceCost pieces(512);
  check_families(float32);
}

TEST_CASE("same bits: training steps") {
  for (const Dtype dtype : {float32, float64}) {
    check_same("SGD", [&] { return train<optim::SGD>(dtype, false); });
    check_same("Adam", [&] { return train<optim::Adam>(dtype, false); });
    check_same("Adam, captured", [&] { return train<optim::Adam>(dtype, true); });
  }
}

TEST_CASE("same bits: random numbers, losses, integers, writes in place") {
  check_same("random", [] {
    Generator generator(11);
    Results results;
    for (const Dtype dtype : {float32, float64}) {
      results.push_back(rand({300'001}, dtype, generator));
      results.push_back(randn({300'001}, dtype, generator));
    }
    results.push_back(randint(-5, 1'000'000'007, {300'001}, generator));
    return results;
  });
  const Tensor logits = randn({80'000, 7}), targets = randint(0, 7, {80'000}), weight = rand({7});
  check_same("cross-entropy", [&] {
    return both({logits}, [&](const Results& x) {
      return nn::cross_entropy_loss(x[0], targets, {.weight = weight, .ignore_index = 3});
    });
  });
  const Tensor others = randn({80'000, 7});
  check_same("mse, bce", [&] {
    return both({logits, others}, [&](const Results& x) {
      return nn::mse_loss(x[0], x[1]) + nn::bce_with_logits_loss(x[0], sigmoid(x[1]));
    });
  });
  const Tensor integers = randint(-1000, 1000, {801, 700});
  check_same("integers", [&] {
    return Results{integers * integers + 3, sum(integers),     sum(integers, 0),
                   max(integers, 1),        less(integers, 7), integers.to(float32)};
  });
  const Tensor places = randint(-7, 7, {80'000, 4});
  check_same("take_along_axis",
             [&] { return both({logits}, [&](const Results& x) { return take_along_axis(x[0], places, 1); }); });
  check_same("writes in place", [&] {
    const NoGrad guard;
    Tensor x = clone(logits);
    add_(x, logits, 0.3);
    multiply_(x, logits);
    axpby_(x, 0.5, logits, 2);
    add_(transpose(x), transpose(logits));
    return Results{x, full({801, 700}, 3.5), zeros({801, 700}), fill_(clone(x), 2)};
  });
}

TEST_CASE("same bits: every sample of every op, an element a piece") {
  const test::PieceCost pieces(1);
  for (const test::OpSamples& op : test::samples::every_op())
    for (const test::Sample& sample : op.samples)
      for (const Dtype dtype : {float64, float32})
        check_same(op.op + " " + sample.name, [&] {
          Results leaves;
          for (const Tensor& input : sample.inputs) {
            const bool is_leaf = input.dtype() == float64;
            leaves.push_back(clone(is_leaf ? input.to(dtype) : input).set_requires_grad(is_leaf));
          }
          const Tensor y = sample.call(leaves);
          Results results{y.detach()};
          if (!y.requires_grad()) return results;
          y.backward(ones_like(y));
          for (const Tensor& leaf : leaves)
            if (leaf.grad().defined()) results.push_back(leaf.grad());
          return results;
        });
}
