// How error messages speak of operands, call sites and module paths.
// Not here: the errors (error.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/error.hpp>

#include <cstdint>
#include <string>

namespace xgrad {

/// "(2, 3) float32".
std::string describe(const Array& array);
inline std::string describe(const Tensor& tensor) {
  return tensor.defined() ? describe(tensor.array()) : std::string("undefined");
}

/// "(1, 0)": the index of an element, from its row-major number.
std::string describe_index(std::int64_t number, const Shape& shape);

/// "main.cpp:12", or "" for a site that is not known.
std::string describe(Site site);

/// `op: what; operands ...; in layers.0; at main.cpp:12`, each part only where it is known.
std::string with_context(const std::string& op, const std::string& what, const std::string& operands, Site site);

}  // namespace xgrad
