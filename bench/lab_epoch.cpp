// One epoch of the lab's XOR training (21 x 2, hidden [10, 10], full batch): eager xgrad against a loop by hand.
// Not here: the loop (lab_epoch_loop.cpp).
#include "harness.hpp"
#include "lab_epoch_loop.hpp"

#include <xgrad/xgrad.hpp>

#include <algorithm>
#include <cmath>
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
    for (const Tensor& parameter : model.parameters()) copy_(parameter, randn(parameter.shape()));
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
bool compare(double bound) {
  const DefaultDtype dtype(dtype_of<T>);
  Training training(dtype_of<T>);
  auto net = same_network<T>(training);
  double ours = 0, theirs = 0;
  for (int i = 0; i < epochs; ++i) {
    ours = training.epoch().item();
    theirs = static_cast<double>(bench::lab_epoch<T>(net, T(lr)));
  }
  const bool same = std::abs(ours - theirs) <= (sizeof(T) == 4 ? 1e-5 : 1e-12);

  // In turns, so that a change of clock or a noisy neighbour meets both.
  bench::Time xgrad = {1, 1}, loop = {1, 1};
  for (int round = 0; round < 10; ++round) {
    const bench::Time a = bench::measure(20, 500, [&] { training.epoch(); });
    const bench::Time b = bench::measure(20, 500, [&] { bench::lab_epoch<T>(net, T(lr)); });
    if (a.best < xgrad.best) xgrad = a;
    if (b.best < loop.best) loop = b;
  }
  std::printf(
      "%s: xgrad %.3f us (median %.3f), loop %.3f us (median %.3f), ratio %.2f (bound %.1f); "
      "loss after %d epochs %.9f and %.9f%s\n",
      name(dtype_of<T>), 1e6 * xgrad.best, 1e6 * xgrad.median, 1e6 * loop.best, 1e6 * loop.median,
      xgrad.best / loop.best, bound, epochs, ours, theirs, same ? "" : ": NOT THE SAME");
  return same;
}

}  // namespace

int main() {
  bench::begin("lab_epoch: XOR lab epoch, forward + backward + SGD step, best of 200 runs of 500 epochs");
  const bool same32 = compare<float>(1.6);
  const bool same64 = compare<double>(1.8);
  return same32 && same64 ? 0 : 1;
}
