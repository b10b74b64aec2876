// The price of one op on 4 floats: forward, backward and freeing, in chains and alone; forward alone under NoGrad.
// Not here: ops on large tensors, where kernels are what costs.
#include "harness.hpp"
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <unistd.h>

#include <fstream>
#include <string>

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

/// Bytes that a recorded op holds, seen from outside: by what becomes resident for a long chain.
double bytes_per_node() {
  constexpr int nodes = 1'000'000;
  const Tensor x = full({4}, 0.5).set_requires_grad();
  Tensor y = x;
  const auto in_use = [] {
    std::ifstream statm("/proc/self/statm");
    double all = 0, resident = 0;
    statm >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
  };
  const double before = in_use();
  for (int i = 0; i < nodes; ++i) y = sin(y);
  return (in_use() - before) / nodes;
}

template <class F>
void report(bench::Suite& suite, const std::string& name, double bound, F&& f) {
  const std::string in_chain = name + ", in a chain of " + std::to_string(length), without = name + ", NoGrad";
  suite.value(in_chain, "ns", chain(f), bound, "limit");
  suite.value(name + ", a graph of one op", "ns", single(f));
  suite.value(without, "ns", no_grad(f), 16, "limit");
  for (const std::string& bounded : {in_chain, without}) suite.bound(bounded, {1 / 40., bench::libtorch});
}

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("per_op", "one op on 4 floats, forward + backward + free, best of 100 or 200 runs", argc, argv);
  const Tensor c = full({4}, 0.9);  // a constant
  report(suite, "x + c", 50, [&](const Tensor& x) { return x + c; });
  report(suite, "x + x", 50, [](const Tensor& x) { return x + x; });
  report(suite, "sin x", 80, [](const Tensor& x) { return sin(x); });
  report(suite, "x c", 90, [&](const Tensor& x) { return x * c; });
  report(suite, "x x", 90, [](const Tensor& x) { return x * x; });
  suite.value("a node of a chain of sin", "bytes", bytes_per_node(), 320, "limit");
}
