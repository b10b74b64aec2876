// The conventions of the design: kinks, ties, NaN, infinities, accuracy of sums.
// Not here: smooth points (test_registry.cpp).
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/pooling.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
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
  const test::Ref ref = test::to_ref(x);
  Doubles result;
  for (const long double value : ref.values) result.push_back(static_cast<double>(value));
  return result;
}

// NaN equals NaN, and zeros of both signs are equal.
bool same(const Doubles& a, const Doubles& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return false;
  return true;
}

template <class F>
Doubles forward(F f, const Doubles& x, Dtype dtype = float64) {
  return list(f(tensor(x, {.dtype = dtype})));
}

// The gradient of f at x for a cotangent of ones.
template <class F>
Doubles gradient(F f, const Doubles& x, Dtype dtype = float64) {
  const Tensor leaf = tensor(x, {.dtype = dtype, .requires_grad = true});
  const Tensor y = f(leaf);
  return list(grad(y, leaf, {.cotangents = {ones(y.shape(), y.dtype())}}));
}

template <class F>
std::pair<Doubles, Doubles> gradients(F f, const Doubles& a, const Doubles& b) {
  const Tensor x = tensor(a, {.requires_grad = true}), y = tensor(b, {.requires_grad = true});
  const Tensor z = f(x, y);
  const std::vector<Tensor> result = grad({z}, {x, y}, {.cotangents = {ones(z.shape(), z.dtype())}});
  return {list(result[0]), list(result[1])};
}

}  // namespace

TEST_CASE("relu, abs and sign at 0 and at NaN") {
  for (const Dtype dtype : {float32, float64}) {
    const Doubles x = {-2, -0.0, 0, 3, quiet_nan, inf, -inf};
    CHECK(same(forward([](Arg v) { return relu(v); }, x, dtype), {0, 0, 0, 3, quiet_nan, inf, 0}));
    CHECK(same(gradient([](Arg v) { return relu(v); }, x, dtype), {0, 0, 0, 1, 1, 1, 0}));
    CHECK(same(forward([](Arg v) { return abs(v); }, x, dtype), {2, 0, 0, 3, quiet_nan, inf, inf}));
    CHECK(same(gradient([](Arg v) { return abs(v); }, {-2, -0.0, 0, 3, inf, -inf}, dtype), {-1, 0, 0, 1, 1, -1}));
    CHECK(std::isnan(gradient([](Arg v) { return abs(v); }, {quiet_nan}, dtype)[0]));
    CHECK(same(forward([](Arg v) { return sign(v); }, x, dtype), {-1, 0, 0, 1, quiet_nan, 1, -1}));
    CHECK(same(gradient([](Arg v) { return sign(v); }, x, dtype), {0, 0, 0, 0, 0, 0, 0}));
  }
}

TEST_CASE("maximum and minimum: a tie is halved, NaN wins on either side") {
  const auto larger = [](Arg a, Arg b) { return maximum(a, b); };
  const auto smaller = [](Arg a, Arg b) { return minimum(a, b); };
  const Doubles a = {1, 2, 3, quiet_nan, 1, -0.0, inf}, b = {2, 2, 1, 1, quiet_nan, 0, inf};
  CHECK(same(list(maximum(tensor(a), tensor(b))), {2, 2, 3, quiet_nan, quiet_nan, 0, inf}));
  CHECK(same(list(minimum(tensor(a), tensor(b))), {1, 2, 1, quiet_nan, quiet_nan, 0, inf}));
  const Doubles p = {1, 2, 3, -0.0, inf}, q = {2, 2, 1, 0, inf};
  CHECK(same(gradients(larger, p, q).first, {0, 0.5, 1, 0.5, 0.5}));
  CHECK(same(gradients(larger, p, q).second, {1, 0.5, 0, 0.5, 0.5}));
  CHECK(same(gradients(smaller, p, q).first, {1, 0.5, 0, 0.5, 0.5}));
  CHECK(same(gradients(smaller, p, q).second, {0, 0.5, 1, 0.5, 0.5}));
}

