// The update of stochastic gradient descent.
// Not here: checks that all optimizers share (optimizer.cpp).
#include <xgrad/optim/sgd.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/optim/one_pass.hpp>

namespace xgrad::optim {

template class GroupedOptimizer<SGDOptions, SGDState>;

void SGDOptions::check() const {
  check_option(optimizer, "lr", lr);
  check_option(optimizer, "momentum", momentum);
  check_option(optimizer, "dampening", dampening);
  check_option(optimizer, "weight_decay", weight_decay);
  if (nesterov && (momentum == 0 || dampening != 0)) throw ValueError("SGD: nesterov needs momentum and no dampening");
}

void SGD::update(const Tensor& parameter, const Tensor& gradient, SGDState& state, const SGDOptions& options) {
  const double take = state.momentum.defined() ? 1 - options.dampening : 1;
  const kernels::SgdStep step = {options.weight_decay, options.momentum, take, options.lr, options.nesterov};
  if (options.momentum == 0)
    return one_pass(parameter, gradient, step, [](const auto& updates) { return updates.sgd[0]; });
  prepare(state.momentum, parameter);
  one_pass(
      parameter, gradient, step, [](const auto& updates) { return updates.sgd[1]; }, state.momentum);
}

}  // namespace xgrad::optim
