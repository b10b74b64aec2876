// What every optimizer does alike: layouts, conversions, missing gradients, versions.
// Not here: the update rules (test_recurrences.cpp), groups (test_groups.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "support/error_text.hpp"
#include "support/layouts.hpp"

using namespace xgrad;

namespace {

using Pointer = std::unique_ptr<optim::Optimizer>;

struct Kind {
  const char* name;
  Pointer (*make)(std::vector<Tensor>);
};

template <class Optimizer, class Options>
Pointer make(std::vector<Tensor> parameters, Options options) {
  return std::make_unique<Optimizer>(std::move(parameters), options);
}

// With options that use all kernels and all state.
const Kind kinds[] = {
    {"SGD", [](std::vector<Tensor> p) { return make<optim::SGD>(p, optim::SGDOptions{.lr = 0.1}); }},
    {"SGD with momentum",
     [](std::vector<Tensor> p) {
       return make<optim::SGD>(p, optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .weight_decay = 0.1, .nesterov = true});
     }},
    {"Adagrad",
     [](std::vector<Tensor> p) { return make<optim::Adagrad>(p, optim::AdagradOptions{.lr = 0.1, .lr_decay = 0.1}); }},
    {"Adadelta",
     [](std::vector<Tensor> p) { return make<optim::Adadelta>(p, optim::AdadeltaOptions{.weight_decay = 0.1}); }},
    {"RMSprop", [](std::vector<Tensor> p) { return make<optim::RMSprop>(p, optim::RMSpropOptions{.lr = 0.1}); }},
    {"RMSprop with momentum",
     [](std::vector<Tensor> p) { return make<optim::RMSprop>(p, optim::RMSpropOptions{.lr = 0.1, .momentum = 0.9}); }},
    {"RMSprop, centered",
     [](std::vector<Tensor> p) {
       return make<optim::RMSprop>(p, optim::RMSpropOptions{.lr = 0.1, .eps = 0.1, .centered = true});
     }},
    {"RMSprop, centered, with momentum",
     [](std::vector<Tensor> p) {
       return make<optim::RMSprop>(p, optim::RMSpropOptions{.lr = 0.1, .eps = 0.1, .momentum = 0.9, .centered = true});
     }},
    {"Adam", [](std::vector<Tensor> p) { return make<optim::Adam>(p, optim::AdamOptions{.weight_decay = 0.1}); }},
    {"Adam, amsgrad", [](std::vector<Tensor> p) { return make<optim::Adam>(p, optim::AdamOptions{.amsgrad = true}); }},
    {"AdamW", [](std::vector<Tensor> p) { return make<optim::AdamW>(p, optim::AdamWOptions{.lr = 0.1}); }},
};

Tensor leaf(const Tensor& values) {
  Tensor result = values;
  return result.set_requires_grad();
}

bool same_bits(const Tensor& a, const Tensor& b) {
  const NoGrad guard;
  const Tensor x = contiguous(a), y = contiguous(b);
  const std::size_t bytes = static_cast<std::size_t>(x.size()) * (x.dtype() == float32 ? 4 : 8);
  return x.shape() == y.shape() && x.dtype() == y.dtype() && std::memcmp(x.array().data, y.array().data, bytes) == 0;
}

std::vector<Tensor> gradients(const Shape& shape, Dtype dtype, int count) {
  const DefaultDtype guard(dtype);
  std::vector<Tensor> result;
  for (int i = 0; i < count; ++i) result.push_back(randn(shape));
  return result;
}

}  // namespace

