// Adadelta.
// Not here: schedules of the learning rate.
#pragma once

#include <xgrad/optim/optimizer.hpp>

namespace xgrad::optim {

struct AdadeltaOptions {
  double lr = 1;
  double rho = 0.9;
  double eps = 1e-6;
  double weight_decay = 0;

  static constexpr const char* optimizer = "Adadelta";
  /// Errors: ValueError for options that are negative or not finite, and for rho above 1.
  void check() const;
};

struct AdadeltaState {
  Tensor square;         ///< of the gradient, an average
  Tensor change_square;  ///< of the changes, before lr
};

extern template class GroupedOptimizer<AdadeltaOptions, AdadeltaState>;

/// h = g + weight_decay p, s = rho s + (1 - rho) h^2, d = h sqrt(u + eps) / sqrt(s + eps), u = rho u + (1 - rho) d^2,
/// p = p - lr d (Zeiler, arXiv 1212.5701).
class Adadelta : public GroupedOptimizer<AdadeltaOptions, AdadeltaState> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& parameter, const Tensor& gradient, AdadeltaState& state,
              const AdadeltaOptions& options) override;
};

}  // namespace xgrad::optim
