// The update of stochastic gradient descent.
// Not here: checks that all optimizers share (optimizer.cpp).
#include <xgrad/optim/sgd.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>

namespace xgrad::optim {

SGD::SGD(std::vector<Tensor> parameters, SGDOptions options)
    : Optimizer("SGD", std::move(parameters)), options_(options), momenta_(this->parameters().size()) {
  checked("SGD", "lr", options.lr);
  checked("SGD", "momentum", options.momentum);
  checked("SGD", "dampening", options.dampening);
  checked("SGD", "weight_decay", options.weight_decay);
  if (options.nesterov && (options.momentum == 0 || options.dampening != 0))
    throw ValueError("SGD: nesterov needs momentum and no dampening");
}

SGD::~SGD() = default;

void SGD::set_learning_rate(double learning_rate) { options_.lr = checked("SGD", "lr", learning_rate); }

void SGD::step() {
  const NoGrad guard;
  for (std::size_t i = 0; i < parameters().size(); ++i) {
    const Tensor& parameter = parameters()[i];
    Tensor gradient = parameter.grad();
    if (!gradient.defined()) continue;
    if (options_.weight_decay != 0) gradient = axpby_(clone(gradient), 1, parameter, options_.weight_decay);
    if (options_.momentum != 0) {
      Tensor& momentum = momenta_[i];
      // The model may have been converted since the last step.
      if (momentum.defined()) momentum = momentum.to(gradient.dtype());
      if (momentum.defined())
        axpby_(momentum, options_.momentum, gradient, 1 - options_.dampening);
      else
        momentum = clone(gradient);
      gradient = options_.nesterov ? axpby_(clone(gradient), 1, momentum, options_.momentum) : momentum;
    }
    axpby_(parameter, 1, gradient, -options_.lr);
  }
}

}  // namespace xgrad::optim
