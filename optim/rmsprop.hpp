// RMSprop.
// Not here: schedules of the learning rate.
#pragma once

#include <xgrad/optim/optimizer.hpp>

namespace xgrad::optim {

struct RMSpropOptions {
  double lr = 1e-2;
  double alpha = 0.99;
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum = 0;
  bool centered = false;

  static constexpr const char* optimizer = "RMSprop";
  /// Errors: ValueError for options that are negative or not finite.
  void check() const;
};

struct RMSpropState {
  Tensor square;
  Tensor mean;      ///< if centered only
  Tensor momentum;  ///< with momentum only
};

extern template class GroupedOptimizer<RMSpropOptions, RMSpropState>;

/// h = g + weight_decay p, s = alpha s + (1 - alpha) h^2, d = h / (sqrt(s) + eps) (Tieleman and Hinton, 2012), where
/// s - m^2 with m = alpha m + (1 - alpha) h stands for s if centered (Graves, arXiv 1308.0850); with momentum,
/// b = momentum b + d stands for d; p = p - lr d. Where rounding would make s - m^2 negative it is 0.
class RMSprop : public GroupedOptimizer<RMSpropOptions, RMSpropState> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& parameter, const Tensor& gradient, RMSpropState& state,
              const RMSpropOptions& options) override;
};

}  // namespace xgrad::optim
