// Making tensors: literals, shapes, ranges, memory.
// Not here: random numbers (test_random.cpp), xtensor arrays (test_xtensor.cpp).
#include "support/error_text.hpp"
#include "support/ref.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace xgrad;
using test::error_text;
using test::error_text_here;

namespace {

bool holds(const Tensor& x, const Shape& shape, Dtype dtype, const std::vector<long double>& values) {
  return x.shape() == shape && x.dtype() == dtype && test::to_ref(x).values == values;
}

}  // namespace

TEST_CASE("literals: depth gives the shape, the kind of number the dtype") {
  CHECK(holds(tensor(2.5), {}, float32, {2.5L}));
  CHECK(holds(tensor(2), {}, int64, {2}));
  CHECK(holds(tensor(true), {}, bool_, {1}));
  CHECK(holds(tensor({1., 2.}), {2}, float32, {1, 2}));
  CHECK(holds(tensor({1.}), {1}, float32, {1}));
  CHECK(holds(tensor({{1.}}), {1, 1}, float32, {1}));
  CHECK(holds(tensor({{{1}}}), {1, 1, 1}, int64, {1}));
  CHECK(holds(tensor({{1, 2, 3}, {4, 5, 6}}), {2, 3}, int64, {1, 2, 3, 4, 5, 6}));
  CHECK(holds(tensor({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}), {2, 2, 2}, int64, {1, 2, 3, 4, 5, 6, 7, 8}));
  CHECK(holds(tensor({true, false}), {2}, bool_, {1, 0}));
  CHECK(holds(tensor({1.f, 2.f}), {2}, float32, {1, 2}));
  CHECK(holds(tensor({0.1}, float64), {1}, float64, {0.1}));
  CHECK(holds(tensor({1, 2}, float64), {2}, float64, {1, 2}));
  // Mixed lists take the largest kind.
  CHECK(holds(tensor({1, 2.5}), {2}, float32, {1, 2.5L}));
  CHECK(holds(tensor({{1, 2}, {3., 4}}), {2, 2}, float32, {1, 2, 3, 4}));
  CHECK(holds(tensor({true, 2}), {2}, int64, {1, 2}));
  CHECK(holds(tensor({true, 2, 0.5}), {3}, float32, {1, 2, 0.5L}));
  // Empty ones are floating, as nothing says otherwise.
  CHECK(holds(tensor({}), {0}, float32, {}));
  CHECK(holds(tensor({{}, {}}), {2, 0}, float32, {}));
  CHECK(holds(tensor({}, int64), {0}, int64, {}));
  // Large integers keep all their digits.
  CHECK(tensor({9007199254740993}).item<std::int64_t>() == 9007199254740993);
  CHECK(tensor({1., 2.}, {.requires_grad = true}).requires_grad());
  const DefaultDtype guard(float64);
  CHECK(holds(tensor({0.1}), {1}, float64, {0.1}));
}

TEST_CASE("literals: what does not fit") {
  CHECK(error_text<ShapeError>([] {
          tensor({{1, 2}, {3}});
        }) == "tensor: the list is ragged: got a list of 1 at depth 1, want shape (2, 2)");
  CHECK(error_text<ShapeError>([] {
          tensor({{1, 2}, 3});
        }) == "tensor: the list is ragged: got a number at depth 1, want shape (2, 2)");
  CHECK(error_text<ShapeError>([] {
          tensor({1, {2}});
        }) == "tensor: the list is ragged: got a list of 1 at depth 1, want shape (2,)");
  CHECK(error_text<ShapeError>([] {
          tensor({{}, {1}});
        }) == "tensor: the list is ragged: got a list of 1 at depth 1, want shape (2, 0)");
  CHECK(error_text<ShapeError>([] { tensor({{{{{{{{{1}}}}}}}}}); }) == "shape: too many axes: got more than 8");
  CHECK(error_text<DtypeError>([] {
          tensor({1, 2}, {.requires_grad = true});
        }).starts_with("set_requires_grad: only floating tensors have gradients: got int64"));
}

