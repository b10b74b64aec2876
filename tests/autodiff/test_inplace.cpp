// Writes in place: what they do, where they are allowed, operands that overlap the target.
// Not here: saved values that were overwritten (test_versions.cpp).
#include "support/error_text.hpp"
#include "support/layouts.hpp"
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>

#include <doctest/doctest.h>

using namespace xgrad;
using placeholders::_;
using test::error_text;
using test::error_text_here;

namespace {

// The function, which writes, against `want`, which does not, on every layout of target and operand.
template <class F, class G>
void check_layouts(F write, G want, const Shape& target, const Shape& operand) {
  const Tensor y = test::values(target, -2, 2, 1), x = test::values(operand, -2, 2, 2);
  const Tensor expected = want(y, x);
  for (const test::Layout outer : test::layouts)
    for (const test::Layout inner : test::layouts) {
      const Tensor to = test::with_layout(y, outer), from = test::with_layout(x, inner);
      const std::uint32_t version = to.version();
      write(to, from);
      CHECK(to.version() == version + 1);
      CHECK_MESSAGE(test::same_bits(to, expected), test::name(outer) << " from " << test::name(inner));
      CHECK(test::same_bits(from, x));
    }
  const Tensor to = clone(y);
  write(to, x);
  CHECK(test::same_bits(to, expected));
}

}  // namespace

TEST_CASE("functions in place return the very tensor they were given") {
  for (const test::Layout layout : test::layouts) {
    const Tensor y = test::with_layout(ones({2, 3}), layout), x = ones({2, 3});
    CHECK(&fill_(y, 1) == &y);
    CHECK(&copy_(y, x) == &y);
    CHECK(&add_(y, x) == &y);
    CHECK(&add_(y, x, 2) == &y);
    CHECK(&multiply_(y, x) == &y);
    CHECK(&axpby_(y, 1, x, 2) == &y);
  }
}

TEST_CASE("each function writes what its documentation says, on every layout") {
  for (const auto& [target, operand] : std::vector<std::pair<Shape, Shape>>{{{3, 5}, {3, 5}},
                                                                            {{3, 5}, {5}},
                                                                            {{3, 5}, {3, 1}},
                                                                            {{3, 5}, {}},
                                                                            {{17}, {17}},
                                                                            {{2, 3, 4}, {3, 1}},
                                                                            {{}, {}},
                                                                            {{0}, {1}}}) {
    check_layouts([](const Tensor& y, const Tensor& x) { return copy_(y, x); },
                  [](const Tensor& y, const Tensor& x) { return clone(broadcast_to(x, y.shape())); }, target, operand);
    check_layouts([](const Tensor& y, const Tensor& x) { return add_(y, x); },
                  [](const Tensor& y, const Tensor& x) { return y + x; }, target, operand);
    check_layouts([](const Tensor& y, const Tensor& x) { return multiply_(y, x); },
                  [](const Tensor& y, const Tensor& x) { return y * x; }, target, operand);
  }
  check_layouts([](const Tensor& y, const Tensor& x) { return fill_(y, view(x, 0)); },
                [](const Tensor& y, const Tensor& x) { return clone(broadcast_to(view(x, 0), y.shape())); }, {3, 5},
                {2});
}

TEST_CASE("scaled sums") {
  const Tensor x = tensor({1., 2., 3.}, float64);
  CHECK(array_equal(add_(tensor({1., 1., 1.}, float64), x, -0.5), tensor({0.5, 0., -0.5}, float64)));
  CHECK(array_equal(add_(ones({2, 3}, float64), x, 2), tensor({{3., 5., 7.}, {3., 5., 7.}}, float64)));
  CHECK(array_equal(add_(tensor({1., 1., 1.}, float64), 3, 2), tensor({7., 7., 7.}, float64)));
  CHECK(array_equal(axpby_(tensor({1., 1., 1.}, float64), 10, x, 2), tensor({12., 14., 16.}, float64)));
  CHECK(array_equal(axpby_(tensor({1., 1., 1.}, float64), 0, x, 1), x));
  const Tensor strided = test::with_layout(x, test::Layout::reversed);
  CHECK(array_equal(axpby_(strided, 2, test::with_layout(x, test::Layout::steps_of_two), 1),
                    tensor({3., 6., 9.}, float64)));
  CHECK(array_equal(add_(ones({2}, float32), ones({2}, float32), 0.5), tensor({1.5, 1.5}, float32)));
  CHECK(array_equal(add_(tensor({1, 2}), tensor({3, 4}), 2), tensor({7, 10})));
  // Smaller dtypes are converted.
  CHECK(array_equal(add_(ones({2}, float64), tensor({1, 2})), tensor({2., 3.}, float64)));
  CHECK(array_equal(copy_(zeros({2}, float64), tensor({true, false})), tensor({1., 0.}, float64)));
}

