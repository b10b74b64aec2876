// Initial values: moments, bounds, reproducibility.
// Not here: the quality of the random numbers (autodiff/test_philox.cpp).
#include "support/error_text.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

using namespace xgrad;
namespace init = nn::init;

namespace {

double deviation(const Tensor& x) { return std::sqrt(mean(square(x)).item()); }

// Uniform with this bound: nothing beyond, something near it, the right mean and variance.
void check_uniform(const Tensor& x, double bound) {
  const double count = static_cast<double>(x.size()), stddev = bound / std::sqrt(3.0);
  CHECK(max(abs(x)).item() <= bound);
  CHECK(max(abs(x)).item() > bound * (1 - 20 / count));
  CHECK(std::fabs(mean(x).item()) < 4 * stddev / std::sqrt(count));
  CHECK(std::fabs(deviation(x) / stddev - 1) < 4 / std::sqrt(count));
}

void check_normal(const Tensor& x, double stddev) {
  const double count = static_cast<double>(x.size());
  CHECK(std::fabs(mean(x).item()) < 4 * stddev / std::sqrt(count));
  CHECK(std::fabs(deviation(x) / stddev - 1) < 4 / std::sqrt(2 * count));
  CHECK(max(abs(x)).item() > 3 * stddev);
  // A standard normal variable has a fourth moment of 3, a uniform one of 9/5.
  CHECK(std::fabs(mean(power(x / stddev, 4)).item() - 3) < 4 * std::sqrt(96 / count));
}

}  // namespace

TEST_CASE("fans of linear and convolutional weights") {
  const auto both = [](const Shape& shape) { return std::pair(init::fans(shape).in, init::fans(shape).out); };
  CHECK(both(nn::Linear(3, 5).weight.shape()) == std::pair<std::int64_t, std::int64_t>(3, 5));
  CHECK(both(nn::Conv2d(4, 6, {3, 2}).weight.shape()) == std::pair<std::int64_t, std::int64_t>(24, 36));
  CHECK(both(nn::Conv2d(4, 6, {3, 2}, {.groups = 2}).weight.shape()) == std::pair<std::int64_t, std::int64_t>(12, 36));
  CHECK(both(nn::Conv1d(4, 6, 5).weight.shape()) == std::pair<std::int64_t, std::int64_t>(20, 30));
  CHECK(test::error_text<ShapeError>([] { init::fans({4}); }) ==
        "fans: a weight has two axes or more: got (4,), want (out, in, kernel...)");
  CHECK(test::error_text<ShapeError>([] { init::kaiming_normal_(ones({4})); }) ==
        "fans: a weight has two axes or more: got (4,), want (out, in, kernel...)");
  CHECK(test::error_text<ShapeError>([] { init::xavier_uniform_(ones({})); }) ==
        "fans: a weight has two axes or more: got (), want (out, in, kernel...)");
}

TEST_CASE("gains") {
  CHECK(init::gain(init::Nonlinearity::linear) == 1);
  CHECK(init::gain(init::Nonlinearity::sigmoid) == 1);
  CHECK(init::gain(init::Nonlinearity::tanh) == doctest::Approx(5.0 / 3));
  CHECK(init::gain(init::Nonlinearity::relu) == doctest::Approx(std::sqrt(2.0)));
  CHECK(init::gain(init::Nonlinearity::leaky_relu) == doctest::Approx(std::sqrt(2 / 1.0001)));
  CHECK(init::gain(init::Nonlinearity::leaky_relu, 1) == 1);
  CHECK(init::gain(init::Nonlinearity::selu) == 0.75);
}

