// 100 steps of every optimizer, option by option, against scalar recurrences.
// Not here: PyTorch's numbers (test_golden_optim.cpp).
#include "optim/recurrences.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace xgrad;
using optim_test::Recurrence;

namespace {

template <class Optimizer, class Options>
void check_float64(const std::vector<Options>& all) {
  for (std::size_t k = 0; k < all.size(); ++k) {
    // f(p) = p^4 / 4 - p; an odd number of elements, so that kernels have a rest to do.
    Tensor p = tensor({2.0, -0.5, 0.25, 1.5, -1.25, 0.75, 1.75}, {.dtype = float64, .requires_grad = true});
    const Tensor start = clone(p.detach());
    Optimizer optimizer({p}, all[k]);
    for (int step = 0; step < 100; ++step) {
      optimizer.zero_grad();
      sum(power(p, 4) / 4 - p).backward();
      optimizer.step();
    }
    for (int i = 0; i < p.size(); ++i) {
      Recurrence<Options> recurrence{all[k]};
      double x = start.data<double>()[i];
      for (int step = 0; step < 100; ++step) x = recurrence.step(x, x * x * x - 1);
      CHECK_MESSAGE(std::abs(p.data<double>()[i] - x) <= 1e-12 * std::abs(x), Options::optimizer, " ", k, ": ",
                    p.data<double>()[i], " and ", x);
    }
  }
}

// Gradients are given, positive and the same in both precisions, so that nothing amplifies an error: each step rounds
// the parameter at most twice, and step t has made at most 5 t + 5 relative errors of eps in the change: ever less than
// 5 in an average by a step (its coefficients, products and sum; half of that below a root), 5 in the rest.
template <class Optimizer, class Options>
void check_float32(Options options) {
  const double eps = std::numeric_limits<float>::epsilon();
  Tensor p = tensor({2.0, -0.5, 0.25, 1.5, -1.25}, {.dtype = float32, .requires_grad = true});
  Optimizer optimizer({p}, options);
  std::vector<Recurrence<Options>> recurrences(5, Recurrence<Options>{options});
  std::vector<double> x = {2.0, -0.5, 0.25, 1.5, -1.25}, bound(5, 0.0);
  for (int t = 1; t <= 100; ++t) {
    std::vector<double> gradient(5);
    for (std::size_t i = 0; i < 5; ++i) {
      gradient[i] = 0.5 + static_cast<double>((static_cast<std::size_t>(t) * 37 + i * 11) % 64) / 64;
      const double next = recurrences[i].step(x[i], gradient[i]);
      bound[i] += eps * (1.5 * std::max(std::abs(x[i]), std::abs(next)) + (5 * t + 5) * std::abs(next - x[i]));
      x[i] = next;
    }
    p.set_grad(tensor(gradient, {.dtype = float32}));
    optimizer.step();
  }
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK_MESSAGE(std::abs(static_cast<double>(p.data<float>()[i]) - x[i]) <= bound[i], Options::optimizer, ": ",
                  p.data<float>()[i], " and ", x[i], ", bound ", bound[i]);
    CHECK(bound[i] < 1e-3 * (1 + std::abs(x[i])));
  }
}

}  // namespace

