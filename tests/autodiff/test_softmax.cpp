// The conventions of softmax and its relatives: huge and infinite logits, rows of -inf.
// Not here: ordinary logits (test_registry.cpp).
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/softmax.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace xgrad;

namespace {

constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

using Doubles = std::vector<double>;

Doubles list(const Tensor& x) {
  Doubles result;
  for (const long double value : test::to_ref(x).values) result.push_back(static_cast<double>(value));
  return result;
}

bool same(const Doubles& a, const Doubles& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return false;
  return true;
}

Doubles forward(Tensor (*f)(Arg, const Axes&), const Doubles& x, Dtype dtype) {
  return list(f(tensor(x, {.dtype = dtype}), -1));
}

Doubles gradient(Tensor (*f)(Arg, const Axes&), const Doubles& x, const Doubles& cotangent, Dtype dtype) {
  const Tensor leaf = tensor(x, {.dtype = dtype, .requires_grad = true});
  return list(grad(f(leaf, -1), leaf, {.cotangents = {tensor(cotangent, {.dtype = dtype})}}));
}

Tensor logsumexp_of_last(Arg x, const Axes& axes) { return logsumexp(x, axes, true); }

}  // namespace

TEST_CASE("logits of 1e4 are exact") {
  for (const Dtype dtype : {float32, float64}) {
    const Doubles x = {1e4, -1e4, 0};
    CHECK(same(forward(softmax, x, dtype), {1, 0, 0}));
    CHECK(same(forward(log_softmax, x, dtype), {0, -2e4, -1e4}));
    CHECK(same(forward(logsumexp_of_last, x, dtype), {1e4}));
    CHECK(same(gradient(softmax, x, {1, 2, 3}, dtype), {0, 0, 0}));
    CHECK(same(gradient(log_softmax, x, {1, 2, 3}, dtype), {-5, 2, 3}));
    CHECK(same(gradient(logsumexp_of_last, x, {2}, dtype), {2, 0, 0}));
    CHECK(same(forward(softmax, {-1e4, -1e4}, dtype), {0.5, 0.5}));
  }
}

TEST_CASE("over -inf alone: zeros, -inf, zero gradients") {
  for (const Dtype dtype : {float32, float64})
    for (const std::size_t n : {1U, 3U, 40U}) {
      const Doubles x(n, -inf), g(n, 2), zeros(n, 0);
      CHECK(same(forward(softmax, x, dtype), zeros));
      CHECK(same(forward(log_softmax, x, dtype), x));
      CHECK(same(forward(logsumexp_of_last, x, dtype), {-inf}));
      CHECK(same(gradient(softmax, x, g, dtype), zeros));
      CHECK(same(gradient(log_softmax, x, g, dtype), zeros));
      CHECK(same(gradient(logsumexp_of_last, x, {2}, dtype), zeros));
    }
}

TEST_CASE("the derivative of log_softmax's derivative is zero over -inf, too") {
  const Tensor x = tensor(Doubles{-inf, -inf}, {.requires_grad = true});
  const Tensor g = tensor(Doubles{1, 2}, {.requires_grad = true});
  const Tensor slope = grad(log_softmax(x), x, {.cotangents = {g}, .create_graph = true});
  const auto second = grad({sum(slope)}, {x, g}, {.allow_unused = true});
  CHECK(same(list(second[0]), {0, 0}));
  CHECK(same(list(second[1]), {0, 0}));
}

TEST_CASE("infinite logits take the limit, NaN stays") {
  for (const Dtype dtype : {float32, float64}) {
    CHECK(same(forward(softmax, {inf, 1}, dtype), {1, 0}));
    CHECK(same(forward(softmax, {inf, inf, 1, -inf}, dtype), {0.5, 0.5, 0, 0}));
    CHECK(same(forward(log_softmax, {inf, 1}, dtype), {0, -inf}));
    CHECK(same(forward(logsumexp_of_last, {inf, 1}, dtype), {inf}));
    CHECK(same(gradient(logsumexp_of_last, {inf, 1}, {1}, dtype), {1, 0}));
    CHECK(same(gradient(logsumexp_of_last, {inf, inf, 1}, {1}, dtype), {0.5, 0.5, 0}));
    CHECK(same(forward(softmax, {-inf, 0, -inf}, dtype), {0, 1, 0}));
    CHECK(same(gradient(log_softmax, {-inf, 0}, {0, 1}, dtype), {0, 0}));
    CHECK(same(forward(softmax, {quiet_nan, 1}, dtype), {quiet_nan, quiet_nan}));
    CHECK(same(forward(logsumexp_of_last, {1, quiet_nan}, dtype), {quiet_nan}));
  }
}

TEST_CASE("over nothing") {
  CHECK(same(list(logsumexp(zeros({2, 0}, float64), 1)), {-inf, -inf}));
  CHECK(softmax(zeros({2, 0}, float64)).shape() == Shape{2, 0});
  const Tensor x = zeros({0, 3}, {.dtype = float64, .requires_grad = true});
  CHECK(grad(sum(logsumexp(x, 1)), x).shape() == Shape{0, 3});
  const Tensor y = zeros({2, 0}, {.dtype = float64, .requires_grad = true});
  CHECK(grad(sum(log_softmax(y, 1)), y).shape() == Shape{2, 0});
}

TEST_CASE("softplus and log_sigmoid at the ends of the range") {
  for (const Dtype dtype : {float32, float64}) {
    const Doubles x = {-inf, -1e4, 1e4, inf, quiet_nan};
    CHECK(same(list(softplus(tensor(x, {.dtype = dtype}))), {0, 0, 1e4, inf, quiet_nan}));
    CHECK(same(list(log_sigmoid(tensor(x, {.dtype = dtype}))), {-inf, -1e4, 0, 0, quiet_nan}));
    const Tensor leaf = tensor(Doubles{-inf, -1e4, 0, 1e4, inf}, {.dtype = dtype, .requires_grad = true});
    CHECK(same(list(grad(sum(softplus(leaf)), leaf)), {0, 0, 0.5, 1, 1}));
    CHECK(same(list(grad(sum(log_sigmoid(leaf)), leaf)), {1, 1, 0.5, 0, 0}));
  }
}

TEST_CASE("softmax over several axes is softmax over them as one") {
  const Tensor x = test::values({2, 3, 4});
  const Tensor y = softmax(x, {0, 2});
  CHECK(allclose(sum(y, {0, 2}), ones({3}, float64), 1e-14));
  CHECK(allclose(log(y), log_softmax(x, {-1, 0}), 1e-13));
}