TEST_CASE("max over an axis: ties share equally, NaN wins") {
  const auto whole = [](Arg v) { return max(v); };
  CHECK(same(forward(whole, {1, 3, 2, 3}), {3}));
  CHECK(same(gradient(whole, {1, 3, 2, 3}), {0, 0.5, 0, 0.5}));
  CHECK(same(gradient(whole, {5, 5, 5, 5}), {0.25, 0.25, 0.25, 0.25}));
  CHECK(same(gradient(whole, {-inf, -inf}), {0.5, 0.5}));
  for (std::size_t place = 0; place < 40; ++place) {
    Doubles x(40, 1.0);
    x[place] = quiet_nan;
    CHECK(std::isnan(forward(whole, x)[0]));
    CHECK(std::isnan(forward(whole, x, float32)[0]));
    x[place] = 2;
    CHECK(forward(whole, x)[0] == 2);
    Doubles slope(40, 0.0);
    slope[place] = 1;
    CHECK(same(gradient(whole, x), slope));
  }
  const Tensor columns = max(tensor({{1., quiet_nan}, {2., 3.}}, float64), 0);
  CHECK(same(list(columns), {2, quiet_nan}));
}

TEST_CASE("sqrt, log, divide and power where slopes are infinite or limits") {
  const auto root = [](Arg v) { return sqrt(v); };
  CHECK(same(forward(root, {0, 4, -1, inf, quiet_nan}), {0, 2, quiet_nan, inf, quiet_nan}));
  CHECK(same(gradient(root, {0, 4, inf}), {inf, 0.25, 0}));
  // inf times a zero cotangent is NaN: IEEE, not hidden.
  const Tensor zero = tensor(0., {.dtype = float64, .requires_grad = true});
  CHECK(std::isnan(grad(sqrt(zero) * 0, zero).item()));
  CHECK(same(forward([](Arg v) { return log(v); }, {0, -0.0, 1, -1, inf, quiet_nan}),
             {-inf, -inf, 0, quiet_nan, inf, quiet_nan}));
  CHECK(same(gradient([](Arg v) { return log(v); }, {0, 2}), {inf, 0.5}));
  CHECK(same(forward([](Arg v) { return 1 / v; }, {0, -0.0, inf}), {inf, -inf, 0}));
  CHECK(same(list(divide(tensor(Doubles{0}), tensor(Doubles{0}))), {quiet_nan}));

  const auto raise = [](Arg a, Arg b) { return power(a, b); };
  CHECK(same(list(power(tensor(Doubles{0, 0, 0, 2, -2, -2, quiet_nan, 1}),
                        tensor(Doubles{0, 2, -1, 0.5, 3, 0.5, 0, quiet_nan}))),
             {1, 0, inf, std::sqrt(2), -8, quiet_nan, 1, 1}));
  CHECK(same(gradients(raise, {0, 0, 0, 0}, {0, 0.5, 1, 2}).first, {0, inf, 1, 0}));
  CHECK(same(gradients(raise, {0, 0, 0, 0}, {0, 0.5, 1, 2}).second, {0, 0, 0, 0}));
  CHECK(same(gradients(raise, {-2}, {2}).first, {-4}));
  CHECK(std::isnan(gradients(raise, {-2}, {2}).second[0]));
  // The second derivative of x^2 and x^1 at 0 with a scalar exponent.
  for (const auto& [exponent, want] : std::vector<std::pair<double, double>>{{2, 2}, {1, 0}, {0, 0}, {3, 0}}) {
    const Tensor x = tensor(0., {.dtype = float64, .requires_grad = true});
    const Tensor slope = grad(power(x, exponent), x, {.create_graph = true});
    CHECK(grad(slope, x, {.allow_unused = true}).item() == want);
  }
}

TEST_CASE("where: the branch not taken gets zero, even where it is NaN or its slope infinite") {
  const Tensor x = tensor(Doubles{-1, 0, 4}, {.requires_grad = true});
  const Tensor y = where(x > 0, sqrt(x), 0);
  CHECK(same(list(y), {0, 0, 2}));
  const Tensor a = tensor(Doubles{quiet_nan, 1}, {.requires_grad = true}),
               b = tensor(Doubles{2, inf}, {.requires_grad = true});
  const Tensor chosen = where(tensor({false, true}), a, b);
  CHECK(same(list(chosen), {2, 1}));
  const std::vector<Tensor> slopes = grad({chosen}, {a, b}, {.cotangents = {ones({2}, float64)}});
  CHECK(same(list(slopes[0]), {0, 1}));
  CHECK(same(list(slopes[1]), {1, 0}));
}

