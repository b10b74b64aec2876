// Where messages say that they come from: the user's line, through composites, operators and backward.
// Not here: the text of each op's errors (samples/).
#include "support/error_text.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/scope.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <new>
#include <vector>

using namespace xgrad;
using test::error_text;

namespace {

// The end of a message that names the given line of this file.
std::string at(int line) { return "; at " + std::string(__FILE__) + ":" + std::to_string(line); }

}  // namespace

TEST_CASE("an error names the line of the call") {
  const Tensor a = ones({2, 3}), b = ones({4, 3}), m = ones({5, 5});
  const auto text = [](auto f) { return error_text<ShapeError>(f); };
  CHECK(text([&] { add(a, b); }).ends_with(at(__LINE__)));
  CHECK(text([&] { a* b; }).ends_with(at(__LINE__)));
  CHECK(text([&] { a - b; }).ends_with(at(__LINE__)));
  CHECK(text([&] { static_cast<void>(a < b); }).ends_with(at(__LINE__)));
  CHECK(text([&] { 2 * (a + b); }).ends_with(at(__LINE__)));
  CHECK(text([&] { matmul(a, m); }).ends_with(at(__LINE__)));
  CHECK(text([&] { reshape(a, {7}); }).ends_with(at(__LINE__)));
  CHECK(text([&] { broadcast_to(a, {7}); }).ends_with(at(__LINE__)));
  CHECK(text([&] { concatenate({a, m}); }).ends_with(at(__LINE__)));
  CHECK(text([&] { squeeze(a, 0); }).ends_with(at(__LINE__)));
  CHECK(error_text<IndexError>([&] { sum(a, 5); }).ends_with(at(__LINE__)));
  CHECK(error_text<IndexError>([&] { mean(a, 5); }).ends_with(at(__LINE__)));
  CHECK(error_text<IndexError>([&] { view(a, 9); }).ends_with(at(__LINE__)));
  // Composites: the product inside a vector's matmul, the view inside a slice.
  CHECK(text([&] { matmul(ones({7}), m); }).ends_with(at(__LINE__)));
  CHECK(text([&] { matmul(m, ones({7})); }).ends_with(at(__LINE__)));
  CHECK(text([&] { linear(ones({7}), m, ones({5})); }).ends_with(at(__LINE__)));
  Tensor c = a;
  CHECK(text([&] { c += b; }).ends_with(at(__LINE__)));
  CHECK(array_equal(c, a));
}

TEST_CASE("an error in the backward pass names the line of backward and that of the forward call") {
  const Tensor x = ones({2}, {.requires_grad = true});
  const Tensor y = x * x;
  const int forward = __LINE__ - 1;
  sum(y).backward();
  const std::string text = error_text<GraphError>([&] { sum(y).backward(); });
  CHECK(text.find("`multiply`, recorded at " + std::string(__FILE__) + ":" + std::to_string(forward) + ",") !=
        std::string::npos);
  CHECK(text.ends_with(at(__LINE__ - 3)));
  CHECK(error_text<ShapeError>([&] { y.backward(); }).ends_with(at(__LINE__)));
  CHECK(error_text<GraphError>([&] { grad(y, ones({2})); }).ends_with(at(__LINE__)));
  CHECK(error_text<ShapeError>([&] { backward({y}); }).ends_with(at(__LINE__)));
}

TEST_CASE("scopes: a composite's own lines are not shown, a module's path is") {
  const Tensor a = ones({2}), b = ones({3});
  const auto composite = [&](Arg x) {
    const CompositeScope scope(x);
    return add(a, b);
  };
  CHECK(error_text<ShapeError>([&] { composite(a); }).ends_with(at(__LINE__)));
  const auto outer = [&](Arg x) {
    const CompositeScope scope(x);
    return composite(a);
  };
  CHECK(error_text<ShapeError>([&] { outer(a); }).ends_with(at(__LINE__)));
  const ModuleScope model("model");
  {
    const ModuleScope layer("layers.0");
    CHECK(error_text<ShapeError>([&] { add(a, b); }).ends_with("; in model.layers.0" + at(__LINE__)));
  }
  CHECK(error_text<ShapeError>([&] { add(a, b); }).ends_with("; in model" + at(__LINE__)));
}

TEST_CASE("errors of functions that are no ops") {
  const Tensor a = ones({2, 3});
  CHECK(error_text<ValueError>([&] { matmul(Tensor(), a); }) ==
        "shape: an operand is an undefined tensor" + at(__LINE__ - 1));
  CHECK(error_text<ShapeError>([&] { sum_to(a, {2}); }) ==
        "sum_to: the shape does not broadcast to the tensor's: got (2,); operands (2, 3) float32" + at(__LINE__ - 1));
  CHECK(error_text<ValueError>([&] { sum(a, std::vector<int>(9, 0)); }) == "too many axes: got 9, want at most 8");
  CHECK_THROWS_AS(empty({std::int64_t{1} << 50}, float64), std::bad_alloc);
}

TEST_CASE("every error is an xgrad::Error and a std::exception with one text") {
  try {
    add(ones({2}), ones({3}));
    FAIL("nothing thrown");
  } catch (const std::exception& error) {
    const auto* own = dynamic_cast<const Error*>(&error);
    REQUIRE(own != nullptr);
    CHECK(own->message() == error.what());
    CHECK(own->message().starts_with("add: shapes cannot be broadcast: got (2,) and (3,), want "));
  }
}

TEST_CASE("sites of nodes survive: the tape names the user's line, not the library's") {
  const Tensor x = ones({3}, {.dtype = float64, .requires_grad = true});
  const Tensor y = matmul(x, ones({3, 2}, float64));
  const int line = __LINE__ - 1;
  const detail::Node* node = y.state()->producer;
  while (node != nullptr) {
    CHECK(node->line == line);
    CHECK(std::string(node->file) == __FILE__);
    node = node->inputs()[0].state->producer;
  }
}
