// Modules as values: names, copies, moves, ties, modes, dtypes.
// Not here: what single modules compute (test_layers.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace xgrad;

namespace {

// A module of a user's own, with a parameter, a child and a child of another user module.
struct Scale : nn::Callable<Scale> {
  nn::Parameter factor{this, "factor", full({1}, 2.0)};
  Tensor forward(Arg x) const { return x * factor; }
};

struct Mlp : nn::Callable<Mlp> {
  nn::Submodule<nn::Linear> hidden{this, "hidden", 3, 4};
  nn::Submodule<Scale> scale{this, "scale"};
  nn::Submodule<nn::Linear> out{this, "out", 4, 3, nn::LinearOptions{.bias = false}};
  Tensor forward(const Tensor& x) const { return out(scale(tanh(hidden(x)))); }
};
constexpr int forward_line = __LINE__ - 2;

struct Tied : nn::Callable<Tied> {
  nn::Submodule<nn::Linear> encoder{this, "encoder", 3, 3};
  nn::Submodule<nn::Linear> decoder{this, "decoder", 3, 3};
  Tied() { tie(encoder.weight, decoder.weight); }
  Tensor forward(const Tensor& x) const { return decoder(encoder(x)); }
};

std::vector<std::string> names(const nn::Module& module) {
  std::vector<std::string> result;
  for (const auto& [name, parameter] : module.named_parameters()) result.push_back(name);
  return result;
}

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("parameters have dotted names in order of declaration") {
  const Mlp model;
  CHECK(names(model) == std::vector<std::string>{"hidden.weight", "hidden.bias", "scale.factor", "out.weight"});
  CHECK(model.parameters().size() == 4);
  for (const Tensor& parameter : model.parameters()) {
    CHECK(parameter.requires_grad());
    CHECK(parameter.is_leaf());
  }
}

TEST_CASE("a copy computes the same with memory of its own") {
  const Tensor x = randn({2, 3});
  Mlp model;
  Mlp copy = model;
  CHECK(array_equal(copy(x), model(x)));
  {
    const NoGrad guard;
    fill_(copy.hidden.weight, 0);
  }
  CHECK_FALSE(array_equal(copy(x), model(x)));
  sum(copy(x)).backward();
  CHECK(copy.out.weight.grad().defined());
  CHECK_FALSE(model.out.weight.grad().defined());
}

TEST_CASE("moving keeps the identity of parameters") {
  Mlp model;
  const std::vector<Tensor> before = model.parameters();
  const Mlp moved = std::move(model);
  const std::vector<Tensor> after = moved.parameters();
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) CHECK(after[i].state() == before[i].state());

  std::vector<Mlp> many(1);
  const Tensor first = many[0].hidden.weight;
  for (int i = 0; i < 10; ++i) many.emplace_back();
  CHECK(many[0].parameters()[0].state() == first.state());
  CHECK(many[0](ones({1, 3})).shape() == Shape{1, 3});
}

TEST_CASE("assignment writes into the memory that optimizers know") {
  Mlp model, other;
  const std::vector<Tensor> before = model.parameters();
  model = other;
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(model.parameters()[i].state() == before[i].state());
    CHECK(array_equal(before[i], other.parameters()[i]));
  }
  const Tensor kept = before[0].detach();
  const NoGrad guard;
  fill_(other.hidden.weight, 7);
  CHECK_FALSE(array_equal(kept, other.hidden.weight));
}

TEST_CASE("results outlive the module") {
  Tensor y;
  Tensor weight;
  {
    const Mlp model;
    weight = model.hidden.weight;
    y = sum(model(ones({2, 3})));
  }
  y.backward();
  CHECK(weight.grad().defined());
}

TEST_CASE("tied parameters are one, in copies too") {
  Tied model;
  CHECK(names(model) == std::vector<std::string>{"encoder.weight", "encoder.bias", "decoder.bias"});
  Tied copy = model;
  CHECK(names(copy) == std::vector<std::string>{"encoder.weight", "encoder.bias", "decoder.bias"});
  CHECK(copy.encoder.weight.state() == copy.decoder.weight.state());
  CHECK(copy.encoder.weight.state() != model.encoder.weight.state());

  // A copy that is called before anything else restores its ties as well.
  Tied called = model;
  sum(called(ones({1, 3}))).backward();
  CHECK(called.encoder.weight.state() == called.decoder.weight.state());
  CHECK(called.parameters().size() == 3);

  Mlp stranger;
  CHECK(error_of([&] { model.tie(model.encoder.weight, stranger.out.weight); }) ==
        "tie: a parameter does not belong to this module: want two of its own");
  CHECK(error_of([&] { model.tie(model.encoder.weight, model.encoder.bias); }) ==
        "tie: shapes differ: got (3, 3) float32 and (3,) float32");
  model.encoder.to(float64);
  CHECK(error_of([&] { model.tie(model.encoder.bias, model.decoder.bias); }) ==
        "tie: dtypes differ: got (3,) float64 and (3,) float32");
}

