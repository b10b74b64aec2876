// Where messages say that they come from: the user's line, through composites, operators and backward.
// Not here: the text of each op's errors (samples/).
#include "support/error_text.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/scope.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <exception>
#include <functional>
#include <new>
#include <vector>

using namespace xgrad;
using test::error_text;
using test::error_text_here;

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
  CHECK(error_text_here<ShapeError>([&] { sum_to(a, {2}); }) ==
        "sum_to: the shape does not broadcast to the tensor's: got (2,); operands (2, 3) float32");
  CHECK(error_text<ShapeError>([&] { sum_to(a, {2}); }).ends_with(at(__LINE__)));
  CHECK(error_text<ValueError>([&] { sum(a, std::vector<int>(9, 0)); }) == "too many axes: got 9, want at most 8");
  CHECK_THROWS_AS(empty({std::int64_t{1} << 50}, float64), std::bad_alloc);
}

TEST_CASE("every function names itself and its undefined operand") {
  const Tensor none, a = ones({2, 2}), c = a > 0;
  Tensor left;
  struct Row {
    const char* text;
    std::function<void()> call;
  };
  const std::vector<Row> rows = {
      {"add: operand 0", [&] { add(none, a); }},
      {"add: operand 1", [&] { add(a, none); }},
      {"add: operand 1", [&] { 2 + none; }},
      {"subtract: operand 1", [&] { subtract(a, none); }},
      {"multiply: operand 0", [&] { multiply(none, a); }},
      {"divide: operand 1", [&] { divide(a, none); }},
      {"negative: operand 0", [&] { -none; }},
      {"power: operand 1", [&] { power(a, none); }},
      {"maximum: operand 0", [&] { maximum(none, a); }},
      {"minimum: operand 1", [&] { minimum(a, none); }},
      {"exp: operand 0", [&] { exp(none); }},
      {"log: operand 0", [&] { log(none); }},
      {"sqrt: operand 0", [&] { sqrt(none); }},
      {"square: operand 0", [&] { square(none); }},
      {"abs: operand 0", [&] { abs(none); }},
      {"sign: operand 0", [&] { sign(none); }},
      {"sin: operand 0", [&] { sin(none); }},
      {"cos: operand 0", [&] { cos(none); }},
      {"tanh: operand 0", [&] { tanh(none); }},
      {"sigmoid: operand 0", [&] { sigmoid(none); }},
      {"relu: operand 0", [&] { relu(none); }},
      {"equal: operand 0", [&] { equal(none, a); }},
      {"not_equal: operand 1", [&] { not_equal(a, none); }},
      {"less: operand 0", [&] { less(none, a); }},
      {"less_equal: operand 1", [&] { less_equal(a, none); }},
      {"greater: operand 0", [&] { greater(none, a); }},
      {"greater_equal: operand 1", [&] { greater_equal(a, none); }},
      {"where: operand 0", [&] { where(none, a, a); }},
      {"where: operand 2", [&] { where(c, a, none); }},
      {"array_equal: operand 0", [&] { array_equal(none, a); }},
      {"array_equal: operand 1", [&] { array_equal(a, none); }},
      {"allclose: operand 1", [&] { allclose(a, none); }},
      {"sigmoid_backward: operand 1", [&] { sigmoid_backward(a, none); }},
      {"tanh_backward: operand 0", [&] { tanh_backward(none, a); }},
      {"relu_backward: operand 1", [&] { relu_backward(a, none); }},
      {"sin_backward: operand 0", [&] { sin_backward(none, a); }},
      {"cos_backward: operand 1", [&] { cos_backward(a, none); }},
      {"operator+=: operand 0", [&] { left += a; }},
      {"operator-=: operand 0", [&] { left -= a; }},
      {"operator*=: operand 0", [&] { left *= a; }},
      {"operator/=: operand 0", [&] { left /= a; }},
      {"matmul: operand 0", [&] { matmul(none, a); }},
      {"matmul: operand 1", [&] { matmul(a, none, {.transpose_b = true}); }},
      {"matmul: operand 1", [&] { matmul(ones({2}), none); }},
      {"linear: operand 0", [&] { linear(none, a, a); }},
      {"linear: operand 1", [&] { linear(a, none, a); }},
      {"linear: operand 2", [&] { linear(ones({2}), a, none); }},
      {"linear: operand 0", [&] { linear(none, a); }},
      {"linear: operand 1", [&] { linear(a, none); }},
      {"sum: operand 0", [&] { sum(none); }},
      {"mean: operand 0", [&] { mean(none, 0); }},
      {"max: operand 0", [&] { max(none); }},
      {"sum_to: operand 0", [&] { sum_to(none, {2}); }},
      {"reshape: operand 0", [&] { reshape(none, Shape{2}); }},
      {"reshape: operand 0",
       [&] {
         reshape(none, {2, -1});
       }},
      {"transpose: operand 0", [&] { transpose(none); }},
      {"transpose: operand 0",
       [&] {
         transpose(none, {1, 0});
       }},
      {"transpose: operand 0", [&] { transpose(none, std::vector<int>{0}); }},
      {"expand_dims: operand 0", [&] { expand_dims(none, 0); }},
      {"squeeze: operand 0", [&] { squeeze(none); }},
      {"broadcast_to: operand 0", [&] { broadcast_to(none, {2}); }},
      {"concatenate: operand 0",
       [&] {
         concatenate({none, a});
       }},
      {"concatenate: operand 1",
       [&] {
         concatenate({a, none});
       }},
      {"clone: operand 0", [&] { clone(none); }},
      {"contiguous: operand 0", [&] { contiguous(none); }},
      {"view: operand 0", [&] { view(none, 0); }},
      {"slice: operand 0", [&] { slice(none, 0, 0, 1); }},
      {"astype: operand 0", [&] { astype(none, float64); }},
      {"full: operand 0", [&] { full({2}, none); }},
      {"empty_like: operand 0", [&] { empty_like(none); }},
      {"zeros_like: operand 0", [&] { zeros_like(none); }},
      {"ones_like: operand 0", [&] { ones_like(none); }},
      {"full_like: operand 0", [&] { full_like(none, 1); }},
      {"full_like: operand 1", [&] { full_like(a, none); }},
      {"fill_: operand 0", [&] { fill_(none, 1); }},
      {"fill_: operand 1", [&] { fill_(a, none); }},
      {"copy_: operand 0", [&] { copy_(none, a); }},
      {"copy_: operand 1", [&] { copy_(a, none); }},
      {"add_: operand 0", [&] { add_(none, a); }},
      {"add_: operand 1", [&] { add_(a, none, 2); }},
      {"multiply_: operand 0", [&] { multiply_(none, 2); }},
      {"multiply_: operand 1", [&] { multiply_(a, none); }},
      {"axpby_: operand 0", [&] { axpby_(none, 1, a, 1); }},
      {"axpby_: operand 1", [&] { axpby_(a, 1, none, 1); }},
  };
  for (const Row& row : rows)
    CHECK(error_text_here<ValueError>(row.call) == std::string(row.text) + " is an undefined tensor");
  CHECK(error_text<ValueError>([&] { matmul(none, a); }).ends_with(at(__LINE__)));
  CHECK(error_text<ValueError>([&] { squeeze(none); }).ends_with(at(__LINE__)));
  CHECK(error_text_here<ValueError>([&] { Arg(none).shape(); }) == "shape: an operand is an undefined tensor");
  CHECK(array_equal(a, ones({2, 2})));
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
