// One epoch of the lab's XOR training (21 x 2, hidden [10, 10], full batch): eager xgrad against a loop by hand.
// Not here: the loop (lab_epoch_loop.cpp).
#include "lab_epoch_loop.hpp"
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

using namespace xgrad;

namespace {

constexpr double lr = 0.1;
constexpr int epochs = 2000;  // after which both must have the same loss

struct Training {
  Tensor x, t;
  nn::Sequential model;
  optim::SGD optimizer;

  explicit Training(Dtype dtype)
      : model{nn::Linear(2, 10), nn::Sigmoid(), nn::Linear(10, 10), nn::Sigmoid(), nn::Linear(10, 1), nn::Sigmoid()},
        optimizer(model.parameters(), {.lr = lr}) {
    std::vector<double> points, labels;
    for (int i = 0; i <= 10; ++i) {
      for (int label = 0; label < (i == 5 ? 1 : 2); ++label) {
        points.insert(points.end(), {0.1 * i, label == 0 ? 0.1 * i : 1 - 0.1 * i});
        labels.push_back(label);
      }
    }
    x = reshape(tensor(points), {21, 2}).to(dtype);
    t = reshape(tensor(labels), {21, 1}).to(dtype);
    const NoGrad guard;
    Generator generator;
    for (const Tensor& parameter : model.parameters()) copy_(parameter, randn(parameter.shape(), {}, generator));
  }

  Tensor epoch() {
    Tensor loss = nn::mse_loss(model(x), t);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss;
  }
};

template <class T>
void copy(const Tensor& from, T* to) {
  const Tensor row_major = contiguous(from);
  std::copy_n(row_major.data<T>(), row_major.size(), to);
}

template <class T>
bench::LabNetwork<T> same_network(const Training& training) {
  const NoGrad guard;
  bench::LabNetwork<T> net;
  const std::vector<Tensor> p = training.model.parameters();
  copy(training.x, &net.x[0][0]);
  copy(training.t, net.t);
  copy(transpose(p[0]), &net.w1[0][0]);
  copy(p[1], net.b1);
  copy(transpose(p[2]), &net.w2[0][0]);
  copy(p[3], net.b2);
  copy(p[4], net.w3);
  copy(p[5], &net.b3);
  return net;
}

/// Returns false unless both end at the same loss.
template <class T>
bool compare(bench::Suite& suite, double bound, double captured_bound) {
  const std::string name = std::string("XOR epoch, ") + xgrad::name(dtype_of<T>);
  const DefaultDtype dtype(dtype_of<T>);
  Training training(dtype_of<T>);
  auto net = same_network<T>(training);
  Training other(dtype_of<T>);
  auto captured = capture([&] { return other.epoch(); });
  double ours = 0, theirs = 0, replayed = 0;
  for (int i = 0; i < epochs; ++i) {
    ours = training.epoch().item();
    theirs = static_cast<double>(bench::lab_epoch<T>(net, T(lr)));
    replayed = captured().item();
  }
  suite.compare(name,
                {{"xgrad", [&] { training.epoch(); }}, {"loop by hand", [&] { bench::lab_epoch<T>(net, T(lr)); }}},
                {{bound, "loop by hand"}, {1 / 45., bench::libtorch}});
  suite.compare(name + ", captured",
                {{"xgrad", [&] { captured(); }}, {"loop by hand", [&] { bench::lab_epoch<T>(net, T(lr)); }}},
                {{captured_bound, "loop by hand"}});
  const bool same = replayed == ours && std::abs(ours - theirs) <= (sizeof(T) == 4 ? 1e-5 : 1e-12);
  if (!suite.json() || !same)
    std::fprintf(same ? stdout : stderr, "%s: loss after %d epochs %.9f and %.9f%s\n", name.c_str(), epochs, ours,
                 theirs, same ? "" : ": NOT THE SAME");
  return same;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("lab_epoch", "XOR lab epoch, forward + backward + SGD step", argc, argv);
  const bool same32 = compare<float>(suite, 1.45, 0.85);
  const bool same64 = compare<double>(suite, 1.65, 1.15);
  return same32 && same64 ? 0 : 1;
}
