// A learning rate that falls by a factor every few steps.
// Not here: a rate that follows a metric (reduce_lr_on_plateau.hpp).
#pragma once

#include <xgrad/optim/optimizer.hpp>

#include <cstdint>

namespace xgrad::optim {

/// Multiplies the learning rate of every group by gamma at every step_size-th step(), which is called once an epoch,
/// after the optimizer's. Rates set in between are kept and multiplied.
class StepLR {
 public:
  /// The optimizer must outlive the scheduler and stay where it is. Errors: ValueError unless step_size is 1 or more
  /// and gamma finite and not negative.
  explicit StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma = 0.1);

  /// Errors: ValueError if a rate overflows.
  void step();

 private:
  Optimizer* optimizer_;
  std::int64_t step_size_;
  double gamma_;
  std::int64_t steps_ = 0;
};

}  // namespace xgrad::optim
