// An operation of one's own: its forward an xtensor expression, its rule written with tensors, proven by gradcheck.
// Not here: operations of the library itself (docs/design.md, section 2).
#include <xgrad/autodiff/custom_function.hpp>
#include <xgrad/autodiff/xtensor.hpp>
#include <xgrad/xgrad.hpp>

#include <cmath>
#include <cstdio>
#include <xtensor/xmath.hpp>

using namespace xgrad;

int main() {
  const DefaultDtype dtype(float64);
  manual_seed(1);

  // log cosh x = |x| + log(1 + e^(-2 |x|)) - log 2, which does not overflow; its derivative is tanh x.
  const CustomFunction log_cosh = custom_function({
      .name = "log_cosh",
      .forward =
          [](Inputs in, Outputs out) {
            const auto x = as_xtensor<double>(in[0]);
            as_mutable_xtensor<double>(out[0]) = xt::abs(x) + xt::log1p(xt::exp(-2 * xt::abs(x))) - std::log(2.0);
          },
      .vjp = [](const Record& record, const Cotangents& cotangents) -> Cotangents {
        return {cotangents[0] * tanh(record.input(0))};
      },
  });

  const Tensor x = randn({2, 3}, {.requires_grad = true});
  const auto f = [&](const std::vector<Tensor>& inputs) { return log_cosh({inputs[0]}); };
  gradcheck(f, {x});
  gradgradcheck(f, {x});
  std::printf("log_cosh: first and second derivatives agree with central differences\n");

  const Tensor large = tensor({-1000., 0., 1000.}, {.requires_grad = true});
  sum(log_cosh({large})).backward();
  std::printf("at -1000, 0, 1000 its derivative is %s\n", to_string(large.grad()).c_str());
}
