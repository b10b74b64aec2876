// The values of modules by name: state_dict, load_state_dict, and freezing.
// Not here: files; modules as values (test_module.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace xgrad;

namespace {

struct Mlp : nn::Callable<Mlp> {
  nn::Submodule<nn::Linear> hidden{this, "hidden", 3, 4};
  nn::Submodule<nn::Linear> out{this, "out", 4, 2};
  Tensor forward(const Tensor& x) const { return out(tanh(hidden(x))); }
};

struct Tied : nn::Callable<Tied> {
  nn::Submodule<nn::Linear> encoder{this, "encoder", 3, 3};
  nn::Submodule<nn::Linear> decoder{this, "decoder", 3, 3};
  Tied() { tie(encoder.weight, decoder.weight); }
  Tensor forward(const Tensor& x) const { return decoder(encoder(x)); }
};

std::vector<std::string> names(const nn::StateDict& state) {
  std::vector<std::string> result;
  for (const auto& [name, value] : state) result.push_back(name);
  return result;
}

nn::StateDict copies(const nn::Module& module) {
  nn::StateDict state = module.state_dict();
  for (auto& [name, value] : state) value = clone(value);
  return state;
}

template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const ValueError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("state_dict names the values in order and shares their memory") {
  Mlp model;
  const nn::StateDict state = model.state_dict();
  CHECK(names(state) == std::vector<std::string>{"hidden.weight", "hidden.bias", "out.weight", "out.bias"});
  for (const auto& [name, value] : state) CHECK_FALSE(value.requires_grad());
  {
    const NoGrad guard;
    fill_(model.hidden.bias, 7);
    fill_(model.out.weight, 8);
  }
  CHECK(array_equal(state[1].second, full({4}, 7.f)));
  CHECK(array_equal(state[2].second, full({2, 4}, 8.f)));
}

TEST_CASE("a loaded model computes the same, in the memory that optimizers know") {
  Mlp model, other;
  const std::vector<Tensor> before = other.parameters();
  const nn::LoadResult result = other.load_state_dict(model.state_dict());
  CHECK(result.missing.empty());
  CHECK(result.unexpected.empty());
  const Tensor x = randn({5, 3});
  CHECK(array_equal(other(x), model(x)));
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(other.parameters()[i].state() == before[i].state());
    CHECK(before[i].requires_grad());
  }
  // Values of their own.
  const NoGrad guard;
  fill_(model.hidden.weight, 0);
  CHECK_FALSE(array_equal(other(x), model(x)));
}

TEST_CASE("loading converts between floating dtypes") {
  Mlp model, other;
  model.to(float64);
  other.load_state_dict(model.state_dict());
  CHECK(other.hidden.weight.dtype() == float32);
  CHECK(array_equal(other.hidden.weight.detach(), model.hidden.weight.detach().to(float32)));
}

TEST_CASE("what does not fit is listed whole, and nothing is changed") {
  Mlp model;
  nn::StateDict state = copies(Mlp());
  const nn::StateDict before = copies(model);
  state[1].first = "hidden.offset";
  state[2].second = zeros({4, 2});
  state.emplace_back("out.scale", zeros({1}));
  state.emplace_back("out.bias", zeros({2}));
  state[0].second = zeros({4, 3}, int64);
  const std::string misfits =
      "\"out.bias\": given twice; \"hidden.weight\": got (4, 3) int64, want (4, 3) float32; \"out.weight\": got (4, 2) "
      "float32, want (2, 4) float32";
  CHECK(error_of([&] { model.load_state_dict(state); }) ==
        "load_state_dict: the state does not fit the module: missing \"hidden.bias\"; unexpected \"hidden.offset\", "
        "\"out.scale\"; " +
            misfits);
  CHECK(error_of([&] { model.load_state_dict(state, {.strict = false}); }) ==
        "load_state_dict: the state does not fit the module: " + misfits);
  CHECK(error_of([&] {
          model.load_state_dict({{"out.bias", Tensor()}}, {.strict = false});
        }) == "load_state_dict: the state does not fit the module: \"out.bias\": got undefined, want (2,) float32");
  const nn::StateDict after = model.state_dict();
  for (std::size_t i = 0; i < after.size(); ++i) CHECK(array_equal(after[i].second, before[i].second));
}