TEST_CASE("moments and bounds, in both dtypes, of linear and convolutional weights") {
  for (const Dtype dtype : {float32, float64}) {
    manual_seed(7);
    const Tensor matrix = empty({200, 100}, dtype), kernels = empty({40, 20, 5, 5}, dtype);
    check_uniform(init::uniform_(matrix, -2, 2), 2);
    check_normal(init::normal_(matrix, 0, 3), 3);
    check_normal(init::normal_(matrix, 5, 3) - 5, 3);
    check_uniform(init::xavier_uniform_(matrix), std::sqrt(6.0 / 300));
    check_normal(init::xavier_normal_(matrix, 2), 2 * std::sqrt(2.0 / 300));
    check_uniform(init::kaiming_uniform_(matrix), std::sqrt(6.0 / 100));
    check_normal(init::kaiming_normal_(matrix, {.mode = init::FanMode::fan_out}), std::sqrt(2.0 / 200));
    check_normal(init::kaiming_normal_(matrix, {.nonlinearity = init::Nonlinearity::leaky_relu, .slope = 0.5}),
                 std::sqrt(2.0 / 1.25 / 100));
    check_uniform(init::xavier_uniform_(kernels, 0.5), 0.5 * std::sqrt(6.0 / 1500));
    check_normal(init::kaiming_normal_(kernels, {.nonlinearity = init::Nonlinearity::tanh}),
                 5.0 / 3 / std::sqrt(500.0));
    check_uniform(init::kaiming_uniform_(kernels, {.mode = init::FanMode::fan_out}), std::sqrt(6.0 / 1000));
    CHECK(array_equal(init::constant_(matrix, 0.5), full({200, 100}, 0.5, {.dtype = dtype})));
    CHECK(array_equal(init::zeros_(matrix), zeros({200, 100}, dtype)));
  }
}

TEST_CASE("one seed gives one tensor, whoever owns the generator and however the tensor lies in memory") {
  const std::vector<std::function<Tensor(const Tensor&, Generator&)>> fills{
      [](const Tensor& y, Generator& g) { return init::uniform_(y, -1, 1, g); },
      [](const Tensor& y, Generator& g) { return init::normal_(y, 0, 1, g); },
      [](const Tensor& y, Generator& g) { return init::xavier_uniform_(y, 1, g); },
      [](const Tensor& y, Generator& g) { return init::xavier_normal_(y, 1, g); },
      [](const Tensor& y, Generator& g) { return init::kaiming_uniform_(y, {}, g); },
      [](const Tensor& y, Generator& g) { return init::kaiming_normal_(y, {}, g); }};
  for (const auto& fill : fills) {
    Generator first(5), second(5), third(6);
    manual_seed(5);
    const Tensor a = fill(empty({7, 9}), first);
    CHECK(array_equal(a, fill(empty({7, 9}), second)));
    CHECK(array_equal(a, fill(empty({7, 9}), default_generator())));
    CHECK_FALSE(array_equal(a, fill(empty({7, 9}), third)));
    CHECK_FALSE(array_equal(a, fill(empty({7, 9}), first)));
    Generator again(5);
    const Tensor across = transpose(zeros({9, 7}));
    CHECK(fill(across, again).state() == across.state());
    CHECK(array_equal(a, across));
  }
}

TEST_CASE("parameters are written unrecorded, and stay parameters") {
  const nn::Linear layer(3, 2);
  const std::uint32_t version = layer.weight.version();
  init::kaiming_uniform_(layer.weight);
  init::zeros_(layer.bias);
  CHECK(layer.weight.is_leaf());
  CHECK(layer.weight.requires_grad());
  CHECK(layer.weight.version() > version);
  CHECK(array_equal(layer.bias, zeros({2})));
  CHECK(is_grad_enabled());
  CHECK_THROWS_AS(init::normal_(layer(ones({1, 3}))), GraphError);
  CHECK_THROWS_AS(init::uniform_(ones({2}, int64)), DtypeError);
  CHECK_THROWS_AS(init::normal_(ones({2}), 0, -1), ValueError);
  CHECK_THROWS_AS(init::constant_(Tensor(), 1), ValueError);
}

TEST_CASE("a gain of 0 gives zeros") {
  CHECK(array_equal(init::xavier_uniform_(ones({2, 3}), 0), zeros({2, 3})));
  CHECK(array_equal(init::xavier_normal_(ones({2, 3}), 0), zeros({2, 3})));
}

TEST_CASE("weights without elements have nothing to fill") {
  CHECK(init::kaiming_normal_(empty({3, 0})).size() == 0);
  CHECK(init::xavier_uniform_(empty({0, 0})).size() == 0);
}