TEST_CASE("exp, sigmoid and tanh at the ends of the range") {
  for (const Dtype dtype : {float32, float64}) {
    CHECK(same(forward([](Arg v) { return exp(v); }, {-inf, -1e4, 0, 1e4, inf, quiet_nan}, dtype),
               {0, 0, 1, inf, inf, quiet_nan}));
    CHECK(same(forward([](Arg v) { return sigmoid(v); }, {-inf, -1e4, 0, 1e4, inf, quiet_nan}, dtype),
               {0, 0, 0.5, 1, 1, quiet_nan}));
    CHECK(same(forward([](Arg v) { return tanh(v); }, {-inf, -1e4, 0, 1e4, inf, quiet_nan}, dtype),
               {-1, -1, 0, 1, 1, quiet_nan}));
    CHECK(same(gradient([](Arg v) { return sigmoid(v); }, {-inf, -1e4, 0, 1e4, inf}, dtype), {0, 0, 0.25, 0, 0}));
    CHECK(same(gradient([](Arg v) { return tanh(v); }, {-inf, -1e4, 0, 1e4, inf}, dtype), {0, 0, 1, 0, 0}));
    CHECK(std::isnan(forward([](Arg v) { return sin(v); }, {inf}, dtype)[0]));
  }
}

TEST_CASE("comparisons with NaN") {
  const Tensor a = tensor(Doubles{quiet_nan, quiet_nan, 1}), b = tensor(Doubles{quiet_nan, 1, quiet_nan});
  CHECK(same(list(equal(a, b)), {0, 0, 0}));
  CHECK(same(list(not_equal(a, b)), {1, 1, 1}));
  for (const Tensor& c : {less(a, b), less_equal(a, b), greater(a, b), greater_equal(a, b)})
    CHECK(same(list(c), {0, 0, 0}));
}

TEST_CASE("array_equal and allclose") {
  const Tensor a = tensor(Doubles{1, inf, -inf, 0});
  CHECK(array_equal(a, a));
  CHECK(allclose(a, a));
  CHECK_FALSE(array_equal(a, tensor(Doubles{1, inf, inf, 0})));
  CHECK_FALSE(allclose(a, tensor(Doubles{1, inf, inf, 0})));
  CHECK_FALSE(allclose(a, tensor(Doubles{1, 5, -inf, 0})));
  CHECK_FALSE(allclose(tensor(Doubles{5}), tensor(Doubles{inf})));
  CHECK(array_equal(tensor(Doubles{-0.0}), tensor(Doubles{0})));
  CHECK_FALSE(array_equal(ones({2}, float32), ones({2}, float64)));
  CHECK_FALSE(array_equal(ones({2}), ones({3})));
  CHECK_FALSE(array_equal(ones({1}), ones({2})));
  CHECK(allclose(ones({2}, float32), ones({2}, float64)));
  CHECK(allclose(ones({1}, float64), ones({2}, float64)));
  const Tensor n = tensor(Doubles{quiet_nan, 1});
  CHECK_FALSE(array_equal(n, n));
  CHECK_FALSE(allclose(n, n));
  CHECK(allclose(n, n, 1e-5, 1e-8, true));
  CHECK_FALSE(allclose(n, tensor(Doubles{1, quiet_nan}), 1e-5, 1e-8, true));
  CHECK(allclose(tensor(Doubles{1.0000099}), tensor(Doubles{1})));
  CHECK_FALSE(allclose(tensor(Doubles{1.00002}), tensor(Doubles{1})));
  CHECK(allclose(tensor(Doubles{1.1}), tensor(Doubles{1}), 0, 0.2));
  CHECK(array_equal(empty({0}), empty({0})));
}

TEST_CASE("sums keep their digits: 2^25 float ones") {
  constexpr std::int64_t n = std::int64_t{1} << 25;
  const Tensor x = ones({n}, float32);
  CHECK(sum(x).item<float>() == 0x1p25f);
  CHECK(mean(x).item<float>() == 1);
  const Tensor columns = sum(broadcast_to(ones({1, 2}, float32), {n / 2, 2}), 0);
  CHECK(same(list(columns), {0x1p24, 0x1p24}));
  const Tensor rows = sum(reshape(x, {2, n / 2}), 1);
  CHECK(same(list(rows), {0x1p24, 0x1p24}));
  // 0.1 is not exact in float32: naive addition would end near 3.28e6 instead of 3.355e6.
  const double sum_of_tenths = sum(full({n}, 0.1, {.dtype = float32})).item();
  CHECK(std::fabs(sum_of_tenths / (static_cast<double>(0.1f) * static_cast<double>(n)) - 1) < 1e-6);
}

