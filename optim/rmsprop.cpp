// The update of RMSprop.
// Not here: the loop over elements (autodiff/kernels/update_loops.hpp).
#include <xgrad/optim/rmsprop.hpp>

#include <xgrad/optim/one_pass.hpp>

namespace xgrad::optim {

template class GroupedOptimizer<RMSpropOptions, RMSpropState>;

void RMSpropOptions::check() const {
  check_option(optimizer, "lr", lr);
  check_option(optimizer, "alpha", alpha);
  check_option(optimizer, "eps", eps);
  check_option(optimizer, "weight_decay", weight_decay);
  check_option(optimizer, "momentum", momentum);
}

void RMSprop::update(const Tensor& parameter, const Tensor& gradient, RMSpropState& state,
                     const RMSpropOptions& options) {
  const kernels::RmspropStep step = {options.weight_decay, options.alpha, options.momentum, options.lr, options.eps};
  const bool with_momentum = options.momentum != 0;
  const auto run = [&](auto&... states) {
    one_pass(
        parameter, gradient, step,
        [&](const auto& updates) { return updates.rmsprop[options.centered][with_momentum]; }, states...);
  };
  prepare(state.square, parameter);
  if (options.centered) prepare(state.mean, parameter);
  if (with_momentum) prepare(state.momentum, parameter);
  if (options.centered && with_momentum)
    run(state.square, state.mean, state.momentum);
  else if (options.centered)
    run(state.square, state.mean);
  else if (with_momentum)
    run(state.square, state.momentum);
  else
    run(state.square);
}

}  // namespace xgrad::optim