TEST_CASE("tensors of vectors") {
  CHECK(holds(tensor(std::vector<double>{1, 2}), {2}, float64, {1, 2}));
  CHECK(holds(tensor(std::vector<float>{1, 2}), {2}, float32, {1, 2}));
  CHECK(holds(tensor(std::vector<std::int64_t>{1, 2}), {2}, int64, {1, 2}));
  CHECK(holds(tensor(std::vector<bool>{true, false}), {2}, bool_, {1, 0}));
  CHECK(holds(tensor(std::vector<double>{1, 2}, {.dtype = float32}), {2}, float32, {1, 2}));
  const Tensor x = tensor(std::vector<double>{1, 2}, {.dtype = float32, .requires_grad = true});
  CHECK(x.requires_grad());
  CHECK(x.is_leaf());
  CHECK(holds(tensor(std::vector<double>{}), {0}, float64, {}));
}

TEST_CASE("constant tensors") {
  CHECK(holds(zeros({2, 2}), {2, 2}, float32, {0, 0, 0, 0}));
  CHECK(holds(ones({3}, int64), {3}, int64, {1, 1, 1}));
  CHECK(holds(ones({2}, bool_), {2}, bool_, {1, 1}));
  CHECK(holds(ones({}, float64), {}, float64, {1}));
  CHECK(holds(zeros({0, 3}), {0, 3}, float32, {}));
  CHECK(holds(full({2}, 7), {2}, int64, {7, 7}));
  CHECK(holds(full({2}, 0.5), {2}, float32, {0.5L, 0.5L}));
  CHECK(holds(full({2}, true), {2}, bool_, {1, 1}));
  CHECK(holds(full({2}, 7, {.dtype = float64}), {2}, float64, {7, 7}));
  CHECK(holds(full({2}, tensor(3.5, float64)), {2}, float64, {3.5L, 3.5L}));
  CHECK(full({2}, 1.0, {.requires_grad = true}).requires_grad());
  CHECK(empty({2, 3}, int64).shape() == Shape{2, 3});
  CHECK(zeros({2}, {.requires_grad = true}).requires_grad());
  CHECK(error_text<ShapeError>([] { zeros({2, -1}); }) == "shape: an extent is negative: got -1, want 0 or more");
  CHECK(error_text<ShapeError>([] { zeros({1, 1, 1, 1, 1, 1, 1, 1, 1}); }) == "shape: too many axes: got more than 8");
  const Tensor x = ones({2, 3}, int64);
  CHECK(holds(zeros_like(x), {2, 3}, int64, {0, 0, 0, 0, 0, 0}));
  CHECK(holds(ones_like(view(x, 0)), {3}, int64, {1, 1, 1}));
  CHECK(holds(full_like(x, 4), {2, 3}, int64, {4, 4, 4, 4, 4, 4}));
  CHECK(empty_like(transpose(x)).shape() == Shape{3, 2});
}

TEST_CASE("ranges") {
  CHECK(holds(arange(4), {4}, int64, {0, 1, 2, 3}));
  CHECK(holds(arange(0), {0}, int64, {}));
  CHECK(holds(arange(-3), {0}, int64, {}));
  CHECK(holds(arange(2, 5), {3}, int64, {2, 3, 4}));
  CHECK(holds(arange(5, 0, -2), {3}, int64, {5, 3, 1}));
  CHECK(holds(arange(0, 5, 2), {3}, int64, {0, 2, 4}));
  CHECK(holds(arange(0, 6, 2), {3}, int64, {0, 2, 4}));
  CHECK(holds(arange(4, 2), {0}, int64, {}));
  CHECK(holds(arange(3, {.dtype = float64}), {3}, float64, {0, 1, 2}));
  CHECK(holds(arange(0., 1., 0.25), {4}, float32, {0, 0.25L, 0.5L, 0.75L}));
  CHECK(holds(arange(1., 0., -0.5), {2}, float32, {1, 0.5L}));
  CHECK(holds(arange(0., -1., 0.5), {0}, float32, {}));
  // Each value is start + i step, not the sum of the steps before.
  const Tensor x = arange(0., 100., 0.1, {.dtype = float64});
  CHECK(x.size() == 1000);
  CHECK(view(x, 999).item() == 999 * 0.1);
  CHECK(arange(3., 6., 1., {.requires_grad = true}).requires_grad());
  CHECK(error_text<ValueError>([] { arange(0, 5, 0); }) == "arange: the step is 0");
  CHECK(error_text<ValueError>([] { arange(0., 5., 0.); }) == "arange: the step is 0");
  CHECK(error_text<ValueError>([] {
          arange(0., HUGE_VAL, 1.);
        }).starts_with("arange: a bound or the step is not finite: got 0.000000, inf"));
}

