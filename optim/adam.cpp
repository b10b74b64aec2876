// The updates of Adam and AdamW.
// Not here: the loop over elements (autodiff/kernels/update_loops.hpp).
#include <xgrad/optim/adam.hpp>

#include <xgrad/optim/one_pass.hpp>

#include <cmath>

namespace xgrad::optim {

template class GroupedOptimizer<AdamOptions, AdamState>;
template class GroupedOptimizer<AdamWOptions, AdamState>;

namespace {

template <class Options>
void check_adam(const Options& options) {
  check_option(options.optimizer, "lr", options.lr);
  check_option(options.optimizer, "beta1", options.beta1, Range::below_one);
  check_option(options.optimizer, "beta2", options.beta2, Range::below_one);
  check_option(options.optimizer, "eps", options.eps);
  check_option(options.optimizer, "weight_decay", options.weight_decay);
}

// The correction for a parameter's next step.
template <class Options>
void advance(BiasCorrection& correction, std::int64_t steps, const Options& options) {
  if (correction.steps == steps && correction.beta1 == options.beta1 && correction.beta2 == options.beta2) return;
  const auto power = static_cast<double>(steps);
  correction = {steps, options.beta1, options.beta2, 1 - std::pow(options.beta1, power),
                1 - std::pow(options.beta2, power)};
}

template <class Options>
void update_adam(const Tensor& parameter, const Tensor& gradient, AdamState& state, BiasCorrection& correction,
                 const Options& options, double weight_decay, double shrink) {
  prepare(state.mean, parameter);
  prepare(state.square, parameter);
  if (options.amsgrad) prepare(state.max_square, parameter);
  advance(correction, ++state.steps, options);
  const kernels::AdamStep step = {
      .weight_decay = weight_decay,
      .shrink = shrink,
      .beta1 = options.beta1,
      .beta2 = options.beta2,
      .rate = options.lr / correction.mean,
      .scale = 1 / std::sqrt(correction.square),
      .eps = options.eps,
  };
  if (options.amsgrad)
    one_pass(
        parameter, gradient, step, [](const auto& updates) { return updates.adam[1]; }, state.mean, state.square,
        state.max_square);
  else
    one_pass(
        parameter, gradient, step, [](const auto& updates) { return updates.adam[0]; }, state.mean, state.square);
}

}  // namespace

void AdamOptions::check() const { check_adam(*this); }
void AdamWOptions::check() const { check_adam(*this); }

void Adam::update(const Tensor& parameter, const Tensor& gradient, AdamState& state, const AdamOptions& options) {
  update_adam(parameter, gradient, state, correction_, options, options.weight_decay, 1);
}

void AdamW::update(const Tensor& parameter, const Tensor& gradient, AdamState& state, const AdamWOptions& options) {
  update_adam(parameter, gradient, state, correction_, options, 0, 1 - options.lr * options.weight_decay);
}

}  // namespace xgrad::optim
