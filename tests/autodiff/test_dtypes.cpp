// The dtype rules: promotion among tensors, weak scalars, what products and integers refuse.
// Not here: values (test_registry.cpp).
#include "support/error_text.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

using namespace xgrad;
using test::error_text_here;

namespace {

constexpr std::array dtypes = {bool_, int64, float32, float64};

Tensor of(Dtype dtype) { return ones({2}, dtype); }

}  // namespace

TEST_CASE("two tensors: the larger of bool < int64 < float32 < float64") {
  for (const Dtype a : dtypes)
    for (const Dtype b : dtypes) {
      const Dtype larger = a < b ? b : a;
      CHECK(add(of(a), of(b)).dtype() == larger);
      CHECK(multiply(of(a), of(b)).dtype() == larger);
      CHECK(maximum(of(a), of(b)).dtype() == larger);
      CHECK(where(of(bool_), of(a), of(b)).dtype() == larger);
      CHECK(concatenate({of(a), of(b)}).dtype() == larger);
      CHECK(divide(of(a), of(b)).dtype() == (larger < float32 ? float32 : larger));
      CHECK(equal(of(a), of(b)).dtype() == bool_);
      if (larger != bool_) CHECK(subtract(of(a), of(b)).dtype() == larger);
      if (larger != bool_) CHECK(power(of(a), of(b)).dtype() == larger);
    }
}

TEST_CASE("a scalar takes the dtype of the tensor, and only raises its kind") {
  struct Row {
    Dtype tensor, with_bool, with_int, with_float;
  };
  for (const Row& row : {Row{bool_, bool_, int64, float32}, Row{int64, int64, int64, float32},
                         Row{float32, float32, float32, float32}, Row{float64, float64, float64, float64}}) {
    const Tensor x = of(row.tensor);
    CHECK((x + true).dtype() == row.with_bool);
    CHECK((x + 1).dtype() == row.with_int);
    CHECK((x + 1.5).dtype() == row.with_float);
    CHECK((x + 1.5f).dtype() == row.with_float);
    CHECK((1.5 + x).dtype() == row.with_float);
    CHECK((x * std::size_t{2}).dtype() == row.with_int);
    CHECK(where(of(bool_), x, 1.5).dtype() == row.with_float);
    CHECK((x / 2).dtype() == (is_floating(row.tensor) ? row.tensor : float32));
  }
  CHECK(add(1, 2).dtype() == int64);
  CHECK(add(1, 2.5).dtype() == float32);
  CHECK(add(true, false).dtype() == bool_);
  // Not converted by way of float32: 0.1 keeps its digits beside a float64.
  CHECK((zeros({}, float64) + 0.1).item() == 0.1);
  CHECK((zeros({}, int64) + 9007199254740993).item<std::int64_t>() == 9007199254740993);
}

TEST_CASE("the default dtype") {
  CHECK(default_dtype() == float32);
  {
    const DefaultDtype guard(float64);
    CHECK(tensor(1.5).dtype() == float64);
    CHECK(zeros({2}).dtype() == float64);
    CHECK(divide(of(int64), of(int64)).dtype() == float64);
    CHECK((of(int64) + 1.5).dtype() == float64);
    CHECK(exp(of(int64)).dtype() == float64);
    CHECK(mean(of(int64)).dtype() == float64);
    CHECK((of(float32) + 1.5).dtype() == float32);
    CHECK(tensor({1, 2}).dtype() == int64);
  }
  CHECK(tensor(1.5).dtype() == float32);
  CHECK(error_text_here<DtypeError>([] { DefaultDtype guard(int64); }) ==
        "DefaultDtype: the default dtype is floating: got int64, want float32 or float64");
}