TEST_CASE("not strict, missing and unexpected names are reported and left alone") {
  Mlp model;
  const nn::StateDict before = copies(model);
  const nn::LoadResult result =
      model.load_state_dict({{"out.bias", ones({2})}, {"head.weight", ones({2})}}, {.strict = false});
  CHECK(result.missing == std::vector<std::string>{"hidden.weight", "hidden.bias", "out.weight"});
  CHECK(result.unexpected == std::vector<std::string>{"head.weight"});
  CHECK(array_equal(model.out.bias.detach(), ones({2})));
  CHECK(array_equal(model.hidden.weight.detach(), before[0].second));
}

TEST_CASE("a state that holds the module's own memory under other names is read before it is written") {
  struct Pair : nn::Callable<Pair> {
    nn::Parameter a{this, "a", full({2}, 1.)};
    nn::Parameter b{this, "b", full({2}, 2.)};
  } pair;
  nn::StateDict state = pair.state_dict();
  std::swap(state[0].second, state[1].second);
  pair.load_state_dict(state);
  CHECK(array_equal(pair.a.detach(), full({2}, 2.)));
  CHECK(array_equal(pair.b.detach(), full({2}, 1.)));
}

TEST_CASE("a tied parameter is saved once and loaded under any of its names") {
  Tied model, other;
  nn::StateDict state = copies(model);
  CHECK(names(state) == std::vector<std::string>{"encoder.weight", "encoder.bias", "decoder.bias"});
  other.load_state_dict(state);
  const Tensor x = randn({2, 3});
  CHECK(array_equal(other(x), model(x)));
  CHECK(other.encoder.weight.state() == other.decoder.weight.state());

  state[0].first = "decoder.weight";
  Tied third;
  third.load_state_dict(state);
  CHECK(array_equal(third(x), model(x)));
  state.emplace_back("encoder.weight", clone(state[0].second));
  third.load_state_dict(state);
  state.back().second = zeros({3, 3});
  CHECK(error_of([&] { third.load_state_dict(state); }) ==
        "load_state_dict: the state does not fit the module: \"decoder.weight\": other values than \"encoder.weight\", "
        "to which it is tied");
}

TEST_CASE("frozen parameters stay, get no gradients, and optimizers skip them") {
  Mlp model;
  optim::SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.9});
  const Tensor x = randn({5, 3});
  sum(square(model(x))).backward();
  sgd.step();
  model.hidden.set_requires_grad(false);
  CHECK_FALSE(model.hidden.weight.grad().defined());
  CHECK(model.parameters().size() == 4);
  const nn::StateDict before = copies(model);
  sgd.zero_grad();
  sum(square(model(x))).backward();
  CHECK_FALSE(model.hidden.weight.grad().defined());
  CHECK(model.out.weight.grad().defined());
  sgd.step();
  CHECK(array_equal(model.hidden.weight.detach(), before[0].second));
  CHECK_FALSE(array_equal(model.out.weight.detach(), before[2].second));
  const Mlp copy = model;
  CHECK_FALSE(copy.hidden.weight.requires_grad());
  CHECK(copy.out.weight.requires_grad());

  model.set_requires_grad();
  for (const Tensor& parameter : model.parameters()) CHECK(parameter.requires_grad());
  model.out.bias.set_requires_grad(false);
  model.zero_grad();
  sum(model(x)).backward();
  CHECK_FALSE(model.out.bias.grad().defined());
  CHECK(model.hidden.weight.grad().defined());
}

TEST_CASE("named_modules lists the module and all below it") {
  const nn::Sequential model{Mlp{}, nn::Tanh{}};
  std::vector<std::string> found;
  for (const auto& [name, module] : model.named_modules()) found.push_back(name);
  CHECK(found == std::vector<std::string>{"", "0", "0.hidden", "0.out", "1"});
  CHECK(model.named_modules()[0].second == &model);
}
