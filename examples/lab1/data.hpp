// The lab's two data sets: points of the unit square with labels 0 and 1.
// Not here: drawing them as a figure.
#pragma once

#include "numpy_random.hpp"

#include <xgrad/autodiff/tensor.hpp>

#include <string>

namespace lab1 {

/// Points [n, 2] and their labels [n, 1], both float64.
struct Dataset {
  std::string name;
  xgrad::Tensor points;
  xgrad::Tensor labels;
};

/// n points drawn uniformly, x1 before x2; the label is 0 where x1 > x2, else 1.
Dataset linear_data(std::size_t n, NumpyRandom& random);

/// 21 points on the two diagonals of the square, in steps of 0.1: label 0 on the rising one, 1 on the falling one.
Dataset xor_data();

}  // namespace lab1
