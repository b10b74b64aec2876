// The backward pass: what it accumulates where, what it may be asked twice, what it refuses.
// Not here: the rules of single ops (test_registry.cpp), sizes and memory (test_tape_size.cpp), versions
// (test_versions.cpp).
#include "support/error_text.hpp"
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/custom_function.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace xgrad;
using test::error_text;
using test::error_text_here;

namespace {

Tensor leaf(double value) { return tensor(value, {.dtype = float64, .requires_grad = true}); }
Tensor leaf(const std::vector<double>& values) { return tensor(values, {.requires_grad = true}); }
bool equals(const Tensor& x, const std::vector<double>& values) { return array_equal(x, tensor(values)); }

}  // namespace

TEST_CASE("backward accumulates into leaves") {
  const Tensor x = leaf({1, 2, 3}), c = tensor({4., 5., 6.}, float64);
  CHECK_FALSE(x.grad().defined());
  sum(x * c).backward();
  CHECK(equals(x.grad(), {4, 5, 6}));
  CHECK_FALSE(c.grad().defined());
  CHECK_FALSE(x.grad().requires_grad());
  sum(x * x).backward();
  CHECK(equals(x.grad(), {6, 9, 12}));
  Tensor again = x;  // the same leaf
  again.clear_grad();
  CHECK_FALSE(x.grad().defined());
  (x * c).backward(tensor({1., 10., 100.}, float64));
  CHECK(equals(x.grad(), {4, 50, 600}));
}

TEST_CASE("diamonds and repeated operands") {
  const Tensor x = leaf(3);
  const Tensor a = x * 2, b = x * x;
  ((a + b) * (a - b)).backward();  // 4 x^2 - x^4
  CHECK(x.grad().item() == 8 * 3 - 4 * 27);

  const Tensor y = leaf(2);
  (y * y * y + y + y).backward();
  CHECK(y.grad().item() == 14);

  // Both sides of an add get one cotangent; neither may be added to in place while the other is needed.
  const Tensor z = leaf({1, 2});
  const Tensor u = z * 3;
  sum((u + u) + (u + z)).backward();
  CHECK(equals(z.grad(), {10, 10}));

  // The same through views, whose cotangents share memory.
  const Tensor w = leaf({1, 2});
  sum((reshape(w, {1, 2}) + reshape(w, {1, 2})) * tensor({{5., 7.}}, float64)).backward();
  CHECK(equals(w.grad(), {10, 14}));
  const Tensor big = ones({100}, {.dtype = float64, .requires_grad = true});
  const Tensor cotangent = full({100}, 3.0, {.dtype = float64});
  (reshape(big, {100}) + reshape(big, {100})).backward(cotangent);
  CHECK(array_equal(big.grad(), full({100}, 6.0, {.dtype = float64})));
  CHECK(array_equal(cotangent, full({100}, 3.0, {.dtype = float64})));
}

TEST_CASE("a pass leaves the caller's cotangent alone") {
  for (const std::int64_t n : {1, 2, 4, 5, 100}) {
    const Tensor x = ones({n}, {.dtype = float64, .requires_grad = true});
    const Tensor cotangent = full({n}, 3.0, {.dtype = float64});
    (x + x).backward(cotangent);
    x.backward(cotangent);
    const Tensor before = x.grad();
    (x + reshape(x, {n})).backward(cotangent);
    CHECK(array_equal(cotangent, full({n}, 3.0, {.dtype = float64})));
    CHECK(array_equal(x.grad(), full({n}, 15.0, {.dtype = float64})));
    CHECK(array_equal(before, full({n}, 9.0, {.dtype = float64})));  // somebody held it, so it was not written to
  }
}

