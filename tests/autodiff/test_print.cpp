// Printed arrays against the text of NumPy (golden/print.json).
// Not here: printing of tensors.
#include <doctest/doctest.h>

#include <xgrad/autodiff/print.hpp>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace xgrad;

namespace {

Dtype parse_dtype(const std::string& text) {
  for (Dtype dtype : {bool_, int64, float32, float64})
    if (text == name(dtype)) return dtype;
  FAIL("unknown dtype in the golden file: ", text);
  return float32;
}

template <class T>
T parse_value(const std::string& text) {
  if constexpr (std::is_floating_point_v<T>) return static_cast<T>(std::strtod(text.c_str(), nullptr));
  return static_cast<T>(std::stoll(text));
}

template <class T>
std::vector<T> buffer(const nlohmann::json& entry, std::int64_t numel) {
  std::vector<T> values;
  if (entry.contains("ramp")) {
    const auto& ramp = entry["ramp"];
    const auto mul = ramp[0].get<std::int64_t>(), mod = ramp[1].get<std::int64_t>(), sub = ramp[2].get<std::int64_t>();
    for (std::int64_t i = 0; i < numel; ++i) {
      const double value = static_cast<double>(i * mul % mod - sub) * ramp[3].get<double>();
      values.push_back(std::is_same_v<T, unsigned char> ? T(value != 0) : static_cast<T>(value));
    }
  } else {
    for (const auto& text : entry["values"]) values.push_back(parse_value<T>(text.get<std::string>()));
  }
  return values;
}

template <class T>
std::string print(const nlohmann::json& entry, Array array) {
  std::vector<T> values = buffer<T>(entry, array.numel);
  std::int64_t step = 1;
  for (int axis = array.shape.rank() - 1; axis >= 0; --axis) {
    array.strides[axis] = step;
    step *= array.shape[axis];
  }
  std::int64_t offset = 0;
  if (entry.contains("strides")) {
    offset = entry["offset"].get<std::int64_t>();
    array.contiguous = false;
    for (int axis = 0; axis < array.shape.rank(); ++axis)
      array.strides[axis] = entry["strides"][static_cast<std::size_t>(axis)].get<std::int64_t>();
  }
  array.data = values.data() + offset;
  return to_string(array);
}

std::string print(const nlohmann::json& entry) {
  Array array;
  array.dtype = parse_dtype(entry["dtype"].get<std::string>());
  for (const auto& extent : entry["shape"]) array.shape.push_back(extent.get<std::int64_t>());
  array.numel = array.shape.numel();
  switch (array.dtype) {
    case Dtype::bool_: return print<unsigned char>(entry, array);
    case Dtype::int64: return print<std::int64_t>(entry, array);
    case Dtype::float32: return print<float>(entry, array);
    case Dtype::float64: return print<double>(entry, array);
  }
  return {};
}

}  // namespace

TEST_CASE("arrays print as NumPy prints them") {
  std::ifstream file(XGRAD_GOLDEN_DIR "/print.json");
  REQUIRE(file.good());
  const nlohmann::json golden = nlohmann::json::parse(file);
  CHECK(golden["cases"].size() >= 60);
  for (const auto& entry : golden["cases"]) {
    const auto title = entry["name"].get<std::string>();
    CAPTURE(title);
    CHECK(print(entry) == entry["text"].get<std::string>());
  }
}