TEST_CASE("strided parameters and gradients give the same bits as contiguous ones") {
  manual_seed(1);
  for (const Dtype dtype : {float32, float64}) {
    for (const Shape& shape : {Shape{7, 5}, Shape{3}, Shape{}, Shape{4, 0}, Shape{2, 3, 11}}) {
      const std::vector<Tensor> given = gradients(shape, dtype, 6);
      for (const Kind& kind : kinds) {
        Tensor plain = leaf(clone(given[5]));
        const Pointer reference = kind.make({plain});
        for (int step = 0; step < 5; ++step) {
          plain.set_grad(given[static_cast<std::size_t>(step)]);
          reference->step();
        }
        if (plain.size() > 0) CHECK_FALSE(same_bits(plain, given[5]));
        for (const test::Layout layout : test::layouts) {
          Tensor strided = leaf(test::with_layout(given[5], layout)), other = leaf(clone(given[5]));
          const Pointer optimizer = kind.make({strided, other});
          for (int step = 0; step < 5; ++step) {
            const Tensor& gradient = given[static_cast<std::size_t>(step)];
            strided.set_grad(gradient);
            other.set_grad(test::with_layout(gradient, layout));
            optimizer->step();
          }
          CHECK_MESSAGE(same_bits(strided, plain), kind.name, ", parameter: ", test::name(layout));
          CHECK_MESSAGE(same_bits(other, plain), kind.name, ", gradient: ", test::name(layout));
        }
      }
    }
  }
}

TEST_CASE("a gradient that lies in the parameter's memory is read before the parameter is written") {
  for (const Kind& kind : kinds) {
    const Tensor start = tensor({{1., 2., 3.}, {4., 5., 6.}, {7., 8., 9.}});
    Tensor p = leaf(clone(start)), q = leaf(clone(start));
    p.set_grad(transpose(p.detach()));
    q.set_grad(transpose(start));
    kind.make({p})->step();
    kind.make({q})->step();
    CHECK_MESSAGE(same_bits(p, q), kind.name);
  }
}

TEST_CASE("gradients are read, never written; no operation is recorded") {
  for (const Kind& kind : kinds) {
    Tensor p = leaf(tensor({1.0, 2.0, -3.0}));
    const Pointer optimizer = kind.make({p});
    sum(p * p).backward();
    const Tensor before = clone(p.grad());
    const std::uint32_t version = p.grad().version();
    optimizer->step();
    optimizer->step();
    CHECK(array_equal(p.grad(), before));
    CHECK(p.grad().version() == version);
    CHECK(p.is_leaf());
    CHECK(p.requires_grad());
    CHECK_FALSE(array_equal(p, tensor({1.0, 2.0, -3.0})));
    optimizer->zero_grad();
    CHECK_FALSE(p.grad().defined());
  }
}

TEST_CASE("a parameter without gradient stays, and its first update is a first one") {
  for (const Kind& kind : kinds) {
    Tensor p = leaf(tensor({1.0, 2.0})), late = leaf(tensor({3.0})), fresh = leaf(tensor({3.0}));
    const Pointer optimizer = kind.make({p, late});
    p.set_grad(tensor({1.0, -1.0}));
    for (int step = 0; step < 3; ++step) optimizer->step();
    CHECK(late.item() == 3);
    late.set_grad(tensor({0.5}));
    fresh.set_grad(tensor({0.5}));
    optimizer->step();
    kind.make({fresh})->step();
    CHECK_MESSAGE(same_bits(late, fresh), kind.name);
  }
}

TEST_CASE("a frozen parameter stays, although it keeps its gradient, and so does its state") {
  for (const Kind& kind : kinds) {
    Tensor p = leaf(tensor({1.0, 2.0})), frozen = leaf(tensor({3.0})), never = leaf(tensor({3.0}));
    const Pointer optimizer = kind.make({p, frozen}), reference = kind.make({never});
    p.set_grad(tensor({1.0, -1.0}));
    frozen.set_grad(tensor({0.5}));
    never.set_grad(tensor({0.5}));
    optimizer->step();
    reference->step();
    frozen.set_requires_grad(false);
    const Tensor before = clone(p.detach());
    for (int step = 0; step < 3; ++step) optimizer->step();
    CHECK_FALSE(array_equal(p, before));
    CHECK_MESSAGE(same_bits(frozen, never), kind.name);
    CHECK(frozen.grad().item() == 0.5);
    frozen.set_requires_grad();
    optimizer->step();
    reference->step();
    CHECK_MESSAGE(same_bits(frozen, never), kind.name);
    frozen.set_requires_grad(false);
    optimizer->zero_grad();
    CHECK_FALSE(frozen.grad().defined());
  }
}

