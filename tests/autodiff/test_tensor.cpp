// The handle: copies, accessors, raw memory, conversions.
// Not here: how tensors are made (test_creation.cpp), views (test_views.cpp).
#include "support/error_text.hpp"
#include "support/ref.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <sstream>
#include <utility>

using namespace xgrad;
using test::error_text;

TEST_CASE("copies are handles to one array") {
  Tensor x = zeros({3}, float64);
  Tensor y = x;
  y.mutable_data<double>()[1] = 5;
  CHECK(x.data<double>()[1] == 5);
  CHECK(x.state() == y.state());
  Tensor z = std::move(y);
  CHECK_FALSE(y.defined());
  CHECK(z.state() == x.state());
  const Tensor& same = z;
  z = same;
  CHECK(z.defined());
  x = ones({2}, float64);
  CHECK(z.shape() == Shape{3});
  std::swap(x, z);
  CHECK(x.shape() == Shape{3});
}

TEST_CASE("an undefined tensor has nothing") {
  const Tensor none;
  CHECK_FALSE(none.defined());
  CHECK(to_string(none) == "undefined");
  const std::string text = "tensor: it is undefined: got a default-constructed Tensor";
  CHECK(error_text<ValueError>([&] { none.shape(); }) == text);
  CHECK(error_text<ValueError>([&] { none.rank(); }) == text);
  CHECK(error_text<ValueError>([&] { none.size(); }) == text);
  CHECK(error_text<ValueError>([&] { none.dtype(); }) == text);
  CHECK(error_text<ValueError>([&] { none.item(); }) == text);
  CHECK(error_text<ValueError>([&] { none.version(); }) == text);
  CHECK(error_text<ValueError>([&] { none.data<float>(); }) == text);
  CHECK(error_text<ValueError>([&] { none.requires_grad(); }) == text);
  CHECK(error_text<ValueError>([&] { none.is_leaf(); }) == text);
  CHECK(error_text<ValueError>([&] { none.grad(); }) == text);
  CHECK(error_text<ValueError>([&] { none.detach(); }) == text);
  CHECK(error_text<ValueError>([&] { none.to(float64); }) == text);
}

TEST_CASE("extents and steps by axis") {
  const Tensor x = zeros({2, 3, 4}, float64);
  CHECK(x.rank() == 3);
  CHECK(x.size() == 24);
  CHECK(x.shape(0) == 2);
  CHECK(x.shape(-1) == 4);
  CHECK(x.stride(0) == 12);
  CHECK(x.stride(-1) == 1);
  CHECK(transpose(x).stride(0) == 1);
  CHECK(x.is_contiguous());
  CHECK_FALSE(transpose(x).is_contiguous());
  CHECK(view(x, 1).is_contiguous());
  CHECK(error_text<IndexError>([&] { x.shape(3); }) ==
        "shape: axis out of range: got 3, want -3 to 2; operands (2, 3, 4) float64");
  CHECK(error_text<IndexError>([&] { x.stride(-4); }) ==
        "stride: axis out of range: got -4, want -3 to 2; operands (2, 3, 4) float64");
  CHECK(error_text<IndexError>([&] { tensor(1.).shape(0); }) ==
        "shape: axis out of range: got 0, want none for a 0-d tensor; operands () float32");
}

TEST_CASE("raw memory has its type, and a version when written") {
  Tensor x = zeros({3}, float64);
  CHECK(x.data<double>()[0] == 0);
  CHECK(error_text<DtypeError>([&] { x.data<float>(); }) == "data: wrong element type: got float32, want float64");
  CHECK(error_text<DtypeError>([&] { x.mutable_data<std::int64_t>(); }) ==
        "data: wrong element type: got int64, want float64");
  CHECK(x.version() == 0);
  x.mutable_data<double>();
  CHECK(x.version() == 1);
  const Tensor leaf = ones({2}, {.requires_grad = true});
  Tensor y = leaf * 2;
  CHECK(error_text<GraphError>([&] { y.mutable_data<float>(); }) ==
        "mutable_data: the tensor is inside a graph: got the result of `multiply`, want detach() or a leaf; operands "
        "(2,) float32");
  // The element at index 0 of a reversed view is the last in memory.
  CHECK(view(arange(5), range(placeholders::_, placeholders::_, -1)).data<std::int64_t>()[0] == 4);
}

