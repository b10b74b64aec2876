// Custom functions: values, first and second derivatives, several outputs, lifetimes, errors.
// Not here: the library's own ops (test_registry.cpp).
#include <xgrad/autodiff/custom_function.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace xgrad;

namespace {

// y = factor x^3, with a capture.
CustomFunction scaled_cube(double factor) {
  return custom_function({
      .name = "scaled_cube",
      .forward =
          [factor](Inputs in, Outputs out) {
            for (std::int64_t i = 0; i < in[0].numel; ++i) {
              const double x = in[0].as<double>()[i];
              out[0].as<double>()[i] = factor * x * x * x;
            }
          },
      .vjp = [factor](const Record& r, const Cotangents& ct) -> Cotangents {
        return {ct[0] * square(r.input(0)) * (3 * factor)};
      },
  });
}

// (a b, a / b) whose rule reads both outputs.
CustomFunction product_and_quotient() {
  return custom_function({
      .name = "product_and_quotient",
      .forward =
          [](Inputs in, Outputs out) {
            for (std::int64_t i = 0; i < in[0].numel; ++i) {
              const double a = in[0].as<double>()[i], b = in[1].as<double>()[i];
              out[0].as<double>()[i] = a * b;
              out[1].as<double>()[i] = a / b;
            }
          },
      .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
        const Arg a = r.input(0), b = r.input(1);
        Tensor by_a = zeros_like(a), by_b = zeros_like(a);
        if (ct[0].defined()) {
          by_a = by_a + ct[0] * r.output(0) / a;
          by_b = by_b + ct[0] * r.output(0) / b;
        }
        if (ct[1].defined()) {
          by_a = by_a + ct[1] * r.output(1) / a;
          by_b = by_b - ct[1] * r.output(1) / b;
        }
        return {by_a, by_b};
      },
      .outputs = 2,
  });
}

Tensor random(const Shape& shape) { return uniform(0.5, 2, shape, {.dtype = float64, .requires_grad = true}); }

}  // namespace

TEST_CASE("a custom function with a capture has right derivatives of both orders") {
  const CustomFunction f = scaled_cube(0.5);
  const std::vector<Tensor> inputs{random({2, 3})};
  const auto call = [&](const std::vector<Tensor>& in) { return f({in[0]}); };
  CHECK(allclose(f({inputs[0]}), 0.5 * power(inputs[0], 3), 1e-14));
  CHECK(gradcheck(call, inputs).ok);
  CHECK(gradgradcheck(call, inputs).ok);
}

TEST_CASE("several outputs, saved for the rule, used alone and together") {
  const CustomFunction f = product_and_quotient();
  const std::vector<Tensor> inputs{random({3}), random({3})};
  for (int which = 0; which < 3; ++which) {
    const auto call = [&](const std::vector<Tensor>& in) {
      const std::vector<Tensor> out = f.all(in);
      return which == 2 ? out[0] * out[1] : out[static_cast<std::size_t>(which)];
    };
    CHECK(gradcheck(call, inputs).ok);
    CHECK(gradgradcheck(call, inputs).ok);
  }
}

TEST_CASE("results keep the definition alive, and nothing else does") {
  const auto witness = std::make_shared<int>(1);
  const Tensor x = random({2});
  Tensor y;
  {
    const CustomFunction f = custom_function({
        .forward = [witness](Inputs in, Outputs out) { out[0].as<double>()[0] = in[0].as<double>()[0] * *witness; },
        .vjp = [witness](const Record&, const Cotangents& ct) -> Cotangents { return {ct[0] * *witness}; },
    });
    y = f({view(x, range(0, 1))});
    CHECK(witness.use_count() == 3);
  }
  CHECK(witness.use_count() == 3);
  sum(y).backward();
  CHECK(x.grad().defined());
  y = Tensor();
  CHECK(witness.use_count() == 1);
}

TEST_CASE("later outputs outlive the first, and graphs of both are freed") {
  const auto witness = std::make_shared<int>(0);
  {
    const CustomFunction f = custom_function({
        .forward =
            [witness](Inputs in, Outputs out) {
              for (std::size_t k = 0; k < 3; ++k) out[k].as<double>()[0] = in[0].as<double>()[0];
            },
        .vjp = [](const Record&, const Cotangents& ct) -> Cotangents { return {ct[2].defined() ? ct[2] : Tensor()}; },
        .outputs = 3,
    });
    const Tensor x = random({1});
    Tensor last = f.all({x})[2];
    CHECK(grad(last, x).item() == 1);
    last = f.all({x})[2];
  }
  CHECK(witness.use_count() == 1);
}

TEST_CASE("a detached result does not keep the graph alive") {
  const auto witness = std::make_shared<int>(0);
  Tensor kept, element;
  {
    const CustomFunction f = custom_function({
        .forward = [witness](Inputs, Outputs out) { out[0].as<double>()[0] = 5; },
        .vjp = [](const Record&, const Cotangents& ct) -> Cotangents { return {ct[0]}; },
    });
    const Tensor y = f({random({1})});
    kept = y.detach();
    const NoGrad guard;
    element = view(y, 0);
  }
  CHECK(witness.use_count() == 1);
  CHECK(kept.item() == 5);
  CHECK(element.item() == 5);
}

TEST_CASE("a rule gets no operand that there is not") {
  const CustomFunction f = custom_function({
      .name = "greedy",
      .forward = [](Inputs, Outputs out) { out[0].as<double>()[0] = 1; },
      .vjp = [](const Record& r, const Cotangents&) -> Cotangents { return {r.input(1)}; },
  });
  CHECK_THROWS_WITH_AS(f({random({1})}).backward(), doctest::Contains("the rule asks for input 1"), GraphError);
}

TEST_CASE("without a rule results are constants") {
  const CustomFunction f = custom_function({.forward = [](Inputs, Outputs out) { out[0].as<double>()[0] = 1; }});
  CHECK_FALSE(f({random({1})}).requires_grad());
}

TEST_CASE("mistakes in custom functions are named") {
  CHECK_THROWS_WITH_AS(custom_function({.name = "empty", .forward = {}}), "empty: no forward", ValueError);
  CHECK_THROWS_WITH_AS(custom_function({.name = "none", .forward = [](Inputs, Outputs) {}, .outputs = 0}),
                       "none: the number of outputs is out of range: got 0, want 1 to 255", ValueError);
  const auto fill = [](Inputs, Outputs out) { out[0].as<double>()[0] = 1; };
  const CustomFunction count = custom_function({
      .name = "count",
      .forward = fill,
      .vjp = [](const Record&, const Cotangents&) -> Cotangents { return {}; },
  });
  CHECK_THROWS_AS(sum(count({random({1})})).backward(), GraphError);
  const CustomFunction shape = custom_function({
      .name = "shape",
      .forward = fill,
      .vjp = [](const Record&, const Cotangents&) -> Cotangents { return {zeros({2}, float64)}; },
  });
  CHECK_THROWS_AS(sum(shape({random({1})})).backward(), GraphError);
  const CustomFunction dtype = custom_function({
      .name = "dtype",
      .forward = fill,
      .vjp = [](const Record&, const Cotangents&) -> Cotangents { return {zeros({1}, float32)}; },
  });
  CHECK_THROWS_AS(sum(dtype({random({1})})).backward(), GraphError);
  CHECK_THROWS_AS(count({Tensor()}), ValueError);
  CHECK_THROWS_AS(count({}), ValueError);
}