// Options with which the iteration amplifies no rounding, as updates of constant size do that jump across the minimum.
TEST_CASE("100 steps with each option equal the scalar recurrence") {
  check_float64<optim::SGD, optim::SGDOptions>({
      {},
      {.lr = 0.05},
      {.lr = 0.05, .weight_decay = 0.1},
      {.lr = 0.02, .momentum = 0.9},
      {.lr = 0.02, .momentum = 0.9, .dampening = 0.5},
      {.lr = 0.02, .momentum = 0.9, .nesterov = true},
      {.lr = 0.02, .momentum = 0.8, .dampening = 0.2, .weight_decay = 0.01},
      {.lr = 0.01, .momentum = 0.5, .weight_decay = 0.3, .nesterov = true},
  });
  check_float64<optim::Adagrad, optim::AdagradOptions>({
      {},
      {.lr = 0.1},
      {.lr = 0.1, .lr_decay = 0.05},
      {.lr = 0.1, .weight_decay = 0.1},
      {.lr = 0.1, .initial_accumulator_value = 0.5},
      {.lr = 0.1, .eps = 0.1},
      {.lr = 0.1, .lr_decay = 0.01, .weight_decay = 0.2, .initial_accumulator_value = 0.1, .eps = 1e-3},
  });
  check_float64<optim::Adadelta, optim::AdadeltaOptions>({
      {},
      {.lr = 0.5},
      {.rho = 0.95},
      {.rho = 0, .eps = 1e-2},
      {.lr = 0.05, .rho = 1, .eps = 1e-4},
      {.eps = 1e-3},
      {.weight_decay = 0.1},
      {.lr = 0.5, .rho = 0.8, .eps = 1e-4, .weight_decay = 0.1},
  });
  check_float64<optim::RMSprop, optim::RMSpropOptions>({
      {},
      {.lr = 0.02},
      {.lr = 0.02, .alpha = 0.9},
      {.lr = 0.02, .eps = 0.1},
      {.lr = 0.02, .weight_decay = 0.1},
      {.lr = 0.01, .momentum = 0.5},
      {.lr = 0.02, .eps = 0.1, .centered = true},
      {.lr = 0.02, .alpha = 0.9, .eps = 0.1, .weight_decay = 0.1, .centered = true},
      {.lr = 0.01, .alpha = 0.95, .eps = 0.1, .weight_decay = 0.1, .momentum = 0.6, .centered = true},
  });
  check_float64<optim::Adam, optim::AdamOptions>({
      {},
      {.lr = 0.05},
      {.lr = 0.05, .beta1 = 0.5},
      {.lr = 0.05, .beta1 = 0},
      {.lr = 0.05, .beta2 = 0.9},
      {.lr = 0.05, .beta1 = 0.3, .beta2 = 0.2, .eps = 1},
      {.lr = 0.05, .eps = 0.1},
      {.lr = 0.05, .weight_decay = 0.2},
      {.lr = 0.05, .amsgrad = true},
      {.lr = 0.05, .beta2 = 0.9, .eps = 1e-3, .weight_decay = 0.1, .amsgrad = true},
  });
  check_float64<optim::AdamW, optim::AdamWOptions>({
      {},
      {.lr = 0.05},
      {.lr = 0.05, .weight_decay = 0},
      {.lr = 0.05, .weight_decay = 0.5},
      {.lr = 0.05, .beta1 = 0.8, .beta2 = 0.9, .eps = 1e-3, .weight_decay = 0.2, .amsgrad = true},
  });
}

TEST_CASE("100 steps in float32 stay within the rounding of each step") {
  check_float32<optim::SGD, optim::SGDOptions>({.lr = 0.01});
  check_float32<optim::SGD, optim::SGDOptions>({.lr = 0.01, .momentum = 0.9});
  check_float32<optim::SGD, optim::SGDOptions>({.lr = 0.01, .momentum = 0.9, .nesterov = true});
  check_float32<optim::Adagrad, optim::AdagradOptions>({.lr = 0.05});
  check_float32<optim::Adadelta, optim::AdadeltaOptions>({});
  check_float32<optim::RMSprop, optim::RMSpropOptions>({});
  check_float32<optim::RMSprop, optim::RMSpropOptions>({.momentum = 0.9});
  check_float32<optim::Adam, optim::AdamOptions>({.lr = 0.01});
  check_float32<optim::Adam, optim::AdamOptions>({.lr = 0.01, .beta2 = 0.9, .amsgrad = true});
  check_float32<optim::AdamW, optim::AdamWOptions>({.lr = 0.01, .weight_decay = 0.1});
}

TEST_CASE("a constant gradient leaves no negative variance: centered RMSprop stays finite") {
  Tensor p = tensor({1.0}, {.dtype = float32, .requires_grad = true});
  optim::RMSprop optimizer({p}, {.lr = 1e-6, .eps = 1e-3, .centered = true});
  p.set_grad(tensor({0.3}));
  for (int step = 0; step < 5000; ++step) optimizer.step();
  CHECK(std::isfinite(p.item()));
  CHECK(p.item() < 1);
}

TEST_CASE("a square that overflows stops its element, and no other") {
  Tensor p = tensor({1.0, 1.0}, {.dtype = float32, .requires_grad = true});
  optim::Adam optimizer({p}, {.lr = 0.1});
  p.set_grad(tensor({1e30, 1.0}));
  for (int step = 0; step < 3; ++step) optimizer.step();
  CHECK(p.data<float>()[0] == 1);
  CHECK(p.data<float>()[1] == doctest::Approx(0.7).epsilon(1e-5));
}
