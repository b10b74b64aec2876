// SGD against a scalar recurrence, and the mistakes that optimizers refuse.
// Not here: whether models learn (examples/).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace xgrad;

namespace {

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// 100 steps on f(p) = p^4 / 4 - p, whose derivative is p^3 - 1, with plain doubles.
double reference(double p, const optim::SGDOptions& o) {
  double b = 0;
  for (int step = 0; step < 100; ++step) {
    double g = p * p * p - 1 + o.weight_decay * p;
    if (o.momentum != 0) {
      b = step == 0 ? g : o.momentum * b + (1 - o.dampening) * g;
      g = o.nesterov ? g + o.momentum * b : b;
    }
    p -= o.lr * g;
  }
  return p;
}

}  // namespace

TEST_CASE("100 steps with each option equal the scalar recurrence") {
  const optim::SGDOptions all[] = {
      {.lr = 0.05},
      {.lr = 0.05, .weight_decay = 0.1},
      {.lr = 0.02, .momentum = 0.9},
      {.lr = 0.02, .momentum = 0.9, .dampening = 0.5},
      {.lr = 0.02, .momentum = 0.9, .nesterov = true},
      {.lr = 0.02, .momentum = 0.8, .dampening = 0.2, .weight_decay = 0.01},
      {.lr = 0.01, .momentum = 0.5, .weight_decay = 0.3, .nesterov = true},
  };
  for (const optim::SGDOptions& options : all) {
    Tensor p = tensor({{2.0, -0.5}, {0.25, 1.5}}, {.dtype = float64, .requires_grad = true});
    const Tensor start = clone(p.detach());
    optim::SGD sgd({p}, options);
    for (int step = 0; step < 100; ++step) {
      sgd.zero_grad();
      sum(power(p, 4) / 4 - p).backward();
      sgd.step();
    }
    for (int i = 0; i < 4; ++i)
      CHECK(p.data<double>()[i] == doctest::Approx(reference(start.data<double>()[i], options)).epsilon(1e-12));
  }
}

TEST_CASE("gradients are read, never written, and parameters without one stay") {
  Tensor p = tensor({1.0, 2.0}, {.requires_grad = true}), q = tensor({3.0}, {.requires_grad = true});
  optim::SGD sgd({p, q}, {.lr = 0.5, .momentum = 0.9, .weight_decay = 0.1});
  sum(p * p).backward();
  const Tensor before = clone(p.grad());
  sgd.step();
  CHECK(array_equal(p.grad(), before));
  CHECK(q.item() == 3);
  sgd.step();
  CHECK(array_equal(p.grad(), before));
}

TEST_CASE("the learning rate can be read and set") {
  Tensor p = tensor({1.0}, {.requires_grad = true});
  optim::SGD sgd({p}, {.lr = 0.5});
  CHECK(sgd.learning_rate() == 0.5);
  sgd.set_learning_rate(0.25);
  CHECK(sgd.options().lr == 0.25);
  p.set_grad(tensor({1.0}));
  sgd.step();
  CHECK(p.item() == 0.75);
}

TEST_CASE("mistakes are refused") {
  Tensor p = tensor({1.0}, {.requires_grad = true});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(error_of([&] { optim::SGD({p}, {.lr = -1}); }) ==
        "SGD: lr is out of range: got -1.000000, want a finite number, 0 or more");
  CHECK_THROWS_AS(optim::SGD({p}, {.lr = nan}), ValueError);
  CHECK_THROWS_AS(optim::SGD({p}, {.momentum = -0.1}), ValueError);
  CHECK_THROWS_AS(optim::SGD({p}, {.dampening = nan}), ValueError);
  CHECK_THROWS_AS(optim::SGD({p}, {.weight_decay = -1}), ValueError);
  CHECK(error_of([&] { optim::SGD({p}, {.nesterov = true}); }) == "SGD: nesterov needs momentum and no dampening");
  CHECK_THROWS_AS(optim::SGD({p}, {.momentum = 0.9, .dampening = 0.1, .nesterov = true}), ValueError);
  CHECK(error_of([&] { optim::SGD({}); }) == "SGD: no parameters: got 0, want 1 or more");
  CHECK(error_of([&] { optim::SGD({p, p}); }) == "SGD: a parameter is given twice: got (1,) float32");
  CHECK_THROWS_AS(optim::SGD({p * 2}), GraphError);
  CHECK_THROWS_AS(optim::SGD({tensor({1})}), DtypeError);
  CHECK_THROWS_AS(optim::SGD({p}).set_learning_rate(nan), ValueError);
}
