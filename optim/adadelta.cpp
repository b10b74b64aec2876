// The update of Adadelta.
// Not here: the loop over elements (autodiff/kernels/update_loops.hpp).
#include <xgrad/optim/adadelta.hpp>

#include <xgrad/optim/one_pass.hpp>

namespace xgrad::optim {

template class GroupedOptimizer<AdadeltaOptions, AdadeltaState>;

void AdadeltaOptions::check() const {
  check_option(optimizer, "lr", lr);
  check_option(optimizer, "rho", rho, Range::up_to_one);
  check_option(optimizer, "eps", eps);
  check_option(optimizer, "weight_decay", weight_decay);
}

void Adadelta::update(const Tensor& parameter, const Tensor& gradient, AdadeltaState& state,
                      const AdadeltaOptions& options) {
  prepare(state.square, parameter);
  prepare(state.change_square, parameter);
  const kernels::AdadeltaStep step = {options.weight_decay, options.rho, options.lr, options.eps};
  one_pass(
      parameter, gradient, step, [](const auto& updates) { return updates.adadelta; }, state.square,
      state.change_square);
}

}  // namespace xgrad::optim