TEST_CASE("memory: copied, borrowed, adopted") {
  double values[] = {1, 2, 3, 4, 5, 6};
  const Tensor copy = from_memory(values, {2, 3});
  const Tensor borrowed = borrow_memory(values, {2, 3});
  values[0] = 10;
  CHECK(view(copy, 0, 0).item() == 1);
  CHECK(view(borrowed, 0, 0).item() == 10);
  CHECK(borrowed.data<double>() == values);
  add_(borrowed, 1);
  CHECK(values[5] == 7);
  CHECK(sum(borrowed).item() == 11 + 3 + 4 + 5 + 6 + 7);
  bool flags[] = {true, false};
  CHECK(holds(borrow_memory(flags, {2}), {2}, bool_, {1, 0}));
  CHECK(holds(borrow_memory(values, {}), {}, float64, {11}));

  static int released;
  released = 0;
  auto* memory = new float[4]{1, 2, 3, 4};
  const auto release = [](void* owner) noexcept {
    ++released;
    delete[] static_cast<float*>(owner);
  };
  Tensor owned = adopt_memory(memory, {4}, memory, release);
  Tensor part = view(owned, range(2, 4));
  owned = Tensor();
  CHECK(released == 0);
  CHECK(holds(part, {2}, float32, {3, 4}));
  part = Tensor();
  CHECK(released == 1);
  // A graph that saved the memory keeps it.
  memory = new float[2]{3, 4};
  const Tensor x = ones({2}, {.requires_grad = true});
  Tensor y = sum(x * adopt_memory(memory, {2}, memory, release));
  CHECK(released == 1);
  y.backward();
  y = Tensor();
  CHECK(released == 2);
  CHECK(holds(x.grad(), {2}, float32, {3, 4}));
}

TEST_CASE("item") {
  CHECK(tensor(2.5).item() == 2.5);
  CHECK(tensor({{7}}).item<std::int64_t>() == 7);
  CHECK(tensor(2.75).item<std::int64_t>() == 2);
  CHECK(tensor(2.75f).item<float>() == 2.75f);
  CHECK(tensor(0.5).item<bool>());
  CHECK_FALSE(tensor(0).item<bool>());
  CHECK(view(arange(10), 3).item() == 3);
  CHECK(error_text<ShapeError>([] { ones({2}).item(); }) ==
        "item: only a tensor of one element has a value: got (2,) float32");
  CHECK(error_text<ShapeError>([] { empty({0}).item(); }) ==
        "item: only a tensor of one element has a value: got (0,) float32");
}

