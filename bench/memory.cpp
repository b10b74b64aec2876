// How much memory training takes, and a chain of a million ops on a small stack.
// Not here: speed elsewhere. Bytes are those that the library's pools take from the system, padding included.
#include "suite.hpp"

#include <xgrad/autodiff/pool.hpp>
#include <xgrad/xgrad.hpp>

#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <vector>

using namespace xgrad;

namespace {

/// Runs f in a process of its own, so that its pools start empty.
template <class F>
void apart(F f) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    f();
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) std::fprintf(stderr, "memory: a case failed\n");
}

/// Runs f in a thread with a stack of 256 KiB; returns false if it cannot start.
template <class F>
bool on_small_stack(F f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, std::size_t{256} << 10);
  pthread_t thread;
  const auto run = [](void* function) -> void* {
    (*static_cast<F*>(function))();
    return nullptr;
  };
  const bool started = pthread_create(&thread, &attributes, run, &f) == 0;
  pthread_attr_destroy(&attributes);
  if (started) pthread_join(thread, nullptr);
  return started;
}

double bytes(const Tensor& tensor) {
  return static_cast<double>(tensor.size()) * (tensor.dtype() == int64 ? 8 : 4);  // the dtypes used here
}

// The pools give memory back only where more than 32 MiB of blocks of one size are free, which no case here reaches
// before its last figure: so this is the peak.
double taken() { return static_cast<double>(detail::pool_bytes()); }

constexpr const char* sum_name = "1.15 (parameters + gradients + saved values + largest temporary)";

void perceptron(bench::Suite& suite, int batch) {
  nn::Sequential model{nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(), nn::Linear(512, 10)};
  const Tensor x = rand({batch, 784}), t = randint(0, 10, {batch});
  optim::SGD optimizer(model.parameters(), {.lr = 1e-3});
  for (int i = 0; i < 3; ++i) {
    const Tensor loss = nn::cross_entropy_loss(model(x), t);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  double parameters = 0;
  for (const Tensor& p : model.parameters()) parameters += bytes(p);
  // Saved: the input, the targets, two outputs of ReLU, the logarithms of the softmax. Largest temporary: [batch, 512].
  const double hidden = 4.0 * batch * 512;
  const double needed = 2 * parameters + bytes(x) + bytes(t) + 2 * hidden + 4.0 * batch * 10 + hidden;
  suite.value("784-512-512-10, batch " + std::to_string(batch) + ", peak", "bytes", taken(), 1.15 * needed, sum_name);
}

void sigmoids(bench::Suite& suite) {
  constexpr int length = 8;
  Tensor x = rand({1'000'000});
  x.set_requires_grad();
  for (int i = 0; i < 3; ++i) {
    Tensor y = x;
    for (int k = 0; k < length; ++k) y = sigmoid(y);
    x.clear_grad();
    sum(y).backward();
  }
  // The argument and its gradient, the outputs, and one cotangent besides.
  suite.value("8 sigmoids of 1e6 floats, peak", "bytes", taken(), 1.15 * (2 + length + 1) * bytes(x), sum_name);
}

void many_steps(bench::Suite& suite) {
  nn::Sequential model{nn::Linear(2, 10), nn::Sigmoid(), nn::Linear(10, 1), nn::Sigmoid()};
  const Tensor x = rand({21, 2}), t = rand({21, 1});
  optim::Adam optimizer(model.parameters());
  const auto in_use = [] {
    const auto info = mallinfo2();
    return taken() + static_cast<double>(info.uordblks + info.hblkhd);
  };
  double before = 0;
  for (int i = 0; i < 100'100; ++i) {
    if (i == 100) before = in_use();
    const Tensor loss = nn::mse_loss(model(x), t);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  suite.value("growth over 1e5 steps", "bytes", in_use() - before, 0, "none");
}

void chain(bench::Suite& suite) {
  double seconds = 0, node = 0;
  const bool started = on_small_stack([&] {
    constexpr int nodes = 1'000'000;
    Tensor x = full({4}, 0.5);
    x.set_requires_grad();
    const double before = taken();
    const auto start = std::chrono::steady_clock::now();
    {
      Tensor y = x;
      for (int i = 0; i < nodes; ++i) y = sin(y);
      node = (taken() - before) / nodes;
      sum(y).backward();
    }
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  });
  if (!started) return;
  suite.value("1e6-op chain, 256 KiB of stack, cold", "s", seconds, 0.45, "limit");
  suite.value("1e6-op chain, a node", "bytes", node, 320, "limit");
}

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("memory", "bytes that the pools take from the system, float32", argc, argv);
  apart([&] { perceptron(suite, 32); });
  apart([&] { perceptron(suite, 512); });
  apart([&] { sigmoids(suite); });
  apart([&] { many_steps(suite); });
  apart([&] { chain(suite); });
}
