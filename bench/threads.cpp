// The same work on two threads and on one: large work, where two should pay, and small, where they must not cost.
// Not here: what one thread takes against other libraries and floors (the other programs).
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <sched.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using namespace xgrad;

namespace {

constexpr const char* one_thread = "one thread";
constexpr double large = 1 / 1.7;  // of one thread's time
constexpr double small = 1.0;

void compare(bench::Suite& suite, const std::string& name, double bound, const std::function<void()>& work) {
  suite.compare(name,
                {{"xgrad",
                  [&] {
                    set_num_threads(2);
                    work();
                  }},
                 {one_thread,
                  [&] {
                    set_num_threads(1);
                    work();
                  }}},
                {{bound, one_thread}});
}

Tensor leaf(const Shape& shape) { return (rand(shape) + 0.5).set_requires_grad(); }

/// Forward and backward.
template <class F>
void compare_op(bench::Suite& suite, const std::string& name, double bound, const std::vector<Shape>& shapes, F&& f) {
  std::vector<Tensor> leaves;
  for (const Shape& shape : shapes) leaves.push_back(leaf(shape));
  const Tensor cotangent = rand(f(leaves).shape());
  compare(suite, name, bound, [&] {
    f(leaves).backward(cotangent);
    for (Tensor& x : leaves) x.clear_grad();
  });
}

void train(bench::Suite& suite, const std::string& name, double bound, nn::Sequential model, const Tensor& x,
           const Tensor& t, Tensor (*loss)(const Tensor& y, const Tensor& t)) {
  optim::SGD sgd(model.parameters(), {.lr = 1e-6});
  compare(suite, name, bound, [&] {
    const Tensor l = loss(model(x), t);
    sgd.zero_grad();
    l.backward();
    sgd.step();
  });
}

void classifier(bench::Suite& suite, int batch, double bound) {
  train(suite, "SGD step 784-512-512-10, batch " + std::to_string(batch), bound,
        nn::Sequential(nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(), nn::Linear(512, 10)),
        rand({batch, 784}), randint(0, 10, {batch}),
        [](const Tensor& y, const Tensor& classes) { return nn::cross_entropy_loss(y, classes); });
}

void large_cases(bench::Suite& suite) {
  using Tensors = std::vector<Tensor>;
  const Shape m{1000, 1000};
  classifier(suite, 512, large);
  compare_op(suite, "x + y, 1e6", large, {m, m}, [](const Tensors& x) { return x[0] + x[1]; });
  compare_op(suite, "x y, 1e6", large, {m, m}, [](const Tensors& x) { return x[0] * x[1]; });
  compare_op(suite, "x times a row, 1e6", large, {m, {1000}}, [](const Tensors& x) { return x[0] * x[1]; });
  compare_op(suite, "relu x, 1e6", large, {m}, [](const Tensors& x) { return relu(x[0]); });
  compare_op(suite, "sigmoid x, 1e6", large, {m}, [](const Tensors& x) { return sigmoid(x[0]); });
  compare_op(suite, "x^y, 1e6", large, {m, m}, [](const Tensors& x) { return power(x[0], x[1]); });
  compare_op(suite, "sum(sigmoid x tanh x + exp x), 1e6", large, {m},
             [](const Tensors& x) { return sum(sigmoid(x[0]) * tanh(x[0]) + exp(x[0])); });
  compare_op(suite, "sum over axis 0, 1e6", large, {m}, [](const Tensors& x) { return sum(square(x[0]), 0); });
  compare_op(suite, "sum over axis 1, 1e6", large, {m}, [](const Tensors& x) { return sum(square(x[0]), 1); });
  compare_op(suite, "sum of all, 1e6", large, {m}, [](const Tensors& x) { return sum(square(x[0])); });
  compare_op(suite, "softmax, 1000 x 1000", large, {m}, [](const Tensors& x) { return softmax(x[0], 1); });
  const Tensor classes = randint(0, 1000, {512});
  compare_op(suite, "softmax-cross-entropy, 512 x 1000", large, {{512, 1000}},
             [&](const Tensors& x) { return nn::cross_entropy_loss(x[0], classes); });
  compare_op(suite, "conv2d 32x16x28x28 by 3x3 to 32", large, {{32, 16, 28, 28}, {32, 16, 3, 3}, {32}},
             [](const Tensors& x) {
               return conv2d(x[0], x[1], x[2], {.padding = {1, 1}});
             });
  compare_op(suite, "max_pool2d 32x32x28x28 by 2x2", large, {{32, 32, 28, 28}},
             [](const Tensors& x) { return max_pool2d(x[0], {.kernel = 2}); });
  compare_op(suite, "matmul 1000 x 1000", large, {m, m}, [](const Tensors& x) { return matmul(x[0], x[1]); });
}

void small_cases(bench::Suite& suite) {
  using Tensors = std::vector<Tensor>;
  train(suite, "XOR epoch, 21 x 2, [10, 10]", small,
        nn::Sequential(nn::Linear(2, 10), nn::Sigmoid(), nn::Linear(10, 10), nn::Sigmoid(), nn::Linear(10, 1),
                       nn::Sigmoid()),
        rand({21, 2}), rand({21, 1}), [](const Tensor& y, const Tensor& t) { return nn::mse_loss(y, t); });
  for (const int batch : {1, 8, 32, 128}) classifier(suite, batch, small);
  for (const std::int64_t n : {1'000, 10'000, 30'000, 50'000, 66'000, 100'000, 200'000, 300'000}) {
    const std::string elements = ", " + std::to_string(n) + " elements";
    compare_op(suite, "x + y" + elements, small, {{n}, {n}}, [](const Tensors& x) { return x[0] + x[1]; });
    compare_op(suite, "sigmoid x" + elements, small, {{n}}, [](const Tensors& x) { return sigmoid(x[0]); });
    compare_op(suite, "sum" + elements, small, {{n}}, [](const Tensors& x) { return sum(x[0]); });
  }
  for (const std::int64_t n : {64, 96, 128, 192, 256})
    compare_op(suite, "matmul, " + std::to_string(n) + " rows", small, {{n, n}, {n, n}},
               [](const Tensors& x) { return matmul(x[0], x[1]); });
}

}  // namespace

int main(int argc, char** argv) {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  bench::Suite suite("threads", "two threads against one, forward and backward, float32", argc, argv);
  // The suite settles on one core.
  sched_setaffinity(0, sizeof allowed, &allowed);
  if (CPU_COUNT(&allowed) < 2) {
    std::fprintf(stderr, "threads: the process may use one core only\n");
    return 0;
  }
  // OpenBLAS starts a thread of its own, which looks for work during the first tenth of a second.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  large_cases(suite);
  small_cases(suite);
}