TEST_CASE("a leaf can be an output") {
  const Tensor x = leaf({1, 2});
  x.backward(tensor({3., 4.}, float64));
  CHECK(equals(x.grad(), {3, 4}));
  CHECK(equals(grad(x, x, {.cotangents = {tensor({5., 6.}, float64)}}), {5, 6}));
  const Tensor cotangent = leaf({7, 8});
  Tensor y = leaf({1, 1});
  y.backward(cotangent);
  CHECK_FALSE(y.grad().requires_grad());
  y.backward(cotangent);
  CHECK_FALSE(y.grad().requires_grad());
  CHECK(equals(y.grad(), {14, 16}));
}

TEST_CASE("retain_graph, and graphs that are used up") {
  const Tensor x = leaf(2);
  const Tensor y = exp(x) * x;
  y.backward({.retain_graph = true});
  y.backward({.retain_graph = true});
  y.backward();
  CHECK(x.grad().item() == doctest::Approx(9 * std::exp(2)));
  const int line = __LINE__ - 5;
  const std::string site = std::string(__FILE__) + ":" + std::to_string(line);
  const std::string text = error_text_here<GraphError>([&] { y.backward(); });
  CHECK(text == "backward: the graph was used up by an earlier backward pass: got to `multiply`, recorded at " + site +
                    ", want retain_graph = true in the earlier pass");
  CHECK(x.grad().item() == doctest::Approx(9 * std::exp(2)));  // nothing was added before the error
  CHECK(error_text<GraphError>([&] { grad(y, x); }).starts_with("backward: the graph was used up"));

  // grad uses up what it went through, and only that.
  const Tensor a = leaf(2), b = leaf(3);
  const Tensor shared = a * a, left = shared * b;
  CHECK(grad(left, b).item() == 4);
  CHECK(grad(shared, a).item() == 4);
}

TEST_CASE("several outputs") {
  const Tensor x = leaf({1, 2}), y = leaf(3);
  const Tensor a = x * y, b = sum(x);
  backward({a, b}, {tensor({1., 2.}, float64), Tensor()});
  CHECK(equals(x.grad(), {4, 7}));
  CHECK(y.grad().item() == 5);
  const Tensor c = x * y;
  const std::vector<Tensor> gradients = grad({c, c}, {x, y}, {.cotangents = {ones({2}, float64), ones({2}, float64)}});
  CHECK(equals(gradients[0], {6, 6}));
  CHECK(gradients[1].item() == 6);
}

TEST_CASE("grad: intermediates, repeated and unused inputs, nothing in leaves") {
  const Tensor x = leaf({1, 2}), unused = leaf(1);
  const Tensor y = x * 3, z = sum(y * y);
  const std::vector<Tensor> gradients = grad(z, {y, x, y}, {.retain_graph = true});
  CHECK(equals(gradients[0], {6, 12}));
  CHECK(equals(gradients[1], {18, 36}));
  CHECK(equals(gradients[2], {6, 12}));
  CHECK(grad(z, z, {.retain_graph = true}).item() == 1);
  CHECK_FALSE(x.grad().defined());
  CHECK_FALSE(unused.grad().defined());

  CHECK(error_text_here<GraphError>([&] {
          grad(z, {x, unused}, {.retain_graph = true});
        }) == "grad: the outputs do not depend on input 1; allow_unused = true permits that; operands () float64");
  const std::vector<Tensor> allowed = grad(z, {x, unused}, {.retain_graph = true, .allow_unused = true});
  CHECK(equals(allowed[0], {18, 36}));
  CHECK_FALSE(allowed[1].defined());
  // An intermediate that is recorded later than the output cannot matter to it.
  const Tensor later = y * 2;
  CHECK_FALSE(grad(z, std::vector<Tensor>{later}, {.retain_graph = true, .allow_unused = true})[0].defined());
}

