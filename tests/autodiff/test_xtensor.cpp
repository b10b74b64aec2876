// The bridge to xtensor: values, aliasing, layout, ownership, errors.
// Not here: ops whose forward is an xtensor expression (examples/custom_op.cpp).
#include <xgrad/autodiff/xtensor.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <string>
#include <xtensor/xfixed.hpp>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

using namespace xgrad;

namespace {

using RowMajor = xt::xarray<double, xt::layout_type::row_major>;
using ColumnMajor = xt::xarray<double, xt::layout_type::column_major>;
using Dynamic = xt::xarray<double, xt::layout_type::dynamic>;

/// {{1, 2, 3}, {4, 5, 6}} in a container of any layout.
template <class C>
C two_by_three() {
  C array = C::from_shape({2, 3});
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) array(i, j) = static_cast<typename C::value_type>(3 * i + j + 1);
  return array;
}

const Tensor counted = tensor({{1, 2, 3}, {4, 5, 6}}, float64);

bool same(const Tensor& a, const Tensor& b) { return array_equal(a, b); }

template <class E>
std::string message_of(const auto& call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return "no such exception";
}

}  // namespace

TEST_CASE("an array of any layout is copied by value, an expression is evaluated") {
  const auto row_major = two_by_three<RowMajor>();
  const auto column_major = two_by_three<ColumnMajor>();
  CHECK(same(from_xtensor(row_major), counted));
  CHECK(same(from_xtensor(column_major), counted));
  CHECK(from_xtensor(column_major).is_contiguous());
  CHECK(same(from_xtensor(two_by_three<xt::xtensor<double, 2>>()), counted));
  CHECK(same(from_xtensor(two_by_three<xt::xtensor_fixed<double, xt::xshape<2, 3>>>()), counted));
  CHECK(same(from_xtensor(2 * row_major + column_major), counted * 3));
  CHECK(same(from_xtensor(xt::transpose(row_major)), transpose(counted)));
  CHECK(same(from_xtensor(xt::view(row_major, xt::all(), xt::range(2, xt::placeholders::_, -2))),
             tensor({{3, 1}, {6, 4}}, float64)));
  CHECK(same(from_xtensor(xt::sum(row_major, {1})), tensor({6, 15}, float64)));
  CHECK(same(from_xtensor(xt::sum(row_major)), tensor(21, float64)));
}

TEST_CASE("a copy has memory of its own") {
  auto array = two_by_three<RowMajor>();
  const Tensor copied = from_xtensor(array);
  array(0, 0) = -1;
  CHECK(same(copied, counted));
}

TEST_CASE("element types") {
  CHECK(same(from_xtensor(xt::xarray<bool>{{true, false}}), tensor({{true, false}})));
  CHECK(same(from_xtensor(xt::xarray<float>{1.5F, 2.5F}), tensor({1.5, 2.5}, float32)));
  CHECK(same(from_xtensor(xt::xarray<std::int64_t>{-1, 1}), tensor({-1, 1})));
  CHECK(same(from_xtensor(xt::xarray<int>{-1, 1}), tensor({-1, 1})));
  CHECK(same(from_xtensor(xt::xarray<std::uint8_t>{0, 255}), tensor({0, 255})));
  CHECK(same(from_xtensor(xt::xarray<long long>{-1, 1}), tensor({-1, 1})));
  CHECK(same(from_xtensor(xt::argmax(xt::xarray<double>{1., 3., 2.})), tensor(1)));
  CHECK(same(from_xtensor(two_by_three<RowMajor>() > 3.0), tensor({{false, false, false}, {true, true, true}})));
}