TEST_CASE("functions of one operand") {
  using Function = Tensor (*)(Arg);
  for (const Function f : {xgrad::exp, xgrad::log, xgrad::sqrt, xgrad::sin, xgrad::cos, xgrad::tanh, xgrad::sigmoid})
    for (const Dtype dtype : dtypes) CHECK(f(of(dtype)).dtype() == (is_floating(dtype) ? dtype : float32));
  for (const Function f : {xgrad::negative, xgrad::square, xgrad::abs, xgrad::sign, xgrad::relu})
    for (const Dtype dtype : {int64, float32, float64}) CHECK(f(of(dtype)).dtype() == dtype);
  for (const Function f : {xgrad::negative, xgrad::square, xgrad::abs, xgrad::sign, xgrad::relu})
    CHECK(error_text_here<DtypeError>([&] { f(of(bool_)); }).find(": not defined for this dtype: got bool") !=
          std::string::npos);
  CHECK(sum(of(bool_)).dtype() == int64);
  CHECK(sum(of(int64)).dtype() == int64);
  CHECK(mean(of(bool_)).dtype() == float32);
  CHECK(max(of(int64)).dtype() == int64);
}

TEST_CASE("integers wrap around, as two's complement does") {
  const std::int64_t largest = INT64_MAX, least = INT64_MIN;
  CHECK((tensor(largest) + 1).item<std::int64_t>() == least);
  CHECK((tensor(least) - 1).item<std::int64_t>() == largest);
  CHECK((tensor(largest) * 2).item<std::int64_t>() == -2);
  CHECK((-tensor(least)).item<std::int64_t>() == least);
  CHECK(xgrad::abs(tensor(least)).item<std::int64_t>() == least);
  CHECK(square(tensor(std::int64_t{1} << 32)).item<std::int64_t>() == 0);
  CHECK(power(tensor(3), 4).item<std::int64_t>() == 81);
  CHECK(power(tensor(-2), 63).item<std::int64_t>() == least);
  CHECK(power(tensor(0), 0).item<std::int64_t>() == 1);
  CHECK(sum(tensor({largest, std::int64_t{1}})).item<std::int64_t>() == least);
}

TEST_CASE("a quotient of integers is floating") {
  CHECK(divide(tensor(7), 2).item() == 3.5);
  CHECK(divide(7, 2).item() == 3.5);
  CHECK(divide(tensor({true}), tensor({true})).item() == 1);
}

TEST_CASE("products demand one floating dtype") {
  CHECK(matmul(ones({2, 2}, float64), ones({2, 2}, float64)).dtype() == float64);
  CHECK(error_text_here<DtypeError>([] {
          matmul(ones({2, 2}, float32), ones({2, 2}, float64));
        }) ==
        "matmul: dtypes differ: got float32 and float64, want equal ones; .to(float32) converts; operands (2, 2) "
        "float32, (2, 2) float64");
  CHECK(error_text_here<DtypeError>([] { matmul(ones({2}, int64), ones({2}, int64)); }) ==
        "matmul: products are defined for floating dtypes: got int64 as operand 0, want float32 or float64; "
        ".to(float32) converts; operands (1, 2) int64, (2, 1) int64");
}

TEST_CASE("to int64: NaN and what does not fit become the smallest number") {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  const double edge = 9223372036854775808.0;  // 2^63
  const std::vector<double> beyond = {std::nan(""), HUGE_VAL, -HUGE_VAL, edge, -edge, 1e30, -1e30};
  for (const Dtype dtype : {float32, float64}) {
    const Tensor x = tensor(beyond, {.dtype = dtype});
    const Tensor strided = view(concatenate({reshape(x, {7, 1}), reshape(x, {7, 1})}, 1), all(), 1);
    for (const Tensor& converted : {astype(x, int64), x.to(int64), astype(strided, int64)})
      CHECK(array_equal(converted, full({7}, lowest)));
  }
  CHECK(array_equal(astype(tensor({-2.75, 2.75, -0.0}), int64), tensor({-2, 2, 0})));
  CHECK(array_equal(astype(tensor({std::nan(""), 0.0, -0.0}), bool_), tensor({true, false, false})));
  CHECK(array_equal(astype(tensor({1e300, -1e300}, float64), float32), tensor({HUGE_VAL, -HUGE_VAL}, float32)));
}