TEST_CASE("grad by nothing: the checks, and no derivatives") {
  const Tensor x = leaf({1, 2}), z = sum(x * x);
  const std::vector<Tensor> none = grad(z, {});
  CHECK(none.empty());
  CHECK(grad(z, {}, {.retain_graph = true}).empty());
  CHECK(grad({z, z}, {}).empty());
  CHECK(grad(z, x).shape() == Shape{2});  // nothing was used up
  CHECK(error_text_here<ShapeError>([&] {
          grad(x, {});
        }).starts_with("grad: only an output of one element has a default cotangent"));
  CHECK(error_text_here<GraphError>([&] {
          grad(ones({}), {});
        }).starts_with("grad: the output depends on no tensor that requires a gradient"));
  CHECK(error_text_here<ValueError>([&] { grad({}, {}); }) == "grad: the output is an undefined tensor");
}

TEST_CASE("results of grad can be written to: they share memory with nobody") {
  const Tensor x = leaf({1, 2}), y = leaf({3, 4}), c = tensor({5., 6.}, float64);
  const auto check = [&](const std::vector<Tensor>& results, const std::vector<std::vector<double>>& values) {
    REQUIRE(results.size() == values.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      CHECK(equals(results[i], values[i]));
      add_(results[i], 100);
    }
    for (std::size_t i = 0; i < results.size(); ++i) CHECK(equals(results[i] - 100, values[i]));
    CHECK(equals(c, {5, 6}));
    CHECK(equals(x.detach(), {1, 2}));
  };
  check(grad({x + y}, {x, y, x}, {.cotangents = {c}}), {{5, 6}, {5, 6}, {5, 6}});
  check({grad(x, x, {.cotangents = {c}})}, {{5, 6}});
  const Tensor z = x * y, loss = sum(z + x);
  check(grad(loss, {z, z, x}, {.retain_graph = true}), {{1, 1}, {1, 1}, {4, 5}});
  check({grad({sum(x * c), sum(y)}, {x, y})[0]}, {{5, 6}});
  // Large ones, whose memory lies beside their states.
  const Tensor big = ones({100}, {.dtype = float64, .requires_grad = true});
  const std::vector<Tensor> both = grad({big + big}, {big, big}, {.cotangents = {ones({100}, float64)}});
  fill_(both[0], 7);
  CHECK(array_equal(both[1], full({100}, 2.0, {.dtype = float64})));
  // A cotangent that requires a gradient, without and with a graph.
  const Tensor k = leaf({5, 6});
  const Tensor plain = grad(x + y, x, {.cotangents = {k}});
  CHECK_FALSE(plain.requires_grad());
  add_(plain, 1);
  CHECK_FALSE(grad(x + y, x, {.cotangents = {k * 2}}).requires_grad());
  const std::vector<Tensor> twice = grad({x + y}, {x, x}, {.cotangents = {k}, .create_graph = true});
  CHECK(equals(grad(sum(twice[0] * 3 + twice[1]), k), {4, 4}));
  CHECK(equals(k.detach(), {5, 6}));
}

TEST_CASE("results of grad by one tensor twice stay in the graph") {
  const Tensor x = leaf({1, 2});
  const std::vector<Tensor> twice = grad(sum(x * x * x), {x, x}, {.create_graph = true});
  CHECK(equals(twice[0], {3, 12}));
  CHECK(equals(twice[1], {3, 12}));
  CHECK(equals(grad(sum(twice[0] + twice[1]), x), {12, 24}));
}

TEST_CASE("structural zeros are zeros to the user") {
  const Tensor x = leaf({-1, 0, 2});
  CHECK(equals(grad(sum(sign(x)), x), {0, 0, 0}));
  const Tensor y = leaf({1, 2, 3});
  const std::vector<Tensor> gradients = grad(sum(sign(x) * y), {x, y});
  CHECK(equals(gradients[0], {0, 0, 0}));
  CHECK(equals(gradients[1], {-1, 0, 1}));
  const Tensor z = leaf({1, 2});
  sum(sign(z)).backward();  // must not throw; whether zeros or nothing arrive is not promised
  sum(sign(z) + z).backward();
  CHECK(equals(z.grad(), {1, 1}));
}