TEST_CASE("scalars, empty arrays, extents of 1") {
  const RowMajor scalar(2.5);
  CHECK(same(from_xtensor(scalar), tensor(2.5, float64)));
  CHECK(same(from_xtensor(RowMajor(scalar)), tensor(2.5, float64)));
  CHECK(to_xarray<double>(tensor(2.5, float64)).dimension() == 0);
  CHECK(to_xarray<double>(tensor(2.5, float64))() == 2.5);
  const RowMajor nothing = RowMajor::from_shape({0, 3});
  CHECK(from_xtensor(nothing).shape() == Shape{0, 3});
  CHECK(from_xtensor(RowMajor(nothing)).shape() == Shape{0, 3});
  CHECK(to_xarray<double>(zeros({0, 3}, float64)).shape() == xt::dynamic_shape<std::size_t>{0, 3});
  RowMajor column = RowMajor::from_shape({2, 1});
  column(0, 0) = 1;
  column(1, 0) = 2;
  CHECK(same(borrow(column), tensor({{1}, {2}}, float64)));
  CHECK(borrow(column).is_contiguous());
  // xtensor broadcasts an axis of extent 1 only if its stride is 0.
  const xt::xarray<double> sum = as_xtensor<double>(borrow(column)) + two_by_three<RowMajor>();
  CHECK(same(from_xtensor(sum), tensor({{2, 3, 4}, {6, 7, 8}}, float64)));
}

TEST_CASE_TEMPLATE("a container that is handed over keeps its memory", C, RowMajor, ColumnMajor, Dynamic,
                   xt::xtensor<double, 2>, xt::xtensor<double, 2, xt::layout_type::column_major>) {
  C array = two_by_three<C>();
  const double* memory = array.data();
  const Tensor taken = from_xtensor(std::move(array));
  CHECK(taken.data<double>() == memory);
  CHECK(same(taken, counted));
  CHECK(same(matmul(taken, taken, {.transpose_b = true}), matmul(counted, counted, {.transpose_b = true})));
  const Tensor part = view(taken, 1);  // memory outlives the tensor that took it
  const_cast<Tensor&>(taken) = Tensor();
  CHECK(same(part, tensor({4, 5, 6}, float64)));
}

TEST_CASE("a dynamic layout keeps its strides") {
  Dynamic array(xt::svector<std::size_t, 4>{2, 3}, xt::layout_type::column_major);
  for (std::size_t i = 0; i < 6; ++i) array(i / 3, i % 3) = static_cast<double>(i + 1);
  const Tensor taken = from_xtensor(std::move(array));
  CHECK(taken.stride(0) == 1);
  CHECK(taken.stride(1) == 2);
  CHECK(same(taken, counted));
}

TEST_CASE("a container of another integer type, a constant one and one in use elsewhere are copied") {
  const RowMajor constant = two_by_three<RowMajor>();
  CHECK(from_xtensor(std::move(constant)).data<double>() != constant.data());
  xt::xarray<int> ints{1, 2};
  CHECK(from_xtensor(std::move(ints)).dtype() == int64);
}

TEST_CASE_TEMPLATE("a borrowed container and the tensor see each other's writes", C, RowMajor, ColumnMajor, Dynamic,
                   xt::xtensor<double, 2>, xt::xtensor_fixed<double, xt::xshape<2, 3>>) {
  C array = two_by_three<C>();
  Tensor borrowed = borrow(array);
  CHECK(borrowed.data<double>() == array.data());
  array(1, 2) = 60;
  CHECK(view(borrowed, 1, 2).item() == 60);
  add_(view(borrowed, 0), 10);
  CHECK(array(0, 0) == 11);
  CHECK(array(0, 2) == 13);
  CHECK(array(1, 0) == 4);
  CHECK(borrowed.version() == 1);
}

TEST_CASE("noalias leaves a borrowed container where it is") {
  RowMajor array = RowMajor::from_shape({2, 3});
  const Tensor borrowed = borrow(array);
  xt::noalias(array) = 2 * two_by_three<RowMajor>();
  xt::noalias(array) -= as_xtensor<double>(counted);
  CHECK(array.data() == borrowed.data<double>());
  CHECK(same(borrowed, counted));
}

