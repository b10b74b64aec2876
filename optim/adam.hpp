// Adam and AdamW.
// Not here: schedules of the learning rate.
#pragma once

#include <xgrad/optim/optimizer.hpp>

#include <cstdint>

namespace xgrad::optim {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
  bool amsgrad = false;

  static constexpr const char* optimizer = "Adam";
  /// Errors: ValueError for options that are negative or not finite, and for a beta of 1 or more.
  void check() const;
};

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 1e-2;
  bool amsgrad = false;

  static constexpr const char* optimizer = "AdamW";
  /// Errors: as AdamOptions.
  void check() const;
};

/// 1 - beta^steps, by which the averages of the first steps fall short. Kept from one parameter to the next, since they
/// mostly have made the same number of steps.
struct BiasCorrection {
  std::int64_t steps = 0;
  double beta1 = 0;
  double beta2 = 0;
  double mean = 0;
  double square = 0;
};

struct AdamState {
  std::int64_t steps = 0;
  Tensor mean;
  Tensor square;
  Tensor max_square;  ///< with amsgrad only
};

extern template class GroupedOptimizer<AdamOptions, AdamState>;
extern template class GroupedOptimizer<AdamWOptions, AdamState>;

/// h = g + weight_decay p, m = beta1 m + (1 - beta1) h, v = beta2 v + (1 - beta2) h^2, and after t steps
/// p = p - lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps) (Kingma and Ba, ICLR 2015); with amsgrad, the largest
/// v so far stands for v (Reddi et al., ICLR 2018).
class Adam : public GroupedOptimizer<AdamOptions, AdamState> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& parameter, const Tensor& gradient, AdamState& state, const AdamOptions& options) override;

  BiasCorrection correction_;
};

/// As Adam, but with h = g, and p shrinks by itself: p = (1 - lr weight_decay) p first (Loshchilov and Hutter,
/// ICLR 2019).
class AdamW : public GroupedOptimizer<AdamWOptions, AdamState> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& parameter, const Tensor& gradient, AdamState& state, const AdamWOptions& options) override;

  BiasCorrection correction_;
};

}  // namespace xgrad::optim
