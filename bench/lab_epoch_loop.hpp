// The lab's epoch as one would write it by hand for these sizes alone: the yardstick of lab_epoch.cpp.
// Not here: anything of xgrad; lab_epoch_loop.cpp is compiled with every flag that speeds it up.
#pragma once

namespace bench {

/// Sizes and state of a perceptron 2-10-10-1 on 21 points, sigmoid everywhere. Weights are [in][out].
template <class T>
struct LabNetwork {
  static constexpr int points = 21;
  static constexpr int width = 10;
  alignas(64) T x[points][2];
  alignas(64) T t[points];
  alignas(64) T w1[2][width];
  alignas(64) T b1[width];
  alignas(64) T w2[width][width];
  alignas(64) T b2[width];
  alignas(64) T w3[width];
  alignas(64) T b3;
};

/// One forward pass, backward pass and step of gradient descent on the mean squared error; returns the loss.
template <class T>
T lab_epoch(LabNetwork<T>& net, T lr);

}  // namespace bench
