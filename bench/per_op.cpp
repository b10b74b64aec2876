// The price of one op on 4 floats: forward, backward and freeing, in chains and alone; forward alone under NoGrad.
// Not here: ops on large tensors, where kernels are what costs.
#include "harness.hpp"

#include <xgrad/xgrad.hpp>

#include <malloc.h>

using namespace xgrad;

namespace {

constexpr int length = 50;  // small enough for the first level of cache

/// Nanoseconds an op in a chain y = f(f(... f(x))) of many ops, whose cost of sum and leaf is shared by all of them.
template <class F>
double chain(F&& f) {
  Tensor x = full({4}, 0.5).set_requires_grad();
  const Tensor cotangent = ones({4});
  const bench::Time time = bench::measure(200, 20, [&] {
    Tensor y = f(x);
    for (int i = 1; i < length; ++i) y = f(y);
    y.backward(cotangent);
    x.clear_grad();
  });
  return 1e9 * time.best / length;
}

/// Nanoseconds of a whole graph of a single op: forward, backward into the leaf, clearing its gradient, freeing.
template <class F>
double single(F&& f) {
  Tensor x = full({4}, 0.5).set_requires_grad();
  const Tensor cotangent = ones({4});
  const bench::Time time = bench::measure(100, 1000, [&] {
    f(x).backward(cotangent);
    x.clear_grad();
  });
  return 1e9 * time.best;
}

/// Nanoseconds of a forward pass that is not recorded.
template <class F>
double no_grad(F&& f) {
  const NoGrad guard;
  const Tensor x = full({4}, 0.5).set_requires_grad();
  const bench::Time time = bench::measure(100, 1000, [&] { f(x); });
  return 1e9 * time.best;
}

/// Bytes of heap a recorded op holds, seen from outside by what the process takes for a long chain.
double bytes_per_node() {
  constexpr int nodes = 1'000'000;
  const Tensor x = full({4}, 0.5).set_requires_grad();
  Tensor y = x;
  const auto in_use = [] {
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
  };
  const double before = in_use();
  for (int i = 0; i < nodes; ++i) y = sin(y);
  return (in_use() - before) / nodes;
}

template <class F>
void report(const char* name, double table, F&& f) {
  std::printf("%-8s %8.1f %8.1f %8.2f %12.1f %10.1f\n", name, table, chain(f), chain(f) / table, single(f), no_grad(f));
}

}  // namespace

int main() {
  bench::begin("per_op: one op on 4 floats, nanoseconds, best of 100 or 200 runs");
  std::printf("%-8s %8s %8s %8s %12s %10s\n", "op", "table", "chain", "ratio", "single graph", "NoGrad");
  const Tensor c = full({4}, 0.9);
  report("x + c", 45, [&](const Tensor& x) { return x + c; });
  report("x + x", 45, [](const Tensor& x) { return x + x; });
  report("sin x", 70, [](const Tensor& x) { return sin(x); });
  report("x c", 83, [&](const Tensor& x) { return x * c; });
  report("x x", 83, [](const Tensor& x) { return x * x; });
  std::printf("table: forward + backward + free of add, sin and mul in docs/design.md; NoGrad there 14\n");
  std::printf("chain: the same for an op of a chain of %d; single graph: for a graph of one op; c is a constant\n",
              length);
  std::printf("bytes a node of a chain of sin: %.0f (docs/design.md: 256 to 320)\n", bytes_per_node());
}
