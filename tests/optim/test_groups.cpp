// Groups of parameters, and what may be a parameter.
// Not here: the ranges of options (test_options.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "support/error_text.hpp"

using namespace xgrad;
using test::error_text;

namespace {

Tensor leaf(double value) { return tensor({value}, {.requires_grad = true}); }

struct Mlp : nn::Callable<Mlp> {
  nn::Submodule<nn::Linear> hidden{this, "hidden", 2, 3};
  nn::Submodule<nn::Linear> out{this, "out", 3, 1};
  Tensor forward(const Tensor& x) const { return out(tanh(hidden(x))); }
};

}  // namespace

TEST_CASE("groups have options of their own") {
  Tensor p = leaf(1), q = leaf(1), r = leaf(1);
  optim::SGD sgd({{{p, q}, {.lr = 0.5}}, {{r}, {.lr = 0.25, .weight_decay = 1}}});
  CHECK(sgd.group_count() == 2);
  CHECK(sgd.parameters().size() == 3);
  CHECK(sgd.options(1).weight_decay == 1);
  for (Tensor x : {p, q, r}) x.set_grad(tensor({1.0}));
  sgd.step();
  CHECK(p.item() == 0.5);
  CHECK(q.item() == 0.5);
  CHECK(r.item() == 0.5);
  sgd.step();
  CHECK(p.item() == 0);
  CHECK(r.item() == 0.125);
  sgd.zero_grad();
  for (const Tensor& x : {p, q, r}) CHECK_FALSE(x.grad().defined());
}

TEST_CASE("groups are written as models name them, or added one by one") {
  Mlp model;
  optim::Adam adam({{model.hidden.parameters(), {.lr = 1e-3}}, {model.out.parameters(), {.lr = 1e-2}}});
  CHECK(adam.learning_rate() == 1e-3);
  CHECK(adam.learning_rate(1) == 1e-2);
  CHECK(adam.parameters().size() == 4);

  optim::AdamW grown(model.hidden.parameters());
  grown.add_group(model.out.parameters(), {.lr = 0.5, .amsgrad = true});
  CHECK(grown.group_count() == 2);
  CHECK(grown.options(0).weight_decay == 1e-2);
  CHECK(grown.options(1).amsgrad);

  const optim::RMSprop one({{model.parameters(), {.lr = 0.5}}});
  CHECK(one.group_count() == 1);
  CHECK(one.learning_rate() == 0.5);
  optim::Adagrad braces{model.parameters(), {.lr = 0.5}};
  CHECK(braces.parameters().size() == 4);
}

TEST_CASE("a group that is added in the middle of training starts anew, and the others go on") {
  Tensor p = leaf(1), q = leaf(1), alone = leaf(1);
  for (Tensor x : {p, q, alone}) x.set_grad(tensor({0.25}));
  optim::SGD sgd({p}, {.lr = 0.5, .momentum = 0.5}), reference({alone}, {.lr = 0.5, .momentum = 0.5});
  sgd.step();
  sgd.add_group({q}, {.lr = 1});
  sgd.step();
  reference.step();
  reference.step();
  CHECK(p.item() == alone.item());
  CHECK(q.item() == 0.75);
}

TEST_CASE("learning rates can be read and set, for all groups or one") {
  Tensor p = leaf(1), q = leaf(1);
  optim::Adadelta optimizer({{{p}, {.lr = 0.5}}, {{q}}});
  CHECK(optimizer.learning_rate(0) == 0.5);
  CHECK(optimizer.learning_rate(1) == 1);
  optimizer.set_learning_rate(0.125, 1);
  CHECK(optimizer.options(0).lr == 0.5);
  CHECK(optimizer.options(1).lr == 0.125);
  optimizer.set_learning_rate(2);
  CHECK(optimizer.learning_rate(0) == 2);
  CHECK(optimizer.learning_rate(1) == 2);

  optim::SGD sgd({p}, {.lr = 0.5});
  sgd.set_learning_rate(0.25);
  p.set_grad(tensor({1.0}));
  sgd.step();
  CHECK(p.item() == 0.75);

  CHECK(error_text<IndexError>([&] { optimizer.learning_rate(2); }) ==
        "Adadelta: no such group: got 2, want less than 2");
  CHECK(error_text<IndexError>([&] { optimizer.set_learning_rate(1, 7); }) ==
        "Adadelta: no such group: got 7, want less than 2");
  CHECK(error_text<IndexError>([&] { optimizer.options(2); }) == "Adadelta: no such group: got 2, want less than 2");
  CHECK(error_text<ValueError>([&] { optimizer.set_learning_rate(-0.5); }) ==
        "Adadelta: lr is out of range: got -0.5, want a finite number, 0 or more");
  CHECK(error_text<ValueError>([&] { optimizer.set_learning_rate(std::numeric_limits<double>::quiet_NaN(), 0); }) ==
        "Adadelta: lr is out of range: got nan, want a finite number, 0 or more");
  CHECK(optimizer.learning_rate(0) == 2);
}

