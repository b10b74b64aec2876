// What all optimizers share: parameters and a learning rate.
// Not here: single optimizers (sgd.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <vector>

namespace xgrad::optim {

/// Sees parameters, never modules, and never writes into their gradients.
class Optimizer {
 public:
  virtual ~Optimizer();

  /// One update of every parameter that has a gradient.
  virtual void step() = 0;
  /// Makes all gradients undefined.
  void zero_grad();

  virtual double learning_rate() const = 0;
  /// Errors: ValueError unless finite and not negative.
  virtual void set_learning_rate(double learning_rate) = 0;

  const std::vector<Tensor>& parameters() const { return parameters_; }

 protected:
  /// Errors: ValueError without parameters or with one twice; GraphError for a tensor that is not a leaf;
  /// DtypeError for one that is not floating.
  Optimizer(const char* name, std::vector<Tensor> parameters);

  /// value, if it is finite and not negative. Errors: ValueError.
  static double checked(const char* optimizer, const char* option, double value);

 private:
  std::vector<Tensor> parameters_;
};

}  // namespace xgrad::optim
