// gradcheck, gradgradcheck and the checks of the registry test: right rules pass, rules wrong by 0.1 % do not.
// Not here: the rules of the library's own ops (test_registry.cpp).
#include "autodiff/wrong_ops.hpp"
#include "reference/elementwise.hpp"
#include "support/check_op.hpp"
#include "support/error_text.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/gradcheck.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

using namespace xgrad;
using test::error_text;
using test::error_text_here;
using test::wrong::Mistake;

namespace {

using Tensors = std::vector<Tensor>;

Tensor leaf(const Shape& shape, int seed = 0) { return test::values(shape, -2, 2, seed).set_requires_grad(); }

auto square_with(Mistake mistake) {
  return [mistake](const Tensors& v) { return test::wrong::square(mistake, v[0]); };
}

Tensor dot(const Tensors& v) { return sum(v[0] * v[1]); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Everything that is right about square, to be broken by one mistake.
test::OpSamples square_samples(Mistake mistake) {
  test::OpSamples known{"test:square", 0.5001, 0.5001, {}, {}};
  for (const Shape& shape : std::vector<Shape>{{5}, {2, 3}})
    known.samples.push_back({xgrad::to_string(shape),
                             {test::values(shape)},
                             [mistake](const Tensors& v) { return test::wrong::square(mistake, v[0]); },
                             [](const test::Refs& v) { return test::reference::square(v[0]); }});
  known.errors.push_back(test::fails<ValueError>(
      "undefined", [] { test::wrong::square(Mistake::none, Tensor()); },
      "test:square: operand 0 is an undefined tensor; at HERE"));
  return known;
}

}  // namespace

TEST_CASE("gradcheck: right gradients pass") {
  const Tensor x = leaf({2, 3}), w = leaf({3, 4}, 1), b = leaf({4}, 2);
  CHECK(gradcheck([](const Tensors& v) { return sin(v[0]); }, {x}).ok);
  CHECK(gradcheck([](const Tensors& v) { return tanh(linear(v[0], transpose(v[1]), v[2])); }, {x, w, b}));
  CHECK(gradgradcheck([](const Tensors& v) { return tanh(linear(v[0], transpose(v[1]), v[2])); }, {x, w, b}));
  CHECK(gradcheck(dot, {x, x}));
  CHECK(gradgradcheck(dot, {x, leaf({2, 3}, 5)}));
  // Several outputs, one of them neither floating nor differentiable, one constant.
  const auto several = [](const Tensors& v) -> Tensors { return {exp(v[0]), v[0] > 0, sum(v[1]), ones({2}, float64)}; };
  CHECK(gradcheck(several, {x, w}));
  CHECK(gradgradcheck(several, {x, w}));
  // Inputs that need no gradient may have any dtype.
  CHECK(gradcheck([](const Tensors& v) { return where(v[0], v[1], v[1] * 3); }, {test::bools({2, 3}), x}));
  CHECK(gradcheck([](const Tensors& v) { return v[0] * astype(v[1], float64); }, {x, ones({3})}));
  // 0-d, empty and strided inputs; large and small values.
  CHECK(gradcheck([](const Tensors& v) { return v[0] * v[0] + sum(v[1]); }, {leaf({}), leaf({0, 3})}));
  CHECK(gradcheck([](const Tensors& v) { return exp(v[0]); }, {transpose(x)}));
  CHECK(gradcheck([](const Tensors& v) { return log(v[0]); },
                  {tensor({0.01, 1., 1e3}, {.dtype = float64, .requires_grad = true})}));
  // It needs no graph around it and leaves none behind.
  const NoGrad guard;
  CHECK(gradcheck([](const Tensors& v) { return sin(v[0]); }, {x}));
  CHECK(gradgradcheck([](const Tensors& v) { return sin(v[0]); }, {x}));
  CHECK_FALSE(is_grad_enabled());
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("gradcheck: functions that differentiate inside") {
  const auto penalty = [](const Tensors& v) {
    const Tensor y = sum(sin(v[0]) * v[0]);
    return sum(square(grad(y, v[0], {.create_graph = true})));
  };
  CHECK(gradcheck(penalty, {leaf({3})}));
  CHECK(gradgradcheck(penalty, {leaf({3})}));
}

TEST_CASE("gradcheck: a rule wrong by 0.1 % is found and named") {
  const Tensor x = tensor({1., 2., 3.}, {.dtype = float64, .requires_grad = true});
  const std::string text = error_text<GradcheckError>([&] { gradcheck(square_with(Mistake::first_order), {x}); });
  CHECK(contains(text, "gradcheck: the derivative of output 0 (`test:square` at "));
  CHECK(contains(text, ") [2] by input 0 [2] is wrong: got 6.006, want 6"));
  CHECK(contains(text, " by central differences; 3 of 9 entries are wrong, this one the most; at "));
  CHECK(contains(text, "test_gradcheck.cpp:"));

  const GradcheckResult result = gradcheck(square_with(Mistake::one_element), {leaf({2, 3})}, {.raise = false});
  CHECK_FALSE(result.ok);
  CHECK(contains(result.message, "[1, 2] by input 0 [1, 2] is wrong"));
  CHECK(contains(result.message, "1 of 36 entries"));
  CHECK(gradcheck(square_with(Mistake::none), {x}).message.empty());
  CHECK_FALSE(gradcheck(square_with(Mistake::no_gradient), {x}, {.raise = false}));
  // The second input alone is at fault.
  const auto second = [](const Tensors& v) { return v[0] + test::wrong::square(Mistake::first_order, v[1]); };
  CHECK(contains(gradcheck(second, {x, x}, {.raise = false}).message, "by input 1 ["));
  // Wider bounds accept it.
  CHECK(gradcheck(square_with(Mistake::first_order), {x}, {.rtol = 1e-2}));
}

TEST_CASE("gradgradcheck: a second derivative wrong by 0.1 % is found, though the first is right") {
  const Tensor x = tensor({1., 2., 3.}, {.dtype = float64, .requires_grad = true});
  CHECK(gradcheck(square_with(Mistake::second_order), {x}));
  const std::string text = error_text<GradcheckError>([&] { gradgradcheck(square_with(Mistake::second_order), {x}); });
  CHECK(contains(text, "gradgradcheck: the derivative of the gradient (of `test:square` at "));
  CHECK(contains(text, "with respect to input 0 ["));
  CHECK(contains(text, "] by input 0 ["));
  CHECK(contains(text, "3 of 18 entries are wrong"));
  CHECK(gradgradcheck(square_with(Mistake::none), {x}));
  // Not linear in the cotangent: the first order finds it, too, as it takes cotangents of 0 and 1.
  CHECK_FALSE(gradcheck(square_with(Mistake::constant_added), {x}, {.raise = false}));
}

TEST_CASE("gradcheck: rules wrong in shape, dtype or number are errors of the tape") {
  const Tensor x = leaf({3});
  const auto text = [&](Mistake mistake) {
    return error_text<GraphError>([&] { gradcheck(square_with(mistake), {x}); });
  };
  CHECK(
      contains(text(Mistake::shape),
               "test:square: the rule returned a cotangent that does not fit operand 0: got (1, 3) float64, want (3,) "
               "float64; at "));
  CHECK(contains(text(Mistake::dtype), "got (3,) float32, want (3,) float64; at "));
  CHECK(contains(text(Mistake::too_many), "test:square: the rule returned 2 cotangents, want 1; at "));
  // The axes that an op broadcast are summed, but a rule cannot make up axes of its own.
  const Tensor a = leaf({3}), b = leaf({1});
  CHECK(contains(error_text<GraphError>([&] { sum(test::wrong::add_with_extra_axis(a, b)).backward(); }),
                 "the rule returned a cotangent that does not fit operand 0: got (2, 3) float64, want (3,) float64"));
}

TEST_CASE("gradcheck: misuse") {
  const Tensor x = leaf({2});
  const auto sine = [](const Tensors& v) { return sin(v[0]); };
  CHECK(error_text_here<DtypeError>([&] { gradcheck(sine, {ones({2}, {.requires_grad = true})}); }) ==
        "gradcheck: central differences need float64: got (2,) float32 as input 0; .to(float64) converts");
  CHECK(error_text_here<ValueError>([&] { gradcheck(sine, {ones({2}, float64)}); }) ==
        "gradcheck: no input requires a gradient: want set_requires_grad() on one or more");
  CHECK(error_text_here<ValueError>([&] { gradcheck(sine, {}); }) ==
        "gradcheck: no input requires a gradient: want set_requires_grad() on one or more");
  CHECK(error_text_here<ValueError>([&] { gradcheck(sine, {Tensor()}); }) == "gradcheck: input 0 is undefined");
  CHECK(error_text_here<DtypeError>([&] { gradcheck([](const Tensors& v) { return astype(v[0], float32); }, {x}); }) ==
        "gradcheck: central differences need float64: got (2,) float32 as output 0");
  CHECK(error_text_here<ValueError>([&] { gradcheck([](const Tensors& v) { return v[0] > 0; }, {x}); }) ==
        "gradcheck: the function has no floating output");
  CHECK(error_text_here<ValueError>([&] { gradcheck([](const Tensors&) { return Tensor(); }, {x}); }) ==
        "gradcheck: output 0 is undefined");
  CHECK(error_text_here<ValueError>([&] { gradcheck([&](const Tensors&) { return sin(x); }, {x}); }) ==
        "gradcheck: the function does not use its arguments: want it to compute with them alone");
  CHECK(error_text_here<ValueError>([&] {
          gradcheck(
              [](const Tensors& v) {
                fill_(v[0].detach(), 1);
                return sin(v[0]);
              },
              {x});
        }) == "gradcheck: the function overwrites its input 0");
  double calls = 0;
  CHECK(error_text_here<ValueError>([&] { gradcheck([&](const Tensors& v) { return v[0] * ++calls; }, {x}); }) ==
        "gradcheck: the function gives a different result each time");
  // Outputs that depend on the values: the steps around 1 make 3 elements or outputs where 1 makes 2.
  const Tensor one = tensor({1., 1., 1.}, {.dtype = float64, .requires_grad = true});
  const auto count = [](const Tensors& v) { return v[0].data<double>()[0] > 1 ? 3 : 2; };
  const std::string depends = " depends on the values of the inputs: got ";
  CHECK(error_text_here<ValueError>([&] {
          gradcheck([&](const Tensors& v) { return slice(v[0], 0, 0, count(v)); }, {one});
        }) == "gradcheck: the shape or dtype of output 0" + depends + "(3,) float64 beside (2,) float64");
  CHECK(error_text_here<ValueError>([&] {
          gradcheck([&](const Tensors& v) { return Tensors(static_cast<std::size_t>(count(v)), sin(v[0])); }, {one});
        }) == "gradcheck: the number of outputs" + depends + "3 beside 2");
  CHECK_THROWS_AS(gradcheck(
                      [&](const Tensors& v) {
                        return Tensors{sin(v[0]), count(v) == 3 ? v[0].detach() : v[0] > 0};
                      },
                      {one}),
                  ValueError);
  CHECK_THROWS_AS(gradgradcheck([&](const Tensors& v) { return slice(v[0], 0, 0, count(v)); }, {one}), Error);
  CHECK(error_text_here<ValueError>([&] { gradgradcheck(sine, {ones({2}, float64)}); }) ==
        "gradgradcheck: no input requires a gradient: want set_requires_grad() on one or more");
  // A slope of infinity agrees with nothing.
  CHECK_FALSE(gradcheck([](const Tensors& v) { return sqrt(v[0]); },
                        {tensor({0.}, {.dtype = float64, .requires_grad = true})}, {.raise = false}));
}

TEST_CASE("the registry's checks accept a right op and find each mistake") {
  const auto check = [](Mistake mistake) {
    return test::check_op(test::wrong::op(mistake), square_samples(mistake)).problems;
  };
  CHECK(check(Mistake::none).empty());
  const auto finds = [&](Mistake mistake, const std::string& part) {
    for (const std::string& problem : check(mistake))
      if (contains(problem, part)) return true;
    return false;
  };
  CHECK(finds(Mistake::first_order, "gradcheck: the derivative of"));
  CHECK(finds(Mistake::second_order, "gradgradcheck: the derivative of"));
  CHECK(finds(Mistake::one_element, "gradcheck: the derivative of"));
  CHECK(finds(Mistake::no_gradient, "gradcheck: the derivative of"));
  CHECK(finds(Mistake::shape, "does not fit operand 0"));
  CHECK(finds(Mistake::dtype, "does not fit operand 0"));
  CHECK(finds(Mistake::too_many, "returned 2 cotangents"));
  CHECK(finds(Mistake::ignores_strides, "another result for steps of two, operand 0"));
  CHECK(finds(Mistake::rounds, "ulps"));
  CHECK(finds(Mistake::writes_operand, "operand 0 was changed"));
  CHECK(finds(Mistake::result_dtype, "dtype float64, want float32"));
  CHECK(finds(Mistake::constant_added, "a zero cotangent gives"));
  CHECK(finds(Mistake::reads_unsaved, "the rule asks for input 0, which the op did not save"));
  CHECK(finds(Mistake::reads_unsaved_output, "the rule asks for the output, which the op did not save"));
}

TEST_CASE("the registry's checks find what is missing, and operands that depend on each other") {
  const auto problem = [](const test::OpSamples& known) {
    const std::vector<std::string> problems = test::check_op(test::wrong::op(Mistake::none), known).problems;
    return problems.empty() ? std::string() : problems[0];
  };
  test::OpSamples known = square_samples(Mistake::none);
  known.samples.clear();
  CHECK(problem(known) == "test:square has no samples");
  known = square_samples(Mistake::none);
  known.errors.clear();
  CHECK(problem(known) == "test:square has no error samples");
  known = square_samples(Mistake::none);
  known.samples[0].reference = nullptr;
  CHECK(problem(known) == "test:square has no reference");
  known = square_samples(Mistake::none);
  known.errors[0].text = "another";
  CHECK(contains(problem(known), "error sample undefined: got \"test:square: operand 0"));
  known.errors[0].call = [] {};
  CHECK(contains(problem(known), "threw nothing"));
  known = square_samples(Mistake::none);
  known.errors[0].type = &typeid(ShapeError);
  CHECK(contains(problem(known), "another type"));
  known = square_samples(Mistake::none);
  known.samples[0].call = [](const Tensors& v) { return v[0] * v[0]; };
  CHECK(contains(problem(known), "the call does not use this op"));

  test::OpSamples both{"needing both", 1, 1, {}, square_samples(Mistake::none).errors};
  both.samples.push_back({"(3,)",
                          {test::values({3}), test::values({3}, -2, 2, 1)},
                          [](const Tensors& v) { return test::wrong::add_needing_both(v[0], v[1]); },
                          [](const test::Refs& v) { return test::reference::add(v[0], v[1]); }});
  const std::vector<std::string> problems = test::check_op(test::wrong::op_needing_both(), both).problems;
  REQUIRE(problems.size() == 1);
  CHECK(contains(problems[0], "operand 1 has another gradient when no other operand has one"));
}
