// Guards: nesting, exceptions, threads.
// Not here: what the default dtype changes (test_dtypes.cpp).
#include "support/error_text.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <thread>

using namespace xgrad;

namespace {

Tensor leaf() { return ones({2}, {.dtype = float64, .requires_grad = true}); }

}  // namespace

TEST_CASE("NoGrad and EnableGrad nest") {
  const Tensor x = leaf();
  CHECK(is_grad_enabled());
  {
    const NoGrad off;
    CHECK_FALSE(is_grad_enabled());
    CHECK_FALSE((x * 2).requires_grad());
    CHECK((x * 2).is_leaf());
    CHECK_FALSE(transpose(x).requires_grad());
    {
      const EnableGrad on;
      CHECK((x * 2).requires_grad());
      {
        const NoGrad again;
        CHECK_FALSE((x * 2).requires_grad());
      }
      CHECK((x * 2).requires_grad());
      const GradMode mode(false);
      CHECK_FALSE((x * 2).requires_grad());
    }
    CHECK_FALSE(is_grad_enabled());
  }
  CHECK((x * 2).requires_grad());
}

TEST_CASE("guards are restored on exceptions") {
  try {
    const NoGrad off;
    const DefaultDtype wide(float64);
    throw std::runtime_error("on the way out");
  } catch (const std::runtime_error&) {
  }
  CHECK(is_grad_enabled());
  CHECK(default_dtype() == float32);
  // A pass that fails leaves the mode as it was, inside a rule too.
  const Tensor x = leaf();
  const Tensor y = sum(x * x);
  y.backward();
  CHECK_THROWS_AS(y.backward(), GraphError);
  CHECK(is_grad_enabled());
  {
    const NoGrad off;
    CHECK_THROWS_AS(grad(y, x, {.create_graph = true}), GraphError);
    CHECK_FALSE(is_grad_enabled());
  }
}

TEST_CASE("create_graph records under NoGrad, backward records nothing") {
  const Tensor x = leaf();
  const Tensor y = sum(x * x * x);
  const NoGrad off;
  const Tensor slope = grad(y, x, {.create_graph = true});
  CHECK(slope.requires_grad());
  CHECK_FALSE(is_grad_enabled());
  CHECK_FALSE(grad(y, x).requires_grad());
}

TEST_CASE("guards belong to their thread") {
  const NoGrad off;
  const DefaultDtype wide(float64);
  bool enabled = false;
  Dtype dtype = bool_;
  std::thread([&] {
    enabled = is_grad_enabled();
    dtype = default_dtype();
  }).join();
  CHECK(enabled);
  CHECK(dtype == float32);
}

TEST_CASE("a leaf under NoGrad stays a leaf that requires a gradient") {
  const NoGrad off;
  const Tensor x = leaf();
  CHECK(x.requires_grad());
  CHECK(ones({2}, {.requires_grad = true}).is_leaf());
}
