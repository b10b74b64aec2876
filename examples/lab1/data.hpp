// The lab's two data sets, points of the unit square with labels 0 and 1, and points from the user's own file.
// Not here: reading CSV (xgrad/data/csv.hpp), drawing points as a figure.
#pragma once

#include "numpy_random.hpp"

#include <xgrad/autodiff/tensor.hpp>

#include <string>
#include <vector>

namespace lab1 {

struct Dataset {
  std::string name;
  xgrad::Tensor points;              ///< [n, d], float64
  xgrad::Tensor labels;              ///< [n], int64: indices into classes
  std::vector<std::string> classes;  ///< their names, two or more
};

/// n points drawn uniformly, x1 before x2; the label is 0 where x1 > x2, else 1.
Dataset linear_data(std::size_t n, NumpyRandom& random);

/// 21 points on the two diagonals of the square, in steps of 0.1: label 0 on the rising one, 1 on the falling one.
Dataset xor_data();

/// The points of a CSV file, features first, label last. Errors: as xgrad::data::read_csv; `classes`, if not empty, are
/// the labels that may occur.
Dataset csv_data(const std::string& path, const std::vector<std::string>& classes = {});

}  // namespace lab1
