// A data set together with the network that is to learn it, both drawn from the lab's stream of random numbers.
// Not here: the training (training.hpp).
#pragma once

#include "data.hpp"
#include "network.hpp"
#include "objective.hpp"
#include "options.hpp"

#include <xgrad/nn/sequential.hpp>

#include <string>

namespace lab1 {

struct Experiment {
  TrainOptions options;
  Dataset dataset;
  Objective objective;
  Architecture architecture;
  xgrad::nn::Sequential network;
};

/// The network that the options ask for, before its training on `data`: linear, xor or, in place of both, the options'
/// CSV file. One stream runs through the lab: the linear points, their network, the network for XOR; so the last is
/// drawn after the first two even when it alone is wanted.
/// Errors: those of csv_data.
Experiment make_experiment(const TrainOptions& options, const std::string& data);

}  // namespace lab1
