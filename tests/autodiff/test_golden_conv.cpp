// Convolutions and pooling against PyTorch (golden/conv.json).
// Not here: other ops (test_golden_ops.cpp).
#include "support/golden.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/convolution.hpp>
#include <xgrad/autodiff/ops/pooling.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace xgrad;
using namespace test::golden;
using nlohmann::json;

namespace {

using Tensors = std::vector<Tensor>;

std::int64_t number(const json& options, const char* name, std::int64_t otherwise) {
  return options.contains(name) ? options[name].get<std::int64_t>() : otherwise;
}

Pair pair(const json& options, const char* name, Pair otherwise) {
  if (!options.contains(name)) return otherwise;
  return {options[name][0].get<std::int64_t>(), options[name][1].get<std::int64_t>()};
}

bool flag(const json& options, const char* name, bool otherwise) {
  return options.contains(name) ? options[name].get<bool>() : otherwise;
}

Tensor run(const std::string& op, const Tensors& v, const json& o) {
  if (op == "conv1d") {
    const Conv1dOptions options{number(o, "stride", 1), number(o, "padding", 0), number(o, "dilation", 1),
                                number(o, "groups", 1)};
    return v.size() == 3 ? conv1d(v[0], v[1], v[2], options) : conv1d(v[0], v[1], options);
  }
  if (op == "conv2d") {
    const Conv2dOptions options{pair(o, "stride", 1), pair(o, "padding", 0), pair(o, "dilation", 1),
                                number(o, "groups", 1)};
    return v.size() == 3 ? conv2d(v[0], v[1], v[2], options) : conv2d(v[0], v[1], options);
  }
  const Pair kernel = pair(o, "kernel", 0), stride = pair(o, "stride", 0), padding = pair(o, "padding", 0);
  if (op == "max_pool2d")
    return max_pool2d(v[0], {kernel, stride, padding, pair(o, "dilation", 1), flag(o, "ceil_mode", false)});
  return avg_pool2d(v[0], {kernel, stride, padding, flag(o, "ceil_mode", false), flag(o, "count_include_pad", true)});
}

}  // namespace

TEST_CASE("convolutions and pooling are PyTorch's") {
  const json golden = read("conv.json");
  std::map<std::string, int> seen;
  for (const json& c : golden["cases"]) {
    const std::string op = c["op"].get<std::string>();
    CAPTURE(op);
    const int number = ++seen[op];
    CAPTURE(number);
    Tensors inputs;
    for (const json& described : c["inputs"]) inputs.push_back(parse(described).set_requires_grad());
    const Tensor output = run(op, inputs, c["options"]);
    REQUIRE(output.shape() == shape_of(c["output"]["shape"]));
    CHECK(mismatch(output, numbers(c["output"]["values"])) == "");
    const Tensor cotangent = reshape(tensor(numbers(c["cotangent"])), output.shape());
    const Tensors gradients = grad({output}, inputs, {.cotangents = {cotangent}});
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      CAPTURE(i);
      CHECK(mismatch(gradients[i], numbers(c["gradients"][i])) == "");
    }
  }
  CHECK(seen == std::map<std::string, int>{{"avg_pool2d", 6}, {"conv1d", 2}, {"conv2d", 5}, {"max_pool2d", 7}});
}
