// What a run prints, in the form of the lab's report.
// Not here: the run (training.hpp).
#pragma once

#include "data.hpp"
#include "objective.hpp"
#include "options.hpp"
#include "training.hpp"

#include <atomic>

namespace lab1 {

/// Trains and prints the loss of every log_every-th epoch, then each sample's prediction, the last loss and the
/// accuracy after the last update; or why there are none: the loss is not a number, or the user has interrupted.
TrainResult train_and_log(xgrad::nn::Sequential& network, const Dataset& dataset, const Objective& objective,
                          const TrainOptions& options, const std::atomic<bool>& interrupted);

/// Each sample's prediction, the loss given and the accuracy.
void print_predictions(const xgrad::nn::Sequential& network, const Dataset& dataset, const Objective& objective,
                       xgrad::Dtype dtype, double loss, int precision);

}  // namespace lab1