TEST_CASE("an operand that shares memory with the target is read before it is written") {
  const auto fresh = [] { return clone(reshape(arange(9).to(float64), {3, 3})); };
  Tensor y = fresh();
  CHECK(array_equal(copy_(y, transpose(y)), transpose(fresh())));
  y = fresh();
  CHECK(array_equal(add_(y, transpose(y)), fresh() + transpose(fresh())));
  y = fresh();
  CHECK(array_equal(add_(y, view(y, 0)), fresh() + view(fresh(), 0)));
  y = fresh();
  CHECK(array_equal(multiply_(y, view(y, all(), range(0, 1))), fresh() * view(fresh(), all(), range(0, 1))));
  y = fresh();
  CHECK(array_equal(add_(y, view(y, 1, 1)), fresh() + 4));
  y = fresh();
  CHECK(array_equal(add_(y, y), fresh() * 2));
  y = fresh();
  CHECK(array_equal(multiply_(y, y.detach()), square(fresh())));
  y = fresh();
  CHECK(array_equal(copy_(view(y, range(1, _)), view(y, range(_, 2))), view(fresh(), range(_, 2))));
  y = fresh();
  CHECK(array_equal(copy_(view(y, range(_, 2)), view(y, range(1, _))), view(fresh(), range(1, _))));
  y = fresh();
  CHECK(array_equal(copy_(y, view(y, range(_, _, -1))), view(fresh(), range(_, _, -1))));
  y = fresh();
  CHECK(array_equal(axpby_(y, 1, transpose(y), 2), fresh() + transpose(fresh()) * 2));
  y = fresh();
  CHECK(array_equal(add_(y, transpose(y), 2), fresh() + transpose(fresh()) * 2));
  y = fresh();
  CHECK(array_equal(fill_(y, view(y, 2, 2)), full({3, 3}, 8, {.dtype = float64})));
}

TEST_CASE("leaves and results of a graph are protected") {
  const Tensor leaf = ones({2}, {.dtype = float64, .requires_grad = true});
  const Tensor result = leaf * 2;
  const auto refused = [](const Tensor& y) {
    return std::vector<std::string>{
        error_text<GraphError>([&] { fill_(y, 1); }), error_text<GraphError>([&] { copy_(y, 1); }),
        error_text<GraphError>([&] { add_(y, 1); }), error_text<GraphError>([&] { multiply_(y, 1); }),
        error_text<GraphError>([&] { axpby_(y, 1, y, 1); })};
  };
  for (const std::string& text : refused(result))
    CHECK(text.find("a write in place into a graph: got the result of `multiply`, want detach() or a new tensor; "
                    "operands (2,) float64") != std::string::npos);
  for (const std::string& text : refused(leaf))
    CHECK(text.find("a write in place into a leaf that requires a gradient: want NoGrad around it; operands (2,) "
                    "float64") != std::string::npos);
  CHECK(array_equal(leaf, ones({2}, float64)));
  {
    const NoGrad guard;
    add_(leaf, 2);
    for (const std::string& text : refused(result))
      CHECK(text.find("got the result of `multiply`") != std::string::npos);
  }
  CHECK(array_equal(leaf, full({2}, 3, {.dtype = float64})));
  CHECK(leaf.requires_grad());
  // A detached handle is a way around, at the price of a version.
  fill_(leaf.detach(), 5);
  CHECK(leaf.version() >= 2);
}

TEST_CASE("nothing is recorded, even from an operand that requires a gradient") {
  const Tensor leaf = ones({2}, {.dtype = float64, .requires_grad = true});
  const Tensor y = zeros({2}, float64);
  add_(y, leaf * 3);
  CHECK_FALSE(y.requires_grad());
  CHECK(array_equal(y, full({2}, 3, {.dtype = float64})));
}

