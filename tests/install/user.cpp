// A program as a user would write it against an installed xgrad: fits y = 3 x + 1.
// Not here: tests of the library; this one shows that headers, library and link line are complete.
#include <cmath>
#include <cstdio>
#include <xgrad/xgrad.hpp>

using namespace xgrad;

int main() {
  const Tensor x = tensor({{0.0}, {1.0}, {2.0}}, float64);
  const Tensor y = 3.0 * x + 1.0;
  nn::Linear model(1, 1);
  model.to(float64);
  optim::SGD sgd(model.parameters(), {.lr = 0.2});
  double loss = 1;
  for (int step = 0; step < 500; ++step) {
    const Tensor error = nn::mse_loss(model(x), y);
    loss = error.item<double>();
    sgd.zero_grad();
    error.backward();
    sgd.step();
  }
  const double product = matmul(ones({200, 300}), ones({300, 100})).data<float>()[0];
  std::printf("loss %.3g, product %g\n", loss, product);
  return loss < 1e-12 && product == 300 ? 0 : 1;
}