TEST_CASE("third derivatives") {
  const Tensor x = leaf({0.5, -1.25});
  const Tensor y = sum(sin(x) * x);
  const Tensor first = grad(y, x, {.create_graph = true});
  CHECK(first.requires_grad());
  const Tensor second = grad(sum(first), x, {.create_graph = true});
  const Tensor third = grad(sum(second), x);
  CHECK_FALSE(third.requires_grad());
  for (int i = 0; i < 2; ++i) {
    const double v = view(x.detach(), i).item();
    CHECK(view(first.detach(), i).item() == doctest::Approx(std::sin(v) + v * std::cos(v)));
    CHECK(view(second.detach(), i).item() == doctest::Approx(2 * std::cos(v) - v * std::sin(v)));
    CHECK(view(third, i).item() == doctest::Approx(-3 * std::sin(v) - v * std::cos(v)));
  }
  CHECK_FALSE(x.grad().defined());
  // A gradient penalty: the first gradient is part of what is differentiated.
  const Tensor w = leaf(2);
  const Tensor slope = grad(w * w * w, w, {.create_graph = true});  // 3 w^2
  (slope * slope).backward();                                       // 9 w^4
  CHECK(w.grad().item() == 36 * 8);
}

TEST_CASE("jvp by two vjps") {
  const Tensor x = leaf({1, 2, 3});
  const Tensor y = x * x * x;
  const Tensor u = leaf({0, 0, 0});
  const Tensor pullback = grad(y, x, {.cotangents = {u}, .create_graph = true});
  CHECK(equals(grad(pullback, u, {.cotangents = {tensor({1., 1., 2.}, float64)}}), {3, 12, 54}));
}

TEST_CASE("what takes no part in differentiation") {
  const Tensor x = leaf({1, 2});
  const Tensor d = x.detach();
  CHECK_FALSE(d.requires_grad());
  CHECK(d.is_leaf());
  CHECK(d.data<double>() == x.data<double>());
  sum(x * d).backward();
  CHECK(equals(x.grad(), {1, 2}));

  CHECK_FALSE((x > 0).requires_grad());
  CHECK_FALSE(astype(x, int64).requires_grad());
  CHECK(astype(x, float32).requires_grad());
  CHECK_FALSE((d * 2).requires_grad());
  CHECK((d * 2).is_leaf());
  CHECK_FALSE((x * 2).is_leaf());
  // A leaf switched off later was still recorded.
  Tensor w = leaf(3);
  const Tensor y = w * w;
  w.set_requires_grad(false);
  CHECK_FALSE((w * w).requires_grad());
  y.backward();
  CHECK(w.grad().item() == 6);
}

TEST_CASE("gradients have the dtype and shape of their inputs") {
  const Tensor x = ones({3}, {.dtype = float32, .requires_grad = true});
  const Tensor y = ones({2, 3}, {.dtype = float64, .requires_grad = true});
  sum(x * y).backward();
  CHECK(array_equal(x.grad(), full({3}, 2, {.dtype = float32})));
  CHECK(array_equal(y.grad(), ones({2, 3}, float64)));
  const Tensor s = leaf(2);
  sum(s * y).backward();
  CHECK(s.grad().shape() == Shape{});
  CHECK(s.grad().item() == 6);
}

TEST_CASE("gradients of leaves are row-major and share memory with nobody") {
  const Tensor x = ones({2, 3}, {.dtype = float64, .requires_grad = true});
  sum(transpose(x)).backward();
  CHECK(x.grad().is_contiguous());
  const Tensor a = ones({2}, {.dtype = float64, .requires_grad = true});
  const Tensor b = ones({2}, {.dtype = float64, .requires_grad = true});
  sum(a + b).backward();
  multiply_(a.grad(), 5);
  CHECK(equals(b.grad(), {1, 1}));
  Tensor y = leaf({1, 2});
  y.set_grad(tensor({1., 1.}, float64));
  sum(y * 2).backward();
  CHECK(equals(y.grad(), {3, 3}));
}

