// Saved values that were overwritten: found before the backward pass does anything, and named.
// Not here: which writes are allowed at all (test_inplace.cpp).
#include "support/error_text.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

using namespace xgrad;
using test::error_text_here;

namespace {

std::string at(int line) { return std::string(__FILE__) + ":" + std::to_string(line); }

}  // namespace

TEST_CASE("an operand that was overwritten") {
  const Tensor x = ones({3}, {.dtype = float64, .requires_grad = true});
  Tensor c = zeros({3}, float64);
  const Tensor y = sum(x * c);
  const int line = __LINE__ - 1;
  fill_(c, 2);
  CHECK(error_text_here<VersionError>([&] { y.backward(); }) == "backward: operand 1 that `multiply` saved at " +
                                                                    at(line) +
                                                                    " was overwritten in place: got version 1, want 0");
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("a result that was overwritten through a detached handle") {
  const Tensor x = ones({5}, {.dtype = float64, .requires_grad = true});
  const Tensor y = exp(x);
  const int line = __LINE__ - 1;
  multiply_(y.detach(), 2);
  CHECK(error_text_here<VersionError>([&] { sum(y).backward(); }) ==
        "backward: the result that `exp` saved at " + at(line) + " was overwritten in place: got version 1, want 0");
}

TEST_CASE("writes through views, raw memory and leaves count") {
  const Tensor x = ones({4}, {.dtype = float64, .requires_grad = true});
  const auto overwritten = [&](const Tensor& y) {
    return error_text_here<VersionError>([&] { sum(y).backward(); }).starts_with("backward: operand ");
  };
  Tensor c = ones({4}, float64);
  Tensor y = x * c;
  fill_(view(c, range(1, 2)), 5);
  CHECK(overwritten(y));
  y = x * c;
  fill_(reshape(c, {2, 2}), 5);
  CHECK(overwritten(y));
  y = x * view(c, range(0, 4));
  fill_(c, 1);
  CHECK(overwritten(y));
  y = x * c;
  c.mutable_data<double>()[0] = 7;
  CHECK(overwritten(y));
  y = x * x;
  {
    const NoGrad guard;
    add_(x, 1);
  }
  CHECK(overwritten(y));
}

TEST_CASE("what was not saved may be overwritten") {
  const Tensor x = ones({3}, {.dtype = float64, .requires_grad = true});
  const Tensor c = ones({3}, float64), d = ones({3}, float64);
  const Tensor y = sum((x + c) * d);
  fill_(c, 5);
  y.backward();
  CHECK(array_equal(x.grad(), ones({3}, float64)));
  // x itself is saved for the gradient of c alone, which nobody wants.
  const Tensor z = sum(x * d);
  {
    const NoGrad guard;
    fill_(x, 9);
  }
  z.backward();
  CHECK(array_equal(x.grad(), full({3}, 2, {.dtype = float64})));
}

TEST_CASE("overwritten values that the pass does not go through do not matter") {
  const Tensor x = ones({3}, {.dtype = float64, .requires_grad = true});
  const Tensor w = ones({3}, {.dtype = float64, .requires_grad = true});
  Tensor c = ones({3}, float64);
  const Tensor left = sum(x * c), right = sum(w * 2);
  fill_(c, 3);
  CHECK(array_equal(grad(left + right, w), full({3}, 2, {.dtype = float64})));
  CHECK(
      error_text_here<VersionError>([&] { grad(left + right, x); }).starts_with("backward: operand 1 that `multiply`"));
}

TEST_CASE("versions are counted by memory") {
  Tensor x = zeros({4}, float64);
  CHECK(x.version() == 0);
  fill_(x, 1);
  add_(view(x, 0), 1);
  CHECK(x.version() == 2);
  CHECK(x.detach().version() == 2);
  CHECK(clone(x).version() == 0);
  x.mutable_data<double>();
  CHECK(reshape(x, {2, 2}).version() == 3);
}