TEST_CASE("int64 tensors take no values that int64 cannot hold") {
  const double nan = std::nan(""), inf = HUGE_VAL, edge = 9223372036854775808.0;  // 2^63
  const std::string want = ", want -2^63 or more and less than 2^63";
  for (const double value : {nan, inf, -inf, edge, 1e300, -1e300}) {
    CHECK_THROWS_AS(tensor(value, int64), ValueError);
    CHECK_THROWS_AS(tensor({{1., value}}, int64), ValueError);
    CHECK_THROWS_AS(tensor(std::vector<double>{value}, {.dtype = int64}), ValueError);
    CHECK_THROWS_AS(tensor(std::vector<float>{static_cast<float>(value)}, {.dtype = int64}), ValueError);
    CHECK_THROWS_AS(full({2}, value, {.dtype = int64}), ValueError);
    CHECK_THROWS_AS(full_like(zeros({2}, int64), value), ValueError);
    CHECK_THROWS_AS(fill_(zeros({2}, int64), value), ValueError);
    CHECK_THROWS_AS(tensor(value, float64).item<std::int64_t>(), ValueError);
    CHECK_THROWS_AS(tensor(value, float32).item<std::int64_t>(), ValueError);
  }
  CHECK(error_text<ValueError>([&] {
          tensor({1., nan}, int64);
        }) == "tensor: int64 cannot hold the value: got nan" + want);
  CHECK(error_text<ValueError>([&] { tensor(1e300, float64).item<std::int64_t>(); }) ==
        "item: int64 cannot hold the value: got 1e+300" + want);
  CHECK(error_text_here<ValueError>([&] { full({2}, -inf, {.dtype = int64}); }) ==
        "scalar: int64 cannot hold the value: got -inf" + want);
  CHECK(error_text<ValueError>([&] { tensor(18446744073709551615U); }) ==
        "tensor: int64 cannot hold the value: got 1.84467e+19" + want);
  constexpr std::uint64_t most = 18446744073709551615U;
  CHECK(multiply(ones({}, float64), most).item() == 0x1p64);
  CHECK(full({1}, most, {.dtype = float64}).item() == 0x1p64);
  CHECK(less(ones({}), most).item<bool>());
  CHECK_THROWS_AS(full({1}, most, {.dtype = int64}), ValueError);
  CHECK(full({}, std::uint64_t{9223372036854775807U}).item<std::int64_t>() == 9223372036854775807);
  // A floating operand of an integer tensor is a mistake of dtype, whatever its value.
  CHECK_THROWS_AS(add_(zeros({2}, int64), nan), DtypeError);
  CHECK_THROWS_AS(add_(zeros({2}, int64), 1, 1e300), ValueError);
  CHECK_THROWS_AS(add_(zeros({2}, int64), 1, inf), ValueError);

  // Everything up to the edge is there, and fractions go as in static_cast.
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  CHECK(tensor(-edge, int64).item<std::int64_t>() == lowest);
  CHECK(tensor(9223372036854774784., int64).item<std::int64_t>() == 9223372036854774784);
  CHECK(tensor(-edge, float32).item<std::int64_t>() == lowest);
  CHECK(tensor({-2.75, 2.75}, int64).data<std::int64_t>()[0] == -2);
  CHECK(holds(tensor(std::vector<double>{-2.75, 2.75}, {.dtype = int64}), {2}, int64, {-2, 2}));
  CHECK(holds(tensor(18446744073709551615U, float64), {}, float64, {18446744073709551616.0L}));
  CHECK(tensor({nan, 0.}, bool_).data<bool>()[0]);
  CHECK(tensor(nan).item<bool>());
}

TEST_CASE("ranges at the edges of int64") {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t quarter = std::int64_t{1} << 62;
  CHECK(holds(arange(lowest, highest, quarter), {4}, int64, {-0x1p63L, -0x1p62L, 0, 0x1p62L}));
  CHECK(holds(arange(highest, lowest, lowest), {2}, int64, {0x1p63L - 1, -1}));
  CHECK(holds(arange(highest - 1, highest), {1}, int64, {0x1p63L - 2}));
  CHECK_THROWS_AS(arange(lowest, highest), ShapeError);
  CHECK_THROWS_AS(arange(highest, lowest, -1), ShapeError);
  CHECK_THROWS_AS(arange(0., 1e300, 1.), ShapeError);
  CHECK_THROWS_AS(arange(-1e308, 1e308, 1e-300), ShapeError);
  CHECK_THROWS_AS(arange(1e300, 2e300, 1e300, {.dtype = int64}), ValueError);
  CHECK(holds(arange(0., 2., 0.5, {.dtype = int64}), {4}, int64, {0, 0, 1, 1}));
}
