// Gradients for a program that lives in xtensor: arrays become tensors and gradients become its views, without a copy.
// Not here: operations whose forward is an xtensor expression (custom_op.cpp).
#include <xgrad/autodiff/xtensor.hpp>
#include <xgrad/xgrad.hpp>

#include <cstdio>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

using namespace xgrad;

// Fits a + b x + c x^2 to e^x: the arrays are xtensor's, the gradient of the error comes from the tape.
int main() {
  const xt::xarray<double> points = xt::linspace<double>(-1, 1, 41);
  const Tensor x = from_xtensor(points);
  const Tensor y = from_xtensor(xt::exp(points));

  xt::xarray<double> coefficients = xt::zeros<double>({3});
  Tensor leaf = borrow(coefficients).set_requires_grad();  // the same memory

  for (int step = 0; step < 500; ++step) {
    const Tensor a = view(leaf, 0), b = view(leaf, 1), c = view(leaf, 2);
    leaf.clear_grad();
    mean(square(a + b * x + c * square(x) - y)).backward();
    xt::noalias(coefficients) -= 0.5 * as_xtensor<double>(leaf.grad());  // without noalias it would get new memory
  }
  std::printf("e^x is about %.3f + %.3f x + %.3f x^2", coefficients(0), coefficients(1), coefficients(2));

  const auto fit = coefficients(0) + coefficients(1) * points + coefficients(2) * xt::square(points);
  std::printf(", wrong by %.3f at most\n", xt::amax(xt::abs(fit - xt::exp(points)))());
}
