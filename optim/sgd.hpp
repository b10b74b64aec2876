// Stochastic gradient descent.
// Not here: schedules of the learning rate.
#pragma once

#include <xgrad/optim/optimizer.hpp>

namespace xgrad::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;

  static constexpr const char* optimizer = "SGD";
  /// Errors: ValueError for options that are negative or not finite, and for Nesterov without momentum or with
  /// dampening.
  void check() const;
};

struct SGDState {
  Tensor momentum;  ///< undefined before the first update
};

extern template class GroupedOptimizer<SGDOptions, SGDState>;

/// h = g + weight_decay p; with momentum, b = momentum b + (1 - dampening) h (the first b is h) and h becomes b, or
/// h + momentum b with Nesterov's variant (Sutskever et al., ICML 2013); p = p - lr h.
class SGD : public GroupedOptimizer<SGDOptions, SGDState> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& parameter, const Tensor& gradient, SGDState& state, const SGDOptions& options) override;
};

}  // namespace xgrad::optim
