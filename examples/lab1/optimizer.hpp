// Optimizers and schedules of the learning rate by their names on the command line.
// Not here: their update rules (xgrad/optim/).
#pragma once

#include "options.hpp"

#include <xgrad/optim/optimizer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace lab1 {

std::unique_ptr<xgrad::optim::Optimizer> make_optimizer(const TrainOptions& options,
                                                        std::vector<xgrad::Tensor> parameters);

/// What to call after each epoch, with its loss. `step` divides the rate by 10 after each third of the epochs,
/// `plateau` halves it when a hundredth of them has brought no better loss. The optimizer must outlive it.
std::function<void(double loss)> make_scheduler(const TrainOptions& options, xgrad::optim::Optimizer& optimizer);

}  // namespace lab1