TEST_CASE("the tape's refusals") {
  const Tensor x = leaf({1, 2}), constant = ones({2}, float64);
  CHECK(
      error_text_here<ShapeError>([&] { (x * 2).backward(); }) ==
      "backward: only an output of one element has a default cotangent: got (2,) float64, want sum() or mean() first, "
      "or a cotangent");
  CHECK(error_text_here<ShapeError>([&] { (x * 2).backward(ones({3}, float64)); }) ==
        "backward: the cotangent does not fit the output: got (3,) float64, want (2,) float64");
  CHECK(error_text_here<DtypeError>([&] { (x * 2).backward(ones({2}, float32)); }) ==
        "backward: the cotangent does not fit the output: got (2,) float32, want (2,) float64");
  CHECK(error_text_here<GraphError>([&] { sum(constant).backward(); }) ==
        "backward: the output depends on no tensor that requires a gradient; operands () float64");
  CHECK(error_text_here<GraphError>([&] { grad(sum(x), constant); }) ==
        "grad: an input does not require a gradient; operands (2,) float64");
  CHECK(error_text_here<ValueError>([&] { grad(sum(x), Tensor()); }) == "grad: an input is an undefined tensor");
  CHECK(error_text_here<ValueError>([&] { grad(Tensor(), x); }) == "grad: the output is an undefined tensor");
  CHECK(error_text_here<ValueError>([&] {
          backward({sum(x), sum(x)}, {ones({}, float64)});
        }) == "backward: one cotangent for each output: got 1, want 2");
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("a rule cannot differentiate the graph that is being differentiated") {
  const Tensor x = leaf({1, 2});
  const Tensor inner = sum(x * x);
  Tensor whole;
  const CustomFunction greedy = custom_function({
      .name = "greedy",
      .forward = [](Inputs in, Outputs out) { *out[0].as<double>() = *in[0].as<const double>(); },
      .vjp = [&](const Record&, const Cotangents& ct) -> Cotangents {
        grad(whole, x);
        return {ct[0]};
      },
  });
  whole = greedy({inner});
  const std::string text = error_text<GraphError>([&] { whole.backward({.retain_graph = true}); });
  CHECK(text.starts_with("backward: this part of the graph is being differentiated by an outer pass; at "));
  CHECK_FALSE(x.grad().defined());
  // Another graph is fine, and so is the same one afterwards.
  const Tensor y = leaf(3);
  const Tensor other = y * y;
  const CustomFunction modest = custom_function({
      .name = "modest",
      .forward = [](Inputs in, Outputs out) { *out[0].as<double>() = *in[0].as<const double>(); },
      .vjp = [&](const Record&, const Cotangents& ct) -> Cotangents { return {ct[0] * grad(other, y).item()}; },
  });
  modest({inner}).backward();
  CHECK(equals(x.grad(), {12, 24}));
}

TEST_CASE("leaf gradients by hand") {
  Tensor x = leaf({1, 2});
  CHECK(error_text_here<ShapeError>([&] { x.set_grad(ones({3}, float64)); }) ==
        "set_grad: the gradient does not fit: got (3,) float64, want (2,) float64");
  CHECK(error_text_here<DtypeError>([&] { x.set_grad(ones({2}, float32)); }) ==
        "set_grad: the gradient does not fit: got (2,) float32, want (2,) float64");
  Tensor y = x * 2;
  CHECK(error_text_here<GraphError>([&] { y.set_grad(ones({2}, float64)); }) ==
        "set_grad: only leaves have gradients; operands (2,) float64");
  CHECK(error_text_here<GraphError>([&] { y.set_requires_grad(); }) ==
        "set_requires_grad: only leaves can be switched: got the result of `multiply`, want detach() first; operands "
        "(2,) float64");
  Tensor i = ones({2}, int64);
  CHECK(error_text_here<DtypeError>([&] { i.set_requires_grad(); }) ==
        "set_requires_grad: only floating tensors have gradients: got int64, want float32 or float64; operands (2,) "
        "int64");
}
