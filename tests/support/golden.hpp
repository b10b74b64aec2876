// Reading golden files: JSON that other libraries' results were written to.
// Not here: the files and the scripts that make them (golden/), what is compared (autodiff/test_golden_*.cpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace xgrad::test::golden {

/// A file of the golden folder.
nlohmann::json read(const std::string& name);

/// Numbers, bools, and strings like "nan" and "-inf".
std::vector<double> numbers(const nlohmann::json& list);
Shape shape_of(const nlohmann::json& list);
/// A tensor of `dtype`, `shape` and row-major `values`.
Tensor parse(const nlohmann::json& described);

/// Empty if the values are those wanted: NaN and infinities exactly, everything else up to the rounding of another
/// implementation.
std::string mismatch(const Tensor& got, const std::vector<double>& want);

}  // namespace xgrad::test::golden
