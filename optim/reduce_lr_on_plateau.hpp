// A learning rate that falls when a metric has stopped improving.
// Not here: a rate that follows the number of epochs (step_lr.hpp).
#pragma once

#include <xgrad/optim/optimizer.hpp>

#include <cstdint>

namespace xgrad::optim {

/// Whether a metric is to become small (a loss) or large (an accuracy).
enum class PlateauMode : std::uint8_t { min, max };
/// Whether a threshold is a part of the best metric or a difference from it.
enum class ThresholdMode : std::uint8_t { rel, abs };

struct ReduceLROnPlateauOptions {
  PlateauMode mode = PlateauMode::min;
  double factor = 0.1;
  std::int64_t patience = 10;  ///< epochs without improvement that change nothing yet
  double threshold = 1e-4;
  ThresholdMode threshold_mode = ThresholdMode::rel;
  std::int64_t cooldown = 0;  ///< epochs after a reduction in which none counts as bad
  double min_lr = 0;
  double eps = 1e-8;  ///< a rate that would change by this or less stays
};

/// Multiplies the learning rate of every group by factor once more than `patience` steps in a row were bad. A metric is
/// better than the best if it is below best (1 - threshold) or, in the other modes, below best - threshold, above
/// best (1 + threshold), above best + threshold; any other, NaN included, is bad.
class ReduceLROnPlateau {
 public:
  /// The optimizer must outlive the scheduler and stay where it is. Errors: ValueError for options that are negative or
  /// not finite, and for a factor of 1 or more.
  explicit ReduceLROnPlateau(Optimizer& optimizer, ReduceLROnPlateauOptions options = {});

  /// Takes the metric of an epoch.
  void step(double metric);

  /// The best metric so far; infinite, with the sign of the worst, before the first.
  double best() const { return best_; }

 private:
  bool is_better(double metric) const;
  void reduce();

  Optimizer* optimizer_;
  ReduceLROnPlateauOptions options_;
  double best_;
  std::int64_t bad_steps_ = 0;
  std::int64_t cooldown_left_ = 0;
};

}  // namespace xgrad::optim
