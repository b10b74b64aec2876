// Training a network on a data set, and the log of it in the form of the lab's report.
// Not here: the order of the two data sets (main.cpp).
#pragma once

#include "data.hpp"
#include "options.hpp"

#include <xgrad/nn/sequential.hpp>

namespace lab1 {

/// Full-batch gradient descent on the mean squared error. Prints the loss of every log_every-th epoch (of its forward
/// pass, before its update), then each sample's prediction, the last loss and the accuracy after the last update; or,
/// if the loss becomes NaN, the epoch at which it did.
void train_and_report(xgrad::nn::Sequential& network, const Dataset& dataset, const TrainOptions& options);

}  // namespace lab1