TEST_CASE("means over nothing, sums over nothing") {
  CHECK(sum(zeros({0}, float64)).item() == 0);
  CHECK(std::isnan(mean(zeros({0}, float64)).item()));
  CHECK(same(list(sum(zeros({0, 2}, float64), 0)), {0, 0}));
  const Tensor x = zeros({0, 3}, {.dtype = float64, .requires_grad = true});
  CHECK(grad(mean(x), x).shape() == Shape{0, 3});
  CHECK(grad(sum(x), x).shape() == Shape{0, 3});
  CHECK(same(list(matmul(zeros({2, 0}, float64), zeros({0, 2}, float64))), {0, 0, 0, 0}));
}

TEST_CASE("sums and products of NaN and infinity") {
  for (std::size_t place = 0; place < 40; ++place) {
    Doubles x(40, 1.0);
    x[place] = quiet_nan;
    CHECK(std::isnan(sum(tensor(x)).item()));
    x[place] = inf;
    CHECK(sum(tensor(x)).item() == inf);
  }
  CHECK(std::isnan(sum(tensor(Doubles{inf, -inf})).item()));
  // 0 times NaN is NaN, in products, too.
  CHECK(std::isnan(matmul(tensor(Doubles{0, 1}), tensor(Doubles{quiet_nan, 1})).item()));
}

TEST_CASE("max pooling: the first of equals, the first NaN, nothing in a window of padding") {
  const auto row = [](const Doubles& x) { return reshape(tensor(x), {1, 1, 1, static_cast<std::int64_t>(x.size())}); };
  const auto check = [&](const Doubles& x, const Doubles& best, const Doubles& slope, const MaxPool2dOptions& options) {
    const Tensor leaf = row(x).set_requires_grad();
    const Tensor y = max_pool2d(leaf, options);
    CHECK(same(list(y), best));
    CHECK(same(list(grad(y, leaf, {.cotangents = {ones_like(y)}})), slope));
  };
  check({1, 3, 3, 3}, {3}, {0, 1, 0, 0}, {.kernel = {1, 4}});
  check({-inf, -inf, -inf, -inf}, {-inf}, {1, 0, 0, 0}, {.kernel = {1, 4}});
  check({1, quiet_nan, inf, quiet_nan}, {quiet_nan}, {0, 1, 0, 0}, {.kernel = {1, 4}});
  check({1, quiet_nan, inf, 2}, {quiet_nan, inf}, {0, 1, 1, 0}, {.kernel = {1, 2}});
  const Tensor small = ones({1, 1, 2, 2}, {.dtype = float64, .requires_grad = true});
  const MaxPool2dOptions around{.kernel = 2, .padding = 1, .dilation = 3};  // its one window is the corners around
  CHECK(same(list(max_pool2d(small, around)), {-inf}));
  CHECK(
      same(list(grad(max_pool2d(small, around), small, {.cotangents = {ones({1, 1, 1, 1}, float64)}})), {0, 0, 0, 0}));
  CHECK(same(list(max_pool2d_pick(small, small, around)), {0}));
}

TEST_CASE("the mean of a window of padding is 0, or NaN where padding does not count") {
  const Tensor nothing = zeros({1, 1, 0, 1}, float64);
  CHECK(same(list(avg_pool2d(nothing, {.kernel = {2, 1}, .padding = {1, 0}})), {0}));
  CHECK(
      same(list(avg_pool2d(nothing, {.kernel = {2, 1}, .padding = {1, 0}, .count_include_pad = false})), {quiet_nan}));
}

TEST_CASE("means of windows keep their digits") {
  const Tensor x = full({1, 1, 4096, 4096}, 0.1, {.dtype = float32});
  CHECK(avg_pool2d(x, {.kernel = 4096}).item<float>() == 0.1f);
}
