// The convolutional network of the lab's study, and the proof of its gradients.
// Not here: its images (images.hpp), its training (../training.hpp).
#pragma once

#include "../numpy_random.hpp"

#include <xgrad/nn/sequential.hpp>

#include <cstdint>
#include <string>

namespace lab1 {

/// Images [n, 1, 11, 11] -> [n, 1] in float64, 369 parameters: a convolution with 4 kernels 3 x 3 and tanh [n, 4, 9, 9],
/// the means of overlapping 3 x 3 windows [n, 4, 4, 4], a convolution with 8 kernels 3 x 3 and tanh [n, 8, 2, 2], a
/// linear layer and a sigmoid. Weights are normals of Xavier's standard deviation sqrt(2 / (fan in + fan out)), drawn
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