TEST_CASE("to converts, or returns the tensor itself") {
  const Tensor x = tensor({-1.5, 0., 2.75}, float64);
  CHECK(x.to(float64).state() == x.state());
  CHECK(test::to_ref(x.to(int64)).values == std::vector<long double>{-1, 0, 2});
  CHECK(test::to_ref(x.to(bool_)).values == std::vector<long double>{1, 0, 1});
  CHECK(test::to_ref(x.to(float32)).values == std::vector<long double>{-1.5L, 0, 2.75L});
  constexpr double huge = 1e30;
  const Tensor far = tensor({huge, -huge, std::nan("")}, float64).to(int64);
  const auto least = static_cast<long double>(INT64_MIN);
  CHECK(test::to_ref(far).values == std::vector<long double>{least, least, least});
}

TEST_CASE("printing") {
  std::ostringstream out;
  out << tensor({{1., 2.}, {3., 4.}}) << tensor({true, false}) << tensor(7);
  CHECK(out.str() == "[[1. 2.]\n [3. 4.]][ True False]7");
}

TEST_CASE("names of shapes and dtypes") {
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{3}) == "(3,)");
  CHECK(to_string(Shape{2, 0, 3}) == "(2, 0, 3)");
  CHECK(std::string(name(bool_)) + name(int64) + name(float32) + name(float64) == "boolint64float32float64");
  CHECK(Shape{2, 3} == Shape{2, 3});
  CHECK_FALSE(Shape{2, 3} == Shape{2, 3, 1});
  CHECK_FALSE(Shape{2, 3} == Shape{3, 2});
  CHECK(Shape{2, 0, 3}.numel() == 0);
  CHECK(Shape{}.numel() == 1);
}

TEST_CASE("set_data takes a view of the tensor's own memory, small or large") {
  for (const std::int64_t n : {std::int64_t{4}, std::int64_t{400}}) {
    Tensor x = arange(0., static_cast<double>(n), 1.);
    const Tensor alias = x, folded = reshape(x.detach(), {2, n / 2}), other = zeros({n});
    x.set_data(folded);
    CHECK(alias.shape() == Shape{2, n / 2});
    CHECK(view(alias, 1, 0).item() == static_cast<double>(n / 2));
    fill_(folded, 7);
    CHECK(view(alias, 1, 1).item() == 7);
    // Away, and back to its first memory.
    x.set_data(other);
    CHECK(alias.shape() == Shape{n});
    CHECK(sum(alias).item() == 0);
    x.set_data(folded);
    CHECK(sum(alias).item() == 7 * static_cast<double>(n));
  }
}

TEST_CASE("set_data exchanges the memory behind all handles of a leaf") {
  Tensor x = ones({2}, {.requires_grad = true});
  const Tensor handle = x;
  const std::uint32_t version = x.version();
  x.set_data(zeros({3}, float64));
  CHECK(handle.shape() == Shape{3});
  CHECK(handle.dtype() == float64);
  CHECK(handle.requires_grad());
  CHECK(handle.version() > version);
  CHECK(error_text<GraphError>([&] { x.set_data(x * 2); }) ==
        "set_data: a tensor is the result of an operation: want leaves; operands (3,) float64, (3,) float64");
  CHECK(error_text<DtypeError>([&] { x.set_data(zeros({3}, int64)); }) ==
        "set_data: the tensor requires a gradient: got int64, want float32 or float64; operands (3,) float64");
  x.set_grad(ones({3}, float64));
  CHECK(error_text<ValueError>([&] { x.set_data(zeros({3}, float64)); }) ==
        "set_data: the tensor has a gradient: want clear_grad() first; operands (3,) float64");
}
