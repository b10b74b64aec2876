// Fits a line to noisy points by gradient descent, with tensors and the tape alone.
// Not here: modules and optimizers (xor.cpp).
#include <xgrad/xgrad.hpp>

#include <cstdio>

using namespace xgrad;

int main() {
  const DefaultDtype dtype(float64);
  manual_seed(1);

  const Tensor x = rand({100});
  const Tensor y = 3 * x + 0.5 + 0.01 * randn({100});

  Tensor slope = tensor(0., {.requires_grad = true});
  Tensor offset = tensor(0., {.requires_grad = true});

  for (int step = 0; step < 500; ++step) {
    const Tensor loss = mean(square(slope * x + offset - y));
    const std::vector<Tensor> gradients = grad(loss, {slope, offset});
    const NoGrad guard;
    add_(slope, gradients[0], -0.5);
    add_(offset, gradients[1], -0.5);
  }
  std::printf("slope %.3f, offset %.3f\n", slope.item(), offset.item());
}
