// What a network says of a data set.
// Not here: the loss of a training epoch, which is that before its update (training.hpp).
#pragma once

#include "data.hpp"
#include "objective.hpp"

#include <xgrad/nn/sequential.hpp>

#include <cstdint>
#include <vector>

namespace lab1 {

struct Evaluation {
  std::vector<std::int64_t> predicted;  ///< the class of each point
  double loss = 0;
  double accuracy = 0;  ///< in percent
};

/// Outside of graphs; the points are converted to the dtype of the network.
Evaluation evaluate(const xgrad::nn::Sequential& network, const Dataset& dataset, const Objective& objective,
                    xgrad::Dtype dtype);

}  // namespace lab1
