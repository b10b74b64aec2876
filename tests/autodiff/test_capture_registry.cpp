// Every sample of every op, with first and second derivative, captured and replayed on other values than it was
// recorded with: equal to the plain calls bit for bit.
// Not here: captured training (test_capture.cpp).
#include "samples/samples.hpp"
#include "support/identical.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

using namespace xgrad;

namespace {

using test::identical;
using test::Tensors;

Tensors floating(const Tensors& inputs) {
  Tensors result;
  for (const Tensor& input : inputs)
    if (is_floating(input.dtype())) result.push_back(input);
  return result;
}

/// The value, the derivatives of its weighted sum, and those of the sum of their squares.
Tensors all_orders(const test::Sample& sample, const Tensors& inputs, const Tensor& cotangent) {
  const Tensor y = sample.call(inputs);
  Tensors results{y.detach()};
  const Tensors leaves = floating(inputs);
  if (leaves.empty() || !y.requires_grad()) return results;
  const Tensors first =
      grad(std::vector<Tensor>{y}, leaves, {.cotangents = {cotangent}, .create_graph = true, .allow_unused = true});
  Tensor total;
  for (const Tensor& g : first) {
    results.push_back(g.defined() ? g.detach() : g);
    if (!g.defined() || !g.requires_grad()) continue;
    const Tensor squares = sum(square(g));
    total = total.defined() ? add(total, squares) : squares;
  }
  if (!total.defined()) return results;
  for (const Tensor& g : grad(std::vector<Tensor>{total}, leaves, {.allow_unused = true})) results.push_back(g);
  return results;
}

}  // namespace

TEST_CASE("capture: every op, every sample, two orders of derivatives, float64 and float32") {
  int samples = 0;
  for (const test::OpSamples& op : test::samples::every_op())
    for (const test::Sample& sample : op.samples)
      for (const Dtype dtype : {float64, float32}) {
        INFO(op.op << ", " << sample.name << ", " << name(dtype));
        Tensors inputs;
        for (const Tensor& input : sample.inputs) {
          inputs.push_back(clone(is_floating(input.dtype()) ? input.to(dtype) : input));
          if (is_floating(input.dtype())) inputs.back().set_requires_grad();
        }
        const Tensor y = sample.call(inputs).detach();
        const Tensor cotangent = is_floating(y.dtype()) ? test::values(y.shape(), 0.5, 1.5).to(y.dtype()) : y;
        const Tensors expected = all_orders(sample, inputs, cotangent);
        // Recorded while the floating operands hold other values.
        Tensors values;
        const NoGrad guard;
        for (const Tensor& leaf : floating(inputs)) {
          values.push_back(clone(leaf));
          fill_(leaf, 0.25);
        }
        const EnableGrad recording;
        auto step = capture([&] { return all_orders(sample, inputs, cotangent); });
        {
          const NoGrad writing;
          for (std::size_t i = 0; i < values.size(); ++i) copy_(floating(inputs)[i], values[i]);
        }
        const Tensors replayed = step();
        ++samples;
        REQUIRE(replayed.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) CHECK_MESSAGE(identical(replayed[i], expected[i]), i);
      }
  CHECK(samples > 2000);
}
