// The update of Adagrad.
// Not here: the loop over elements (autodiff/kernels/update_loops.hpp).
#include <xgrad/optim/adagrad.hpp>

#include <xgrad/optim/one_pass.hpp>

namespace xgrad::optim {

template class GroupedOptimizer<AdagradOptions, AdagradState>;

void AdagradOptions::check() const {
  check_option(optimizer, "lr", lr);
  check_option(optimizer, "lr_decay", lr_decay);
  check_option(optimizer, "weight_decay", weight_decay);
  check_option(optimizer, "initial_accumulator_value", initial_accumulator_value);
  check_option(optimizer, "eps", eps);
}

void Adagrad::update(const Tensor& parameter, const Tensor& gradient, AdagradState& state,
                     const AdagradOptions& options) {
  prepare(state.sum, parameter, options.initial_accumulator_value);
  const double rate = options.lr / (1 + static_cast<double>(state.steps++) * options.lr_decay);
  const kernels::AdagradStep step = {options.weight_decay, rate, options.eps};
  one_pass(
      parameter, gradient, step, [](const auto& updates) { return updates.adagrad; }, state.sum);
}

}  // namespace xgrad::optim
