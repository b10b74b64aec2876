// Training a network on a data set.
// Not here: what is printed about it (log.hpp).
#pragma once

#include "experiment.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace lab1 {

enum class Stop : std::uint8_t { epochs, loss, accuracy, diverged, interrupted };

struct TrainResult {
  std::vector<double> losses;  ///< of each epoch's forward passes, before its updates
  Stop stop = Stop::epochs;
  std::string bad_layer =
      {};  ///< of a run that diverged: the first layer with an output that is not finite, "layer 2 (Linear)"
};

/// What a run tells while it goes on, and whether it is to go on.
struct Watch {
  std::function<void(std::int64_t epoch, double loss)> on_epoch = {};
  /// After the epoch's updates, in percent; it costs a forward pass.
  std::function<void(std::int64_t epoch, double accuracy)> on_accuracy = {};
  const std::atomic<bool>* interrupted = nullptr;  ///< looked at before each epoch
};

/// Trains the experiment's network until a stop: after all epochs, at the loss or accuracy asked for, when the loss is
/// not a number (or infinite at the end), or when interrupted. Batches are drawn without replacement from a stream of
/// their own.
TrainResult train(Experiment& experiment, const Watch& watch);

}  // namespace lab1