TEST_CASE("what cannot be a parameter is refused") {
  Tensor p = leaf(1), q = leaf(2);
  CHECK(error_text<ValueError>([&] { optim::SGD({}); }) == "SGD: no parameters: got 0, want 1 or more");
  CHECK(error_text<ValueError>([&] { optim::SGD(std::vector<Tensor>()); }) ==
        "SGD: no parameters: got 0, want 1 or more");
  CHECK(error_text<ValueError>([&] {
          optim::Adam({{{p}, {.lr = 1}}, {{}, {.lr = 2}}});
        }) == "Adam: no parameters: got 0, want 1 or more");
  CHECK(error_text<ValueError>([&] { optim::SGD({p, p}); }) == "SGD: a parameter is given twice: got (1,) float32");
  CHECK(error_text<ValueError>([&] {
          optim::Adam({{{p}, {.lr = 1}}, {{q, p}, {.lr = 2}}});
        }) == "Adam: a parameter is given twice: got (1,) float32");
  CHECK(error_text<GraphError>([&] { optim::AdamW({p * 2}); }) ==
        "AdamW: a parameter is the result of an operation: got (1,) float32");
  CHECK(error_text<DtypeError>([&] { optim::RMSprop({tensor({1})}); }) ==
        "RMSprop: a parameter is not floating: got (1,) int64");
  CHECK(error_text<ValueError>([&] { optim::Adagrad({broadcast_to(tensor({1.0}), {3})}); }) ==
        "Adagrad: a parameter is a broadcast view: got (3,) float32, want clone() first");
  CHECK_THROWS_AS(optim::SGD({Tensor()}), ValueError);
}

TEST_CASE("a group that is refused leaves the optimizer as it was") {
  Tensor p = leaf(1), q = leaf(2);
  optim::Adam adam({p}, {.lr = 0.5});
  CHECK_THROWS_AS(adam.add_group({q, p}), ValueError);
  CHECK_THROWS_AS(adam.add_group({q}, {.lr = -1}), ValueError);
  CHECK_THROWS_AS(adam.add_group({}), ValueError);
  CHECK(adam.group_count() == 1);
  CHECK(adam.parameters().size() == 1);
  adam.add_group({q}, {.lr = 0.25});
  CHECK(adam.learning_rate(1) == 0.25);
  q.set_grad(tensor({1.0}));
  adam.step();
  CHECK(p.item() == 1);
  CHECK(q.item() == doctest::Approx(1.75));
}

namespace {

struct SignOptions {
  double lr = 1e-3;
  static constexpr const char* optimizer = "SignDescent";
  void check() const { optim::check_option(optimizer, "lr", lr); }
};
struct Nothing {};

class SignDescent : public optim::GroupedOptimizer<SignOptions, Nothing> {
 public:
  using GroupedOptimizer::GroupedOptimizer;

 private:
  void update(const Tensor& p, const Tensor& g, Nothing&, const SignOptions& o) override { add_(p, sign(g), -o.lr); }
};

}  // namespace

TEST_CASE("an optimizer of a user's own has groups, checks and schedules, too") {
  Tensor p = leaf(1), q = leaf(1);
  SignDescent optimizer({{{p}, {.lr = 0.5}}, {{q}, {.lr = 0.25}}});
  optim::StepLR scheduler(optimizer, 1, 0.5);
  p.set_grad(tensor({3.0}));
  q.set_grad(tensor({-3.0}));
  optimizer.step();
  scheduler.step();
  optimizer.step();
  CHECK(p.item() == 0.25);
  CHECK(q.item() == 1.375);
  CHECK(error_text<ValueError>([&] { SignDescent({p}, {.lr = -0.5}); }) ==
        "SignDescent: lr is out of range: got -0.5, want a finite number, 0 or more");
}
