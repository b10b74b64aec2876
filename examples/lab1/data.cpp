// The data sets of data.hpp.
// Not here: conversion to the dtype of the network (training.cpp).
#include "data.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/data/csv.hpp>

namespace lab1 {
namespace {

Dataset make_dataset(const char* name, const std::vector<double>& coordinates,
                     const std::vector<std::int64_t>& labels) {
  return {name, xgrad::reshape(xgrad::tensor(coordinates), {-1, 2}), xgrad::tensor(labels), {"0", "1"}};
}

}  // namespace

Dataset linear_data(std::size_t n, NumpyRandom& random) {
  const std::vector<double> coordinates = random.uniforms(2 * n);
  std::vector<std::int64_t> labels;
  for (std::size_t i = 0; i < n; ++i) labels.push_back(coordinates[2 * i] > coordinates[2 * i + 1] ? 0 : 1);
  return make_dataset("Linear", coordinates, labels);
}

Dataset xor_data() {
  std::vector<double> coordinates;
  std::vector<std::int64_t> labels;
  const auto add_point = [&](double x1, double x2, std::int64_t label) {
    coordinates.insert(coordinates.end(), {x1, x2});
    labels.push_back(label);
  };
  for (int i = 0; i <= 10; ++i) {
    const double x = 0.1 * i;
    add_point(x, x, 0);
    if (i != 5) add_point(x, 1 - x, 1);  // the diagonals cross at 0.5
  }
  return make_dataset("XOR", coordinates, labels);
}

Dataset csv_data(const std::string& path, const std::vector<std::string>& classes) {
  xgrad::data::LabeledTable table = xgrad::data::read_csv(path, {.classes = classes});
  return {path, std::move(table.features), std::move(table.labels), std::move(table.classes)};
}

}  // namespace lab1
