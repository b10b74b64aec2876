// Results and gradients of the ops against those of PyTorch (golden/ops.json), special values included.
// Not here: rows where the design decides otherwise (test_conventions.cpp).
#include "support/golden.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/tape.hpp>
#include <xgrad/nn/losses.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>

using namespace xgrad;
using namespace test::golden;
using nlohmann::json;

namespace {

using Tensors = std::vector<Tensor>;

std::vector<int> ints(const json& list) { return list.get<std::vector<int>>(); }

Slice slice_of(const json& entry) {
  const auto bound = [](const json& value) {
    return value.is_null() ? Bound(placeholders::_) : Bound(value.get<std::int64_t>());
  };
  return range(bound(entry[0]), bound(entry[1]), entry[2].get<std::int64_t>());
}

template <Tensor (*f)(Arg)>
Tensor unary(const Tensors& v, const json&) {
  return f(v[0]);
}
template <Tensor (*f)(Arg, Arg)>
Tensor binary(const Tensors& v, const json&) {
  return f(v[0], v[1]);
}
template <Tensor (*f)(Arg, const Axes&, bool)>
Tensor reduction(const Tensors& v, const json& c) {
  return f(v[0], Axes(ints(c["axes"])), c["keep_dims"].get<bool>());
}

const std::map<std::string, std::function<Tensor(const Tensors&, const json&)>> functions = {
    {"exp", unary<xgrad::exp>},
    {"log", unary<xgrad::log>},
    {"sqrt", unary<xgrad::sqrt>},
    {"square", unary<square>},
    {"abs", unary<xgrad::abs>},
    {"sign", unary<sign>},
    {"sin", unary<xgrad::sin>},
    {"cos", unary<xgrad::cos>},
    {"tanh", unary<xgrad::tanh>},
    {"sigmoid", unary<sigmoid>},
    {"relu", unary<relu>},
    {"negative", unary<negative>},
    {"clone", unary<clone>},
    {"add", binary<add>},
    {"subtract", binary<subtract>},
    {"multiply", binary<multiply>},
    {"divide", binary<divide>},
    {"power", binary<power>},
    {"maximum", binary<maximum>},
    {"minimum", binary<minimum>},
    {"equal", binary<equal>},
    {"not_equal", binary<not_equal>},
    {"less", binary<less>},
    {"less_equal", binary<less_equal>},
    {"greater", binary<greater>},
    {"greater_equal", binary<greater_equal>},
    {"where", [](const Tensors& v, const json&) { return where(v[0], v[1], v[2]); }},
    {"sum", reduction<sum>},
    {"mean", reduction<mean>},
    {"max", reduction<max>},
    {"matmul", [](const Tensors& v, const json&) { return matmul(v[0], v[1]); }},
    {"linear", [](const Tensors& v, const json&) { return linear(v[0], v[1], v[2]); }},
    {"mse_loss", [](const Tensors& v, const json&) { return nn::mse_loss(v[0], v[1]); }},
    {"reshape", [](const Tensors& v, const json& c) { return reshape(v[0], shape_of(c["shape"])); }},
    {"transpose", [](const Tensors& v, const json& c) { return transpose(v[0], ints(c["order"])); }},
    {"expand_dims", [](const Tensors& v, const json& c) { return expand_dims(v[0], c["axis"].get<int>()); }},
    {"squeeze", [](const Tensors& v, const json& c) { return squeeze(v[0], c["axis"].get<int>()); }},
    {"broadcast_to", [](const Tensors& v, const json& c) { return broadcast_to(v[0], shape_of(c["shape"])); }},
    {"concatenate", [](const Tensors& v, const json& c) { return concatenate(v, c["axis"].get<int>()); }},
    {"view",
     [](const Tensors& v, const json& c) {
       std::vector<Slice> slices;
       for (const json& entry : c["slices"]) slices.push_back(slice_of(entry));
       return view(v[0], slices);
     }},
    {"softplus", [](const Tensors& v, const json&) { return log(1 + exp(v[0])); }},
    {"normalised", [](const Tensors& v, const json&) { return v[0] / sqrt(sum(v[0] * v[0], 1, true)); }},
    {"mlp",
     [](const Tensors& v, const json&) {
       return mean(power(matmul(tanh(matmul(v[0], transpose(v[1]))), transpose(v[2])) - 0.5, 2));
     }},
};

}  // namespace

TEST_CASE("results and gradients are PyTorch's") {
  const json golden = read("ops.json");
  CHECK(golden["cases"].size() >= 90);
  std::set<std::string> seen;
  int number = 0;
  for (const json& c : golden["cases"]) {
    const std::string op = c["op"].get<std::string>();
    seen.insert(op);
    CAPTURE(op);
    CAPTURE(number++);
    Tensors inputs, wanted;
    for (const json& described : c["inputs"]) {
      inputs.push_back(parse(described));
      if (c.contains("gradients") && inputs.back().dtype() == float64)
        wanted.push_back(inputs.back().set_requires_grad());
    }
    const Tensor output = functions.at(op)(inputs, c);
    CHECK(output.shape() == shape_of(c["output"]["shape"]));
    CHECK(name(output.dtype()) == c["output"]["dtype"].get<std::string>());
    CHECK(mismatch(output, numbers(c["output"]["values"])) == "");
    if (wanted.empty()) continue;
    const Tensor cotangent = reshape(tensor(numbers(c["cotangent"])), output.shape());
    const Tensors gradients = grad({output}, wanted, {.cotangents = {cotangent}});
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      CAPTURE(i);
      CHECK(mismatch(gradients[i], numbers(c["gradients"][i])) == "");
    }
  }
  CHECK(seen.size() == functions.size());
}
