// Training steps of two perceptrons against their bare products and one pass that updates.
// Not here: the lab's small network (lab_epoch.cpp), optimizers on their own (optim_step.cpp).
#include "floors.hpp"
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <cblas.h>

#include <string>
#include <vector>

using namespace xgrad;

namespace {

constexpr double lr = 1e-6;  // small, so that gradients stay what they are however long it runs

struct Training {
  nn::Sequential model;
  Tensor x, t;
  Tensor (*loss)(const Tensor& y, const Tensor& t);

  template <class Optimizer>
  void step(Optimizer& optimizer) {
    const Tensor l = loss(model(x), t);
    optimizer.zero_grad();
    l.backward();
    optimizer.step();
  }
};

Training classifier(int batch) {
  return {nn::Sequential(nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(), nn::Linear(512, 10)),
          rand({batch, 784}), randint(0, 10, {batch}),
          [](const Tensor& y, const Tensor& t) { return nn::cross_entropy_loss(y, t); }};
}

/// The lab's larger network.
Training curve(int batch) {
  return {nn::Sequential(nn::Linear(2, 64), nn::Sigmoid(), nn::Linear(64, 64), nn::Sigmoid(), nn::Linear(64, 1),
                         nn::Sigmoid()),
          rand({batch, 2}), rand({batch, 1}), [](const Tensor& y, const Tensor& t) { return nn::mse_loss(y, t); }};
}

struct Layer {
  int in, out;
  bench::Buffer w, b, dw, db, m, v;

  Layer(int inputs, int outputs)
      : in(inputs), out(outputs), w(weights(), 1e-2f), b(biases(), 0.f), dw(weights(), 1e-3f), db(biases(), 1e-3f) {}

  std::size_t weights() const { return static_cast<std::size_t>(in) * static_cast<std::size_t>(out); }
  std::size_t biases() const { return static_cast<std::size_t>(out); }
};

/// The products of a step, and nothing between them but sigmoids if wanted: y = x W^T, dW = dy^T x, and dx = dy W but
/// for the first layer.
class Products {
 public:
  Products(const std::vector<int>& widths, int batch, bool sigmoids) : batch_(batch), sigmoids_(sigmoids) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      x_.push_back(values(widths[i]));
      if (i > 0) layers_.emplace_back(widths[i - 1], widths[i]);
    }
    dx_ = x_;
  }

  void run() {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      Layer& l = layers_[i];
      if (batch_ == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, l.out, l.in, 1, l.w.data(), l.in, x_[i].data(), 1, 0, x_[i + 1].data(),
                    1);
      else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch_, l.out, l.in, 1, x_[i].data(), l.in, l.w.data(),
                    l.in, 0, x_[i + 1].data(), l.out);
      if (sigmoids_) bench::sigmoid(x_[i + 1].data(), x_[i + 1].size());
    }
    for (std::size_t i = layers_.size(); i-- > 0;) {
      Layer& l = layers_[i];
      const float* dy = dx_[i + 1].data();
      if (batch_ == 1)
        bench::outer(dy, l.out, x_[i].data(), l.in, l.dw.data());
      else
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, l.out, l.in, batch_, 1, dy, l.out, x_[i].data(), l.in, 0,
                    l.dw.data(), l.in);
      if (i == 0) break;
      if (batch_ == 1)
        cblas_sgemv(CblasRowMajor, CblasTrans, l.out, l.in, 1, l.w.data(), l.in, dy, 1, 0, dx_[i].data(), 1);
      else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch_, l.in, l.out, 1, dy, l.out, l.w.data(), l.in, 0,
                    dx_[i].data(), l.in);
    }
  }

  void sgd_update() {
    for (Layer& l : layers_) {
      bench::sgd_update(l.w.data(), l.dw.data(), 1e-6f, l.weights());
      bench::sgd_update(l.b.data(), l.db.data(), 1e-6f, l.biases());
    }
  }

  void adam_update() {
    for (Layer& l : layers_) {
      l.m.resize(l.weights());
      l.v.resize(l.weights());
      bench::adam_traffic(l.w.data(), l.dw.data(), l.m.data(), l.v.data(), l.weights());
      bench::adam_traffic(l.b.data(), l.db.data(), l.m.data(), l.v.data(), l.biases());
    }
  }

 private:
  bench::Buffer values(int width) const {
    return bench::Buffer(static_cast<std::size_t>(batch_) * static_cast<std::size_t>(width), 1e-2f);
  }

  int batch_;
  bool sigmoids_;
  std::vector<Layer> layers_;
  std::vector<bench::Buffer> x_, dx_;
};

const char* const floor_name = "products + update";

void steps(bench::Suite& suite, const std::string& name, Training training, Products products,
           const std::vector<bench::Bound>& sgd_bounds, const std::vector<bench::Bound>& adam_bounds) {
  optim::SGD sgd(training.model.parameters(), {.lr = lr});
  optim::Adam adam(training.model.parameters(), {.lr = lr});
  suite.compare("SGD" + name,
                {{"xgrad", [&] { training.step(sgd); }},
                 {floor_name,
                  [&] {
                    products.run();
                    products.sgd_update();
                  }}},
                sgd_bounds);
  suite.compare("Adam" + name,
                {{"xgrad", [&] { training.step(adam); }},
                 {floor_name,
                  [&] {
                    products.run();
                    products.adam_update();
                  }}},
                adam_bounds);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("mlp", "a training step, float32", argc, argv);
  openblas_set_num_threads(1);
  const std::vector<int> widths = {784, 512, 512, 10};
  struct Case {
    int batch;
    double bound;
  };
  const std::vector<bench::Bound> of_peers = {
      {1, bench::libtorch}, {1, bench::torch}, {1, bench::compiled_torch}, {1, bench::jax}};
  for (const Case& c : {Case{1, 1.4}, Case{32, 1.15}, Case{128, 1.06}, Case{512, 1.06}})
    steps(suite, ", batch " + std::to_string(c.batch), classifier(c.batch), Products(widths, c.batch, false),
          {{c.bound, floor_name}, of_peers[0], of_peers[1], of_peers[2], of_peers[3]}, of_peers);
  const std::vector<bench::Bound> curve_bounds = {{1.3, floor_name}, {1 / 1.8, bench::libtorch}};
  steps(suite, ", 2-64-64-1, batch 256", curve(256), Products({2, 64, 64, 1}, 256, true), curve_bounds, curve_bounds);

  Training training = classifier(1);
  Products products(widths, 1, false);
  optim::SGD sgd(training.model.parameters(), {.lr = lr});
  optim::Adam adam(training.model.parameters(), {.lr = lr});
  training.step(adam);  // for the gradients
  suite.compare("SGD update", {{"xgrad", [&] { sgd.step(); }}, {"same bytes", [&] { products.sgd_update(); }}});
  suite.compare("Adam update", {{"xgrad", [&] { adam.step(); }}, {"same bytes", [&] { products.adam_update(); }}},
                {{1.3, "same bytes"}});
}
