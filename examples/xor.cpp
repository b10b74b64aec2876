// Learns XOR with a small network: the model is a composition, the gradients come from the tape.
// Not here: the lab (lab1/), which trains on more points and reports on it.
#include <xgrad/xgrad.hpp>

#include <cstdio>

using namespace xgrad;

int main() {
  const DefaultDtype dtype(float64);
  manual_seed(1);

  const Tensor x = tensor({{0., 0.}, {0., 1.}, {1., 0.}, {1., 1.}});
  const Tensor t = tensor({{0.}, {1.}, {1.}, {0.}});

  nn::Sequential model{nn::Linear(2, 8), nn::Tanh(), nn::Linear(8, 1), nn::Sigmoid()};
  optim::SGD sgd(model.parameters(), {.lr = 0.5, .momentum = 0.9});

  for (int epoch = 1; epoch <= 500; ++epoch) {
    const Tensor loss = nn::mse_loss(model(x), t);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
    if (epoch % 100 == 0) std::printf("epoch %d: loss %.5f\n", epoch, loss.item());
  }

  const Tensor y = model(x);
  for (int i = 0; i < 4; ++i)
    std::printf("%g xor %g = %.2f\n", view(x, i, 0).item(), view(x, i, 1).item(), view(y, i, 0).item());
}
