// The step of ReduceLROnPlateau.
// Not here: the ranges of options (options.cpp).
#include <xgrad/optim/reduce_lr_on_plateau.hpp>

#include <algorithm>
#include <limits>

namespace xgrad::optim {

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, ReduceLROnPlateauOptions options)
    : optimizer_(&optimizer), options_(options), best_(std::numeric_limits<double>::infinity()) {
  constexpr const char* owner = "ReduceLROnPlateau";
  check_option(owner, "factor", options.factor, Range::below_one);
  check_option(owner, "patience", options.patience, 0);
  check_option(owner, "threshold", options.threshold);
  check_option(owner, "cooldown", options.cooldown, 0);
  check_option(owner, "min_lr", options.min_lr);
  check_option(owner, "eps", options.eps);
  if (options.mode == PlateauMode::max) best_ = -best_;
}

bool ReduceLROnPlateau::is_better(double metric) const {
  const bool is_relative = options_.threshold_mode == ThresholdMode::rel;
  if (options_.mode == PlateauMode::min)
    return metric < (is_relative ? best_ * (1 - options_.threshold) : best_ - options_.threshold);
  return metric > (is_relative ? best_ * (1 + options_.threshold) : best_ + options_.threshold);
}

void ReduceLROnPlateau::step(double metric) {
  if (is_better(metric)) {
    best_ = metric;
    bad_steps_ = 0;
  } else {
    ++bad_steps_;
  }
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    bad_steps_ = 0;
  }
  if (bad_steps_ > options_.patience) {
    reduce();
    cooldown_left_ = options_.cooldown;
    bad_steps_ = 0;
  }
}

void ReduceLROnPlateau::reduce() {
  for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
    const double before = optimizer_->learning_rate(group);
    const double after = std::max(before * options_.factor, options_.min_lr);
    if (before - after > options_.eps) optimizer_->set_learning_rate(after, group);
  }
}

}  // namespace xgrad::optim
