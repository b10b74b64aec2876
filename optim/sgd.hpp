// Stochastic gradient descent.
// Not here: schedules of the learning rate.
#pragma once

#include <xgrad/optim/optimizer.hpp>

#include <vector>

namespace xgrad::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// g = gradient + weight_decay p; with momentum, b = momentum b + (1 - dampening) g (the first b is g) and g becomes b,
/// or g + momentum b with Nesterov's variant (Sutskever et al., ICML 2013); p = p - lr g.
class SGD : public Optimizer {
 public:
  /// Errors: ValueError for options that are negative or not finite, and for Nesterov without momentum or with
  /// dampening; otherwise as Optimizer.
  SGD(std::vector<Tensor> parameters, SGDOptions options = {});

  ~SGD() override;

  void step() override;
  double learning_rate() const override { return options_.lr; }
  void set_learning_rate(double learning_rate) override;
  const SGDOptions& options() const { return options_; }

 private:
  SGDOptions options_;
  std::vector<Tensor> momenta_;  ///< undefined before a parameter's first update
};

}  // namespace xgrad::optim
