// Adagrad.
// Not here: schedules of the learning rate.
#pragma once

#include <xgrad/optim/optimizer.hpp>

#include <cstdint>

namespace xgrad::optim {

struct AdagradOptions {
  double lr = 1e-2;
  double lr_decay = 0;
  double weight_decay = 0;
  double initial_accumulator_value = 0;
  double eps = 1e-10;

  static constexpr const char* optimizer = "Adagrad";
  /// Errors: ValueError for options that are negative or not finite.
  void check() const;
};

struct AdagradState {
  std::int64_t steps = 0;
  Tensor sum;
};

extern template class GroupedOptimizer<AdagradOptions, AdagradState>;

/// h = g + weight_decay p, s = s + h^2 (from initial_accumulator_value on), and at step t = 1, 2, ...
/// p = p - lr / (1 + (t - 1) lr_decay) h / (sqrt(s) + eps) (Duchi et al., JMLR 2011).
class Adagrad : public GroupedOptimizer<AdagradOptions, AdagradState> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& parameter, const Tensor& gradient, AdagradState& state,
              const AdagradOptions& options) override;
};

}  // namespace xgrad::optim
