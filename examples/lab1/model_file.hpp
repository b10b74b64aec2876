// Trained models in safetensors files: parameters under their names, all else as metadata.
// Not here: the file format (xgrad/io/safetensors.hpp).
#pragma once

#include "network.hpp"

#include <string>
#include <vector>

namespace lab1 {

/// A network and what is needed to use it on points.
struct Model {
  Architecture architecture;
  xgrad::nn::Sequential network;
  std::string loss;
  std::vector<std::string> classes;
  std::string data;      ///< linear, xor or csv
  std::string csv = {};  ///< the name of the CSV file
  std::uint32_t seed = 16;
  std::int64_t points = 100;
};

/// Errors: xgrad::IoError.
void save_model(const std::string& path, const Model& model);

/// Errors: xgrad::IoError; xgrad::FormatError for a file that is damaged or holds something else.
Model load_model(const std::string& path);

}  // namespace lab1
