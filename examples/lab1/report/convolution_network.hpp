// The convolutional network of the lab's study, and the proof of its gradients.
// Not here: its images (images.hpp), its training (../training.hpp).
#pragma once

#include "../numpy_random.hpp"

#include <xgrad/nn/sequential.hpp>

#include <cstdint>
#include <string>

namespace lab1 {

/// Images [n, 1, 11, 11] -> [n, 1] in float64, 205 parameters: a padded convolution with 2 kernels 3 x 3 and tanh [n,
/// 2, 11, 11], the means of overlapping 5 x 5 windows [n, 2, 4, 4], a convolution with 8 kernels 3 x 3 and tanh [n, 8,
/// 2, 2], a linear layer and a sigmoid. The means let neighbouring points look alike; without them the network learns
/// XOR as a table of pixels. Weights are normals of Xavier's standard deviation sqrt(2 / (fan in + fan out)), drawn
/// layer by layer, row-major; biases are zero and draw nothing.
xgrad::nn::Sequential make_convolution_network(NumpyRandom& random);

struct GradientCheck {
  bool ok;
  std::int64_t derivatives;  ///< how many were compared
  std::string message;       ///< which is wrong the most; empty if none is
};

/// Compares the derivatives of the mean squared error by every parameter and every pixel with central differences, as
/// gradcheck does by default. Parameters are those of the network's Conv2d and Linear layers.
/// Errors: ValueError if other layers have parameters.
GradientCheck check_convolution_gradients(const xgrad::nn::Sequential& network, const xgrad::Tensor& images,
                                          const xgrad::Tensor& targets);

}  // namespace lab1
