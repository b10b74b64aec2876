// The suite's small cases and perceptrons in libtorch, the C++ frontend of PyTorch: same sizes, one thread, same core.
// Not here: xgrad; the build, which is one command in scripts/bench, since this file takes half a minute to compile.
#include "../turns.hpp"

#include <torch/torch.h>

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace nn = torch::nn;
using torch::Tensor;

double seconds = 1;

void print(const char* program, const std::string& name, const bench::Work& work) {
  const bench::Time time = bench::in_turns({work}, seconds).front();
  std::printf(R"({"program": "%s", "case": "%s", "side": "libtorch", "unit": "s", "best": %.4e, "median": %.4e})"
              "\n",
              program, name.c_str(), time.best, time.median);
  std::fflush(stdout);
}

struct Training {
  nn::Sequential model;
  Tensor x, t;
  Tensor (*loss)(const Tensor& y, const Tensor& t);

  void step(torch::optim::Optimizer& optimizer) {
    const Tensor l = loss(model->forward(x), t);
    model->zero_grad(/*set_to_none=*/true);
    l.backward();
    optimizer.step();
  }
};

Tensor mse(const Tensor& y, const Tensor& t) { return torch::mse_loss(y, t); }

nn::Sequential sigmoid_network(int width) {
  return nn::Sequential(nn::Linear(2, width), nn::Sigmoid(), nn::Linear(width, width), nn::Sigmoid(),
                        nn::Linear(width, 1), nn::Sigmoid());
}

void lab_epoch() {
  for (const auto& [dtype, name] : {std::pair{torch::kFloat32, "float32"}, std::pair{torch::kFloat64, "float64"}}) {
    Training training{sigmoid_network(10), torch::rand({21, 2}, dtype), torch::rand({21, 1}, dtype), mse};
    training.model->to(dtype);
    torch::optim::SGD sgd(training.model->parameters(), 0.1);
    print("lab_epoch", std::string("XOR epoch, ") + name, [&] { training.step(sgd); });
  }
}

/// The same loops as per_op.cpp, and the same best of their repeats.
template <class F>
void one_op(const std::string& name, F&& f) {
  constexpr int length = 50;
  const auto print_ns = [&](const std::string& kind, const bench::Time& time, int ops) {
    std::printf(R"({"program": "per_op", "case": "%s, %s", "side": "libtorch", "unit": "ns", "value": %.6g})"
                "\n",
                name.c_str(), kind.c_str(), 1e9 * time.best / ops);
  };
  const Tensor x = torch::full({4}, 0.5).set_requires_grad(true), cotangent = torch::ones({4});
  print_ns("in a chain of 50",
           bench::measure(50, 20,
                          [&] {
                            Tensor y = f(x);
                            for (int i = 1; i < length; ++i) y = f(y);
                            y.backward(cotangent);
                            x.mutable_grad().reset();
                          }),
           length);
  print_ns("a graph of one op",
           bench::measure(50, 200,
                          [&] {
                            f(x).backward(cotangent);
                            x.mutable_grad().reset();
                          }),
           1);
  const torch::NoGradGuard guard;
  print_ns("NoGrad", bench::measure(50, 1000, [&] { f(x); }), 1);
}

void per_op() {
  const Tensor c = torch::full({4}, 0.9);
  one_op("x + c", [&](const Tensor& x) { return x + c; });
  one_op("x + x", [](const Tensor& x) { return x + x; });
  one_op("sin x", [](const Tensor& x) { return torch::sin(x); });
  one_op("x c", [&](const Tensor& x) { return x * c; });
  one_op("x x", [](const Tensor& x) { return x * x; });
}

void steps(const std::string& name, Training training) {
  torch::optim::SGD sgd(training.model->parameters(), 1e-6);
  torch::optim::Adam adam(training.model->parameters(), 1e-6);
  print("mlp", "SGD, " + name, [&] { training.step(sgd); });
  print("mlp", "Adam, " + name, [&] { training.step(adam); });
}

void mlp() {
  for (const int batch : {1, 32, 128, 512})
    steps("batch " + std::to_string(batch),
          {nn::Sequential(nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(), nn::Linear(512, 10)),
           torch::rand({batch, 784}), torch::randint(0, 10, {batch}, torch::kInt64),
           [](const Tensor& y, const Tensor& t) { return nn::functional::cross_entropy(y, t); }});
  steps("2-64-64-1, batch 256", {sigmoid_network(64), torch::rand({256, 2}), torch::rand({256, 1}), mse});
}

}  // namespace

int main(int argc, char** argv) {
  mallopt(M_MMAP_MAX, 0);  // as torch_peer.py, which says why
  mallopt(M_TRIM_THRESHOLD, 2'147'483'647);
  bench::settle();
  torch::set_num_threads(1);
  const std::map<std::string, void (*)()> programs = {{"lab_epoch", lab_epoch}, {"per_op", per_op}, {"mlp", mlp}};
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--seconds" && i + 1 < argc)
      seconds = std::atof(argv[++i]);
    else if (programs.contains(wanted.emplace_back(argv[i])))
      continue;
    else
      return std::fprintf(stderr, "usage: %s [--seconds S] PROGRAM...     of lab_epoch, per_op, mlp\n", argv[0]), 2;
  }
  for (const std::string& name : wanted) {
    std::printf(R"({"program": "%s", "peer": "libtorch", "version": "%s"})"
                "\n",
                name.c_str(), TORCH_VERSION);
    programs.at(name)();
  }
}
