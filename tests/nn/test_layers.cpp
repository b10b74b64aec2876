// What single modules and losses compute.
// Not here: modules as values (test_module.cpp).
#include "support/error_text.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace xgrad;
using test::error_of;

namespace {

// A layer that counts its living copies, of which there may be `most`.
struct Scarce : nn::Callable<Scarce> {
  static inline int alive = 0, most = 0;
  Scarce() { take(); }
  Scarce(const Scarce& other) : nn::Callable<Scarce>(other) { take(); }
  Scarce& operator=(const Scarce&) = default;
  ~Scarce() override { --alive; }
  Tensor forward(Arg x) const { return x; }

 private:
  static void take() {
    if (alive == most) throw ValueError("Scarce: no more copies");
    ++alive;
  }
};

}  // namespace

TEST_CASE("a Sequential that cannot be copied whole leaves nothing behind") {
  Scarce::most = 100;
  {
    nn::Sequential model;
    for (int i = 0; i < 3; ++i) model.append(Scarce());
    REQUIRE(Scarce::alive == 3);
    Scarce::most = 5;  // the third copy of a layer fails
    CHECK(error_of([&] { const nn::Sequential copy = model; }) == "Scarce: no more copies");
    CHECK(Scarce::alive == 3);
    nn::Sequential other(nn::Identity{});
    CHECK(error_of([&] { other = model; }) == "Scarce: no more copies");
    CHECK(other.size() == 2);  // assignment keeps what it has done
    CHECK(Scarce::alive == 5);
  }
  CHECK(Scarce::alive == 0);
}

TEST_CASE("Linear computes x W^T + b for any number of leading axes") {
  const DefaultDtype dtype(float64);
  nn::Linear layer(3, 2);
  CHECK(layer.weight.shape() == Shape{2, 3});
  CHECK(layer.bias.shape() == Shape{2});
  for (const Shape& lead : {Shape{}, Shape{4}, Shape{2, 0}, Shape{2, 4}, Shape{2, 3, 4}}) {
    Shape shape = lead;
    shape.push_back(3);
    const Tensor x = randn(shape);
    const Tensor want = sum(expand_dims(x, -2) * layer.weight, -1) + layer.bias;
    CHECK(allclose(layer(x), want, 1e-14, 1e-14));
  }
  const nn::Linear plain(3, 2, {.bias = false});
  CHECK_FALSE(plain.bias.defined());
  CHECK(plain.parameters().size() == 1);
  const Tensor x = randn({4, 3});
  CHECK(allclose(plain(x), matmul(x, transpose(plain.weight)), 1e-14));
}

TEST_CASE("Linear starts uniform within 1 / sqrt(in_features)") {
  manual_seed(3);
  const nn::Linear layer(100, 200);
  const double largest = max(abs(layer.weight)).item();
  CHECK(largest <= 0.1);
  CHECK(largest > 0.0999);
  CHECK(std::abs(mean(layer.weight).item()) < 0.002);
  CHECK(max(abs(layer.bias)).item() <= 0.1);
  CHECK(error_of([] { nn::Linear(0, 2); }) == "Linear: in_features is too small: got 0, want 1 or more");
  CHECK(error_of([] { nn::Linear(2, -1); }) == "Linear: out_features is too small: got -1, want 1 or more");
}

TEST_CASE("activations are their functions") {
  const Tensor x = randn({3, 4});
  CHECK(array_equal(nn::Sigmoid()(x), sigmoid(x)));
  CHECK(array_equal(nn::Tanh()(x), tanh(x)));
  CHECK(array_equal(nn::ReLU()(x), relu(x)));
  CHECK(array_equal(nn::Identity()(x), x));
}

TEST_CASE("modules in the braces of Sequential draw their parameters in order") {
  manual_seed(5);
  const nn::Sequential model{nn::Linear(2, 3), nn::Linear(3, 2)};
  manual_seed(5);
  const nn::Linear first(2, 3), second(3, 2);
  CHECK(array_equal(model.parameters()[0], first.weight));
  CHECK(array_equal(model.parameters()[2], second.weight));
}

TEST_CASE("Sequential runs its children in order and copies them") {
  nn::Sequential model{nn::Linear(2, 3), nn::Tanh()};
  model.append(nn::Linear(3, 1));
  CHECK(model.size() == 3);
  const Tensor x = randn({5, 2});
  CHECK(array_equal(model(x), model.get<nn::Linear>(2)(tanh(model.get<nn::Linear>(0)(x)))));
  nn::Sequential copy = model;
  CHECK(array_equal(copy(x), model(x)));
  CHECK(copy.parameters()[0].state() != model.parameters()[0].state());
  nn::Sequential nested(copy, nn::Sigmoid());
  CHECK(nested.named_parameters()[2].first == "0.2.weight");
  CHECK(nn::Sequential()(x).state() == x.state());
  copy = nested;
  CHECK(copy.size() == 2);
  const nn::Sequential moved = std::move(copy);
  CHECK(array_equal(moved(x), nested(x)));
  CHECK(error_of([&] { model[3]; }) == "Sequential: index out of range: got 3, want less than 3");
  CHECK(error_of([&] { model.get<nn::Linear>(1); }) == "Sequential: child 1 is a module of another type");
}

TEST_CASE("mse_loss is the mean, the sum or the elements of the squared error") {
  const DefaultDtype dtype(float64);
  const Tensor p = tensor({{1., 2.}, {3., 4.}}), t = tensor({{0., 2.}, {5., 1.}});
  CHECK(nn::mse_loss(p, t).item() == 3.5);
  CHECK(nn::mse_loss(p, t, {.reduction = nn::Reduction::sum}).item() == 14);
  CHECK(array_equal(nn::mse_loss(p, t, {.reduction = nn::Reduction::none}), tensor({{1., 0.}, {4., 9.}})));
  CHECK(std::isnan(nn::mse_loss(zeros({0, 2}), zeros({0, 2})).item()));
  for (const auto reduction : {nn::Reduction::mean, nn::Reduction::sum, nn::Reduction::none}) {
    const std::vector<Tensor> inputs{randn({2, 3}, {.requires_grad = true}), randn({2, 3}, {.requires_grad = true})};
    const auto loss = [&](const std::vector<Tensor>& in) {
      return nn::mse_loss(in[0], in[1], {.reduction = reduction});
    };
    CHECK(gradcheck(loss, inputs).ok);
    CHECK(gradgradcheck(loss, inputs).ok);
  }
  CHECK(error_of([&] { nn::mse_loss(Tensor(), t); }) == "mse_loss: operand 0 is an undefined tensor");
  CHECK(error_of([&] { nn::mse_loss(p, Tensor()); }) == "mse_loss: operand 1 is an undefined tensor");
  CHECK(error_of([&] { nn::mse_loss_backward(p, p, Tensor()); }) ==
        "mse_loss_backward: operand 2 is an undefined tensor");
  CHECK(error_of([&] { nn::mse_loss(p, zeros({2})); }) ==
        "mse_loss: shapes differ: got (2, 2) float64 for target (2,) float64");
  CHECK(error_of([&] {
          nn::mse_loss(p, tensor({{1, 2}, {3, 4}}));
        }) == "mse_loss: dtypes are not one floating dtype: got (2, 2) float64 for target (2, 2) int64");
}