TEST_CASE("state follows a model that is converted between steps") {
  manual_seed(2);
  const std::vector<Tensor> given = gradients({5}, float32, 6);
  for (const Kind& kind : kinds) {
    // What comes before the conversion is the same; after it, the state goes on in float64.
    const auto end = [&](int convert_at) {
      Tensor p = leaf(clone(given[5]));
      const Pointer optimizer = kind.make({p});
      for (int step = 0; step < 5; ++step) {
        if (step == convert_at) {
          optimizer->zero_grad();
          p.set_data(p.detach().to(float64));
        }
        p.set_grad(given[static_cast<std::size_t>(step)].to(p.dtype()));
        optimizer->step();
      }
      return p.detach();
    };
    const Tensor wide = end(0), narrow = end(-1);
    CHECK(wide.dtype() == float64);
    CHECK(narrow.dtype() == float32);
    for (const int step : {1, 3}) {
      const Tensor mixed = end(step);
      CHECK(mixed.dtype() == float64);
      CHECK_MESSAGE(allclose(mixed, wide, 1e-5, 1e-6), kind.name);
    }
    CHECK_MESSAGE(allclose(narrow.to(float64), wide, 1e-5, 1e-6), kind.name);
  }
}

TEST_CASE("a step is a write that backward notices, in every layout") {
  for (const Kind& kind : kinds) {
    for (const bool transposed : {false, true}) {
      const Tensor values = tensor({{1., 2.}, {3., 4.}});
      Tensor p = leaf(transposed ? test::with_layout(values, test::Layout::transposed) : values);
      p.set_grad(ones({2, 2}));
      const Tensor loss = sum(square(p));
      kind.make({p})->step();
      CHECK_THROWS_AS(loss.backward(), VersionError);
    }
  }
}

TEST_CASE("an optimizer can be moved, not copied") {
  static_assert(!std::is_copy_constructible_v<optim::Adam> && !std::is_copy_assignable_v<optim::Adam>);
  Tensor p = leaf(tensor({1.0})), q = leaf(tensor({1.0}));
  optim::Adam first({p}, {.lr = 0.1}), reference({q}, {.lr = 0.1});
  p.set_grad(tensor({1.0}));
  q.set_grad(tensor({1.0}));
  first.step();
  optim::Adam second = std::move(first);
  second.step();
  reference.step();
  reference.step();
  CHECK(same_bits(p, q));
}

TEST_CASE("parameters that have changed their shape or kind are refused before anything is written") {
  Tensor a = leaf(tensor({1.0})), b = leaf(tensor({1.0, 2.0})), c = tensor({1.0});
  optim::Adam adam({a, b, c});
  b.set_data(tensor({1.0, 2.0, 3.0}));
  a.set_grad(tensor({1.0}));
  CHECK(test::error_text<ShapeError>([&] { adam.step(); }) ==
        "Adam: a parameter's shape has changed: got (3,) float32, want (2,)");
  b.set_data(tensor({1.0, 2.0}));
  c.set_data(tensor({1}));
  CHECK(test::error_text<DtypeError>([&] { adam.step(); }) == "Adam: a parameter is not floating: got (1,) int64");
  c.set_data(tensor({1.0}));
  b.set_data(broadcast_to(tensor({1.0}), {2}));
  CHECK(test::error_text<ValueError>([&] { adam.step(); }) ==
        "Adam: a parameter is a broadcast view: got (2,) float32, want clone() first");
  CHECK(a.item() == 1);
}

TEST_CASE("gradients that have changed their shape or dtype are refused before anything is written") {
  Tensor a = leaf(tensor({1.0})), b = leaf(tensor({1.0, 2.0}));
  optim::Adam adam({a, b});
  a.set_grad(tensor({1.0}));
  b.set_grad(tensor({1.0, 1.0}));
  b.grad().set_data(tensor({1.0}));
  CHECK(test::error_text<ShapeError>([&] { adam.step(); }) ==
        "Adam: a gradient's shape has changed: got (1,) float32, want (2,)");
  b.grad().set_data(tensor({1.0, 1.0}, float64));
  CHECK(test::error_text<DtypeError>([&] { adam.step(); }) ==
        "Adam: a gradient's dtype has changed: got (2,) float64, want float32");
  CHECK(a.item() == 1);
}
