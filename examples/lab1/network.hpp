// The lab's networks: linear layers with an activation after each.
// Not here: any gradient; the tape finds them.
#pragma once

#include "numpy_random.hpp"
#include "options.hpp"

#include <xgrad/nn/sequential.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lab1 {

/// What a network looks like, apart from the values of its parameters.
struct Architecture {
  std::vector<std::int64_t> widths;  ///< of the input, the hidden layers and the output
  std::string activation;
  std::string output_activation;
  bool bias = true;
  xgrad::Dtype dtype = xgrad::float64;
};

/// The one that the options ask for, from `features` inputs to `outputs`.
Architecture architecture(const TrainOptions& options, std::int64_t features, std::int64_t outputs);

/// Weights are standard normals, drawn layer by layer as rows of [in, out]; biases are zero and draw nothing.
xgrad::nn::Sequential make_network(const Architecture& architecture, NumpyRandom& random);

}  // namespace lab1
