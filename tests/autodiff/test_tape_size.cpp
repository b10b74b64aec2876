// Graphs of a million ops on a small stack, and graphs with exponentially many paths.
// Not here: what the pass computes (test_tape.cpp).
#include "support/small_stack.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/pool.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace xgrad;

namespace {

constexpr int million = 1'000'000;

Tensor start() { return full({4}, 2.0, {.dtype = float64, .requires_grad = true}); }

Tensor chain(Tensor y, int length) {
  for (int i = 0; i < length; ++i) y = sin(y);
  return y;
}

}  // namespace

TEST_CASE("a chain of a million ops: forward, backward, freeing, on a stack of 256 KiB") {
  double slope = 0;
  test::on_small_stack([&] {
    const Tensor x = start();
    sum(chain(x, million)).backward();
    slope = x.grad().data<double>()[0];
  });
  // sin iterated n times decays like sqrt(3 / n); its slope is some tiny positive power.
  CHECK(slope != 0);
  CHECK(std::fabs(slope) < 1e-6);
}

TEST_CASE("a chain of a million ops freed without backward") {
  test::on_small_stack([] {
    const Tensor x = start();
    Tensor y = chain(x, million);
    y = Tensor();
  });
}

TEST_CASE("a chain of a million views, additions and saved outputs, freed from either end") {
  test::on_small_stack([] {
    Tensor y = start();
    for (int i = 0; i < million / 4; ++i) y = reshape(exp(reshape(y, {2, 2}) * 0.5) + 0.25, {4});
    const Tensor held = y;
    y = Tensor();
  });
}

TEST_CASE("grad, create_graph and retained graphs of a long chain") {
  test::on_small_stack([] {
    const Tensor x = start();
    const Tensor y = sum(chain(x, 100'000));
    const Tensor slope = grad(y, x, {.create_graph = true});
    CHECK(grad(sum(slope), x).shape() == x.shape());
  });
}

TEST_CASE("y = y + y sixty times is 2^60, at once") {
  const Tensor x = tensor(1., {.dtype = float64, .requires_grad = true});
  Tensor y = x;
  for (int i = 0; i < 60; ++i) y = y + y;
  CHECK(y.item() == 0x1p60);
  y.backward();
  CHECK(x.grad().item() == 0x1p60);
}

TEST_CASE("a wide graph: one leaf used a hundred thousand times") {
  test::on_small_stack([] {
    const Tensor x = tensor(1., {.dtype = float64, .requires_grad = true});
    Tensor total = x * 0;
    for (int i = 0; i < 100'000; ++i) total = total + x;
    total.backward();
    CHECK(x.grad().item() == 100'000);
  });
}

TEST_CASE("memory does not grow over 100000 steps") {
  const Tensor w = full({8, 8}, 0.1, {.dtype = float64, .requires_grad = true});
  const Tensor x = full({4, 8}, 0.5, {.dtype = float64});
  const auto step = [&] {
    Tensor leaf = w;
    mean(square(tanh(x + sum(leaf, 0)))).backward();
    leaf.clear_grad();
  };
  for (int i = 0; i < 1000; ++i) step();
  const std::size_t before = detail::pool_bytes();
  for (int i = 0; i < 100'000; ++i) step();
  CHECK(detail::pool_bytes() == before);
}

TEST_CASE("memory of a million nodes comes back") {
  const std::size_t nothing = detail::pool_bytes();
  for (int round = 0; round < 3; ++round) {
    const Tensor x = start();
    sum(chain(x, million / 5)).backward();
  }
  // What is kept is bounded by the pools: 1 MiB a list of the thread, 32 MiB a shared list.
  CHECK(detail::pool_bytes() < nothing + (std::size_t{100} << 20));
}