TEST_CASE("a strided view of a container can be borrowed") {
  auto array = two_by_three<RowMajor>();
  auto backwards = xt::strided_view(array, {xt::all(), xt::range(2, xt::placeholders::_, -2)});
  const Tensor borrowed = borrow(backwards);
  CHECK(same(borrowed, tensor({{3, 1}, {6, 4}}, float64)));
  CHECK(borrowed.stride(1) == -2);
  multiply_(borrowed, 10);
  CHECK(same(from_xtensor(array), tensor({{10, 2, 30}, {40, 5, 60}}, float64)));
  auto row = xt::view(array, 1, xt::all());
  CHECK(same(borrow(row), tensor({40, 5, 60}, float64)));
}

TEST_CASE("a borrowed container takes part in differentiation") {
  auto array = two_by_three<ColumnMajor>();
  Tensor leaf = borrow(array);
  leaf.set_requires_grad();
  sum(square(leaf)).backward();
  CHECK(same(leaf.grad(), counted * 2));
}

TEST_CASE("a view of a tensor reads its memory, whatever the strides") {
  const Tensor three_axes = reshape(arange(24, {.dtype = float64}), {2, 3, 4});
  const Tensor views[] = {
      three_axes,
      transpose(three_axes),
      transpose(three_axes, {1, 2, 0}),
      view(three_axes, 1),
      view(three_axes, all(), range(1, 3), range(3, placeholders::_, -2)),
      view(three_axes, range(1, placeholders::_, -1), range(2, placeholders::_, -1), range(3, placeholders::_, -1)),
      view(three_axes, all(), range(1, 2)),
      view(three_axes, all(), range(1, 1)),
      broadcast_to(view(three_axes, 0, range(0, 1)), {2, 3, 4}),
      view(three_axes, 1, 2, 3),
  };
  for (const Tensor& x : views) {
    CAPTURE(to_string(x));
    const auto seen = as_xtensor<double>(x);
    CHECK(detail::shape_of(seen.shape()) == x.shape());
    CHECK(same(from_xtensor(seen), x));
    CHECK(same(from_xtensor(to_xarray<double>(x)), x));
    CHECK(same(from_xtensor(seen * 2 + 1), x * 2 + 1));
    if (x.size() != 0) CHECK(static_cast<double>(xt::sum(seen)()) == sum(x).item());
    if (x.size() != 0) CHECK(&*seen.begin() == x.data<double>());
  }
  CHECK(as_xtensor<double>(transpose(three_axes))(3, 2, 1) == 23);
  const auto backwards = as_xtensor<double>(view(three_axes, 0, 0, range(3, placeholders::_, -1)));
  CHECK(backwards(0) == 3);
  CHECK(backwards(3) == 0);
}

TEST_CASE("a view keeps its tensor alive, and so does a copy of the view") {
  auto seen = as_xtensor<double>(counted * 100);
  const auto copied = seen;
  const auto moved = std::move(seen);
  CHECK(copied(1, 2) == 600);
  CHECK(moved(1, 2) == 600);
  CHECK(same(from_xtensor(moved + copied), counted * 200));
}

TEST_CASE("other element types can be viewed") {
  CHECK(as_xtensor<bool>(counted > 3.0)(1, 0) == true);
  CHECK(as_xtensor<std::int64_t>(arange(3))(2) == 2);
  CHECK(as_xtensor<float>(ones({2}, float32))(1) == 1);
}

TEST_CASE("a mutable view writes into the tensor and bumps its version") {
  Tensor x = zeros({2, 3}, float64);
  as_mutable_xtensor<double>(x) = 10 * two_by_three<RowMajor>();
  CHECK(same(x, counted * 10));
  CHECK(x.version() == 1);
  Tensor transposed = transpose(x);
  auto writer = as_mutable_xtensor<double>(transposed);
  writer(2, 0) = -1;
  xt::view(writer, xt::all(), 1) += 5;
  CHECK(same(x, tensor({{10, 20, -1}, {45, 55, 65}}, float64)));
  CHECK(x.version() == 2);
  Tensor backwards = view(x, all(), range(2, placeholders::_, -1));
  as_mutable_xtensor<double>(backwards) = two_by_three<RowMajor>();
  CHECK(same(x, tensor({{3, 2, 1}, {6, 5, 4}}, float64)));
}