TEST_CASE("what in-place functions refuse") {
  const Tensor y = zeros({2, 3}, float32);
  CHECK(error_text_here<ShapeError>([&] { add_(y, ones({2})); }) ==
        "add_: the operand cannot be broadcast: got (2,), want (2, 3); operands (2, 3) float32, (2,) float32");
  CHECK(
      error_text_here<ShapeError>([&] {
        copy_(y, ones({4, 2, 3}));
      }) ==
      "copy_: the operand cannot be broadcast: got (4, 2, 3), want (2, 3); operands (2, 3) float32, (4, 2, 3) float32");
  CHECK(error_text_here<DtypeError>([&] { multiply_(y, ones({3}, float64)); }) ==
        "multiply_: the operand's dtype does not fit: got float64, want float32 or a smaller one; operands (2, 3) "
        "float32, (3,) float64");
  CHECK(error_text_here<ShapeError>([&] { fill_(y, ones({3})); }) ==
        "fill_: the value is not one element: got (3,) float32; operands (2, 3) float32");
  CHECK(
      error_text_here<ValueError>([&] {
        add_(broadcast_to(ones({3}), {2, 3}), 1);
      }).starts_with("add_: elements share memory: got a broadcast view, want clone() first; operands (2, 3) float32"));
  CHECK(error_text_here<DtypeError>([&] {
          axpby_(y, 1, ones({2, 3}, float64), 1);
        }).starts_with("axpby_: dtypes do not fit: want equal floating ones; operands (2, 3) float32, (2, 3) float64"));
  CHECK(error_text_here<DtypeError>([&] {
          axpby_(ones({2}, int64), 1, ones({2}, int64), 1);
        }).starts_with("axpby_: dtypes do not fit"));
  CHECK(error_text_here<ShapeError>([&] {
          axpby_(y, 1, ones({3}), 1);
        }).starts_with("axpby_: shapes differ: got (3,), want (2, 3); operands (2, 3) float32, (3,) float32"));
  CHECK(array_equal(y, zeros({2, 3})));
  CHECK(y.version() == 0);
  // Fractions into integers would be cut off without a word.
  const Tensor i = zeros({2}, int64);
  CHECK(error_text_here<DtypeError>([&] { add_(i, 1.5); }) ==
        "add_: the operand's dtype does not fit: got float32, want int64 or a smaller one; operands (2,) "
        "int64, () float32");
  CHECK(error_text_here<DtypeError>([&] {
          multiply_(i, 0.5);
        }).starts_with("multiply_: the operand's dtype does not fit"));
  CHECK(error_text_here<ValueError>([&] { add_(i, ones({2}, int64), 0.5); }) ==
        "add_: integers have no fractions: got alpha 0.500000, want a whole number; operands (2,) int64");
  CHECK(error_text_here<DtypeError>([&] { add_(zeros({2}, bool_), 1); }).starts_with("add_: the operand's dtype"));
  CHECK(array_equal(fill_(zeros({2}, int64), 2.75), full({2}, 2)));
  CHECK(array_equal(i, zeros({2}, int64)));
}

TEST_CASE("a += b is a = a + b") {
  Tensor x = ones({2}, float64);
  const Tensor before = x;
  x += 2;
  CHECK(array_equal(before, ones({2}, float64)));
  CHECK(array_equal(x, full({2}, 3, {.dtype = float64})));
  x *= x;
  x -= tensor({1., 2.}, float64);
  x /= 2;
  CHECK(array_equal(x, tensor({4., 3.5}, float64)));
  Tensor grown = ones({1}, int64);
  grown += ones({2, 3}, float64);  // shape and dtype may change: it is another tensor
  CHECK(grown.shape() == Shape{2, 3});
  CHECK(grown.dtype() == float64);

  Tensor leaf = ones({2}, {.dtype = float64, .requires_grad = true});
  CHECK(error_text_here<GraphError>([&] { leaf += 1; }) ==
        "operator+=: it would replace a leaf that requires a gradient by a result: want add_ under NoGrad to write in "
        "place; operands (2,) float64");
  CHECK(error_text_here<GraphError>([&] { leaf -= 1; }).starts_with("operator-=: it would replace a leaf"));
  CHECK(error_text_here<GraphError>([&] { leaf *= 2; }).find("want multiply_ under NoGrad") != std::string::npos);
  CHECK(error_text_here<GraphError>([&] { leaf /= 2; }).starts_with("operator/=: it would replace a leaf"));
  Tensor y = leaf * 1;
  y += leaf;
  y *= y;
  sum(y).backward();
  CHECK(array_equal(leaf.grad(), full({2}, 8, {.dtype = float64})));
}
