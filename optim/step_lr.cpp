// The step of StepLR.
// Not here: the ranges of options (options.cpp).
#include <xgrad/optim/step_lr.hpp>

#include <xgrad/autodiff/capture/trace.hpp>

namespace xgrad::optim {

StepLR::StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma)
    : optimizer_(&optimizer), step_size_(step_size), gamma_(gamma) {
  check_option("StepLR", "step_size", step_size, 1);
  check_option("StepLR", "gamma", gamma);
}

void StepLR::step() {
  if (detail::is_traced_call([this] { step(); })) return;
  if (++steps_ % step_size_ != 0) return;
  for (std::size_t group = 0; group < optimizer_->group_count(); ++group)
    optimizer_->set_learning_rate(optimizer_->learning_rate(group) * gamma_, group);
}

}  // namespace xgrad::optim
