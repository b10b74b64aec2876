// The functions of golden.hpp.
// Not here: comparisons in ulps (ref.cpp).
#include "support/golden.hpp"

#include "support/ref.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>

namespace xgrad::test::golden {

using nlohmann::json;

json read(const std::string& name) { return json::parse(std::ifstream(XGRAD_GOLDEN_DIR "/" + name)); }

std::vector<double> numbers(const json& list) {
  std::vector<double> result;
  for (const json& entry : list)
    result.push_back(entry.is_string() ? std::strtod(entry.get<std::string>().c_str(), nullptr)
                                       : (entry.is_boolean() ? entry.get<bool>() : entry.get<double>()));
  return result;
}

Shape shape_of(const json& list) {
  Shape shape;
  for (const json& extent : list) shape.push_back(extent.get<std::int64_t>());
  return shape;
}

Tensor parse(const json& described) {
  const std::string dtype = described["dtype"].get<std::string>();
  const Tensor x = reshape(tensor(numbers(described["values"])), shape_of(described["shape"]));
  return dtype == "bool" ? x.to(bool_) : (dtype == "int64" ? x.to(int64) : x);
}

std::string mismatch(const Tensor& got, const std::vector<double>& want) {
  const Ref ref = to_ref(got);
  if (ref.values.size() != want.size()) return "another number of elements";
  for (std::size_t i = 0; i < want.size(); ++i) {
    const double value = static_cast<double>(ref.values[i]);
    const bool same = std::isfinite(want[i]) ? std::fabs(value - want[i]) <= 4e-15 + 4e-15 * std::fabs(want[i])
                                             : value == want[i] || (std::isnan(value) && std::isnan(want[i]));
    if (!same)
      return "element " + std::to_string(i) + ": " + std::to_string(value) + ", want " + std::to_string(want[i]);
  }
  return "";
}

}  // namespace xgrad::test::golden
