// A training step of the perceptron 784-512-512-10 against its bare products and one pass that updates.
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
  nn::Sequential model{nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 512), nn::ReLU(), nn::Linear(512, 10)};
  Tensor x, t;

  explicit Training(int batch) : x(rand({batch, 784})), t(randint(0, 10, {batch})) {}

  template <class Optimizer>
  void step(Optimizer& optimizer) {
    const Tensor loss = nn::cross_entropy_loss(model(x), t);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
};

struct Layer {
  int in, out;
  bench::Buffer w, b, dw, db, m, v;

  Layer(int inputs, int outputs)
      : in(inputs), out(outputs), w(weights(), 1e-2f), b(biases(), 0.f), dw(weights(), 1e-3f), db(biases(), 1e-3f) {}

  std::size_t weights() const { return static_cast<std::size_t>(in) * static_cast<std::size_t>(out); }
  std::size_t biases() const { return static_cast<std::size_t>(out); }
};

/// The products of a step, and nothing between them: y = x W^T, dW = dy^T x, and dx = dy W but for the first layer.
class Products {
 public:
  explicit Products(int batch)
      : batch_(batch),
        layers_{Layer(784, 512), Layer(512, 512), Layer(512, 10)},
        x_{values(784), values(512), values(512), values(10)},
        dx_(x_) {}

  void run() {
    for (std::size_t i = 0; i < 3; ++i) {
      Layer& l = layers_[i];
      if (batch_ == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, l.out, l.in, 1, l.w.data(), l.in, x_[i].data(), 1, 0, x_[i + 1].data(),
                    1);
      else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch_, l.out, l.in, 1, x_[i].data(), l.in, l.w.data(),
                    l.in, 0, x_[i + 1].data(), l.out);
    }
    for (std::size_t i = 3; i-- > 0;) {
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
  std::vector<Layer> layers_;
  std::vector<bench::Buffer> x_, dx_;
};

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("mlp", "a step of 784-512-512-10, ReLU, cross-entropy, float32", argc, argv);
  openblas_set_num_threads(1);
  struct Case {
    int batch;
    double bound;
  };
  for (const Case& c : {Case{1, 1.4}, Case{32, 1.15}, Case{128, 1.06}, Case{512, 1.06}}) {
    Training training(c.batch);
    Products products(c.batch);
    const std::string batch = ", batch " + std::to_string(c.batch);
    optim::SGD sgd(training.model.parameters(), {.lr = lr});
    suite.compare("SGD" + batch,
                  {{"xgrad", [&] { training.step(sgd); }},
                   {"products + update",
                    [&] {
                      products.run();
                      products.sgd_update();
                    }}},
                  {{c.bound, "products + update"}, {1, bench::torch}});
    optim::Adam adam(training.model.parameters(), {.lr = lr});
    suite.compare("Adam" + batch,
                  {{"xgrad", [&] { training.step(adam); }},
                   {"products + update",
                    [&] {
                      products.run();
                      products.adam_update();
                    }}},
                  {{1, bench::torch}});
  }

  Training training(1);
  Products products(1);
  optim::SGD sgd(training.model.parameters(), {.lr = lr});
  optim::Adam adam(training.model.parameters(), {.lr = lr});
  training.step(adam);  // for the gradients
  suite.compare("SGD update", {{"xgrad", [&] { sgd.step(); }}, {"same bytes", [&] { products.sgd_update(); }}});
  suite.compare("Adam update", {{"xgrad", [&] { adam.step(); }}, {"same bytes", [&] { products.adam_update(); }}},
                {{1.3, "same bytes"}});
}