TEST_CASE("a write through a mutable view after recording is found out") {
  Tensor x = tensor({1, 2}, float64).set_requires_grad();
  const Tensor y = sum(x * x);
  as_mutable_xtensor<double>(x).fill(3);
  CHECK_THROWS_AS(y.backward(), VersionError);
}

TEST_CASE("operands of a forward function") {
  const Array& in = counted.array();
  Tensor out = zeros({2, 3}, float64);
  Array array = out.array();
  as_mutable_xtensor<double>(array) = xt::square(as_xtensor<double>(in));
  CHECK(same(out, square(counted)));
  CHECK(message_of<DtypeError>([&] { as_xtensor<float>(in); }) ==
        "as_xtensor: wrong element type: got float32, want float64; operands (2, 3) float64");
  CHECK_THROWS_AS(as_mutable_xtensor<float>(array), DtypeError);
}

TEST_CASE("errors") {
  CHECK_THROWS_AS(as_xtensor<float>(counted), DtypeError);
  CHECK_THROWS_AS(to_xarray<float>(counted), DtypeError);
  CHECK_THROWS_AS(as_xtensor<double>(Tensor()), ValueError);
  Tensor leaf = ones({2}, float64).set_requires_grad();
  Tensor inner = leaf * 2;
  CHECK_THROWS_AS(as_mutable_xtensor<double>(inner), GraphError);
  Tensor repeated = broadcast_to(ones({1, 3}, float64), {2, 3});
  const std::uint32_t version = repeated.version();
  CHECK(message_of<ValueError>([&] { as_mutable_xtensor<double>(repeated); }) ==
        "as_mutable_xtensor: elements share memory: want clone() first; operands (2, 3) float64");
  CHECK(repeated.version() == version);
  RowMajor nine = RowMajor::from_shape({1, 1, 1, 1, 1, 1, 1, 1, 1});
  CHECK_THROWS_AS(borrow(nine), ShapeError);
  CHECK_THROWS_AS(from_xtensor(nine), ShapeError);
  CHECK_THROWS_AS(from_xtensor(std::move(nine)), ShapeError);
}

TEST_CASE("a lazy keep_dims reducer that xtensor would compute wrongly is refused") {
  const auto array = two_by_three<RowMajor>();
  const auto lazy = xt::sum(array, {1}, xt::keep_dims);
  const auto immediate = xt::sum(array, {1}, xt::keep_dims | xt::evaluation_strategy::immediate);
  CHECK(same(from_xtensor(lazy), tensor({{6}, {15}}, float64)));
  CHECK(same(from_xtensor(-lazy), tensor({{-6}, {-15}}, float64)));
  CHECK(same(from_xtensor(xt::mean(array, {1}, xt::keep_dims)), tensor({{2}, {5}}, float64)));
  CHECK(same(from_xtensor(array - immediate), tensor({{-5, -4, -3}, {-11, -10, -9}}, float64)));
  const std::string refusal =
      "from_xtensor: a lazy reducer with keep_dims is broadcast: want xt::evaluation_strategy::immediate there";
  CHECK(message_of<ValueError>([&] { from_xtensor(array - lazy); }) == refusal);
  CHECK(message_of<ValueError>([&] { from_xtensor(xt::exp(array - xt::mean(array, {1}, xt::keep_dims))); }) == refusal);
  CHECK(message_of<ValueError>([&] { from_xtensor(xt::sum(array - lazy, {0})); }) == refusal);
  CHECK(message_of<ValueError>([&] { from_xtensor(xt::broadcast(lazy, {2, 3})); }) == refusal);
}