TEST_CASE("a tie joins what was tied before, and copies have the same values") {
  nn::Sequential model{nn::Linear(2, 2), nn::Linear(2, 2), nn::Linear(2, 2)};
  nn::Linear &a = model.get<nn::Linear>(0), &b = model.get<nn::Linear>(1), &c = model.get<nn::Linear>(2);
  model.tie(a.weight, b.weight);
  model.tie(c.weight, a.weight);
  CHECK(a.weight.state() == c.weight.state());
  CHECK(b.weight.state() == c.weight.state());
  nn::Sequential copy = model;
  CHECK(names(copy) == names(model));
  CHECK(array_equal(copy(ones({1, 2})), model(ones({1, 2}))));
}

TEST_CASE("a module without ties that is assigned to a tied one keeps its values apart") {
  const auto model = [] { return nn::Sequential{nn::Linear(2, 2), nn::Linear(2, 2)}; };
  nn::Sequential tied = model(), plain = model();
  tied.tie(tied.get<nn::Linear>(0).weight, tied.get<nn::Linear>(1).weight);
  const Tensor first = tied.get<nn::Linear>(0).weight;
  const Tensor want = plain(ones({1, 2}));
  tied = plain;
  CHECK(tied.parameters().size() == 4);
  CHECK(array_equal(tied(ones({1, 2})), want));
  CHECK(tied.get<nn::Linear>(0).weight.state() == first.state());
  plain.tie(plain.get<nn::Linear>(0).weight, plain.get<nn::Linear>(1).weight);
  tied = plain;
  CHECK(tied.parameters().size() == 3);
  CHECK(array_equal(tied(ones({1, 2})), plain(ones({1, 2}))));
}

TEST_CASE("train and eval reach every module below") {
  nn::Sequential model{Mlp{}, nn::Sequential(nn::Linear(3, 2))};
  CHECK(model.is_training());
  model.eval();
  CHECK_FALSE(model.is_training());
  CHECK_FALSE(model.get<Mlp>(0).scale.is_training());
  CHECK_FALSE(model.get<nn::Sequential>(1)[0].is_training());
  const nn::Sequential copy = model;
  CHECK_FALSE(copy.is_training());
  model.train();
  CHECK(model.get<nn::Sequential>(1)[0].is_training());
}

TEST_CASE("to converts parameters and gradients behind their handles") {
  Mlp model;
  const std::vector<Tensor> handles = model.parameters();
  const Tensor weight = model.hidden.weight.detach();
  sum(model(ones({1, 3}))).backward();
  const Tensor gradient = handles[0].grad();
  model.to(float64);
  for (const Tensor& handle : handles) CHECK(handle.dtype() == float64);
  CHECK(array_equal(handles[0].detach(), weight.to(float64)));
  CHECK(array_equal(handles[0].grad(), gradient.to(float64)));
  CHECK(model(ones({1, 3}, float64)).dtype() == float64);
  CHECK(error_of([&] { model.to(int64); }) == "module: parameters are floating: got int64, want float32 or float64");
  model.zero_grad();
  CHECK_FALSE(handles[0].grad().defined());
}

TEST_CASE("a graph that saved a parameter notices its conversion") {
  nn::Linear layer(2, 2);
  const Tensor x = ones({1, 2}).set_requires_grad();
  const Tensor y = sum(layer(x));
  layer.to(float64);
  CHECK_THROWS_AS(y.backward(), VersionError);
}

TEST_CASE("names are checked") {
  struct Twice : nn::Callable<Twice> {
    nn::Parameter a{this, "a", zeros({1})};
    nn::Parameter b{this, "a", zeros({1})};
  };
  struct Dotted : nn::Callable<Dotted> {
    nn::Parameter a{this, "a.b", zeros({1})};
  };
  CHECK(error_of([] { Twice(); }) == "module: a name is used twice: got \"a\"");
  CHECK(error_of([] { Dotted(); }) == "module: a name is empty or contains a dot: got \"a.b\"");
}

TEST_CASE("errors inside modules name the path and the user's line") {
  nn::Sequential model{nn::Linear(2, 4), Mlp{}};
  const int line = __LINE__ + 1;
  const std::string text = error_of([&] { model(ones({1, 2})); });
  // The mistake is in the user's own module: its line, not the one of the outer call, is what helps.
  CHECK(text.find("linear: the last extent of x is not the number of input features: got (1, 4), want (..., 3)") == 0);
  CHECK(text.find("; in 1.hidden; at ") != std::string::npos);
  CHECK(text.find("test_module.cpp:" + std::to_string(forward_line)) != std::string::npos);

  const std::string direct = error_of([&] { model(ones({1, 3})); });
  CHECK(direct.find("; in 0; at ") != std::string::npos);
  CHECK(direct.find("test_module.cpp:" + std::to_string(line + 6)) != std::string::npos);
}
