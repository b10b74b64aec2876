// The lab's network: linear layers with an activation after each.
// Not here: any gradient; the tape finds them.
#pragma once

#include "numpy_random.hpp"
#include "options.hpp"

#include <xgrad/nn/sequential.hpp>

namespace lab1 {

/// A perceptron from 2 inputs over the hidden widths to 1 output, in the dtype asked for. Weights are standard normals,
/// drawn layer by layer as rows of [in, out]; biases are zero and draw nothing.
xgrad::nn::Sequential make_network(const TrainOptions& options, NumpyRandom& random);

}  // namespace lab1
