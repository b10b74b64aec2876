// Training a network on a data set.
// Not here: what is printed about it (log.hpp).
#pragma once

#include "data.hpp"
#include "objective.hpp"
#include "options.hpp"

#include <xgrad/nn/sequential.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace lab1 {

enum class Stop : std::uint8_t { epochs, loss, accuracy, diverged, interrupted };

struct TrainResult {
  std::vector<double> losses;  ///< of each epoch's forward passes, before its updates
  Stop stop = Stop::epochs;
  std::string bad_layer = {};  ///< of a run that diverged: the first layer whose output is not finite
};

/// What a run tells while it goes on, and whether it is to go on.
struct Watch {
  std::function<void(std::int64_t epoch, double loss)> on_epoch = [](std::int64_t, double) {};
  const std::atomic<bool>* interrupted = nullptr;  ///< looked at before each epoch
};

/// Descends until a stop: after all epochs, at the loss or accuracy asked for, when the loss is not a number, or when
/// interrupted. Batches are drawn without replacement from a stream of their own.
TrainResult train(xgrad::nn::Sequential& network, const Dataset& dataset, const Objective& objective,
                  const TrainOptions& options, const Watch& watch);

/// The first layer, as "layer 2 (Linear)", whose output on the points is not finite; "" if all are.
std::string first_bad_layer(xgrad::nn::Sequential& network, const xgrad::Tensor& points);

}  // namespace lab1
