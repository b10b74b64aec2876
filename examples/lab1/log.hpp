// What a run says, in the form of the lab's report.
// Not here: the run (training.hpp).
#pragma once

#include "evaluation.hpp"
#include "experiment.hpp"
#include "training.hpp"

#include <atomic>
#include <string>

namespace lab1 {

/// "0.13136" for a precision of 5; losses on the way to infinity without their hundreds of digits.
std::string loss_text(double loss, int precision);
/// "Epoch 500: Loss = 0.13136".
std::string epoch_line(std::int64_t epoch, double loss, int precision);
/// For a run that diverged: from which epoch on the loss is not finite, and where that began.
std::string divergence_line(const TrainResult& result);
/// A line for each sample, "Iter: 0 | Ground truth: [0] | Predict: [1]", then the loss and the accuracy.
std::string prediction_lines(const Dataset& dataset, const Evaluation& evaluation, int precision);

/// Trains and prints the loss of every log_every-th epoch, then the predictions after the last update with the loss
/// before it; or why there are none: the loss is not a number, or the user has interrupted.
TrainResult train_and_log(Experiment& experiment, const std::atomic<bool>& interrupted);

}  // namespace lab1
