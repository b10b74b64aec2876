// The table of a model.
// Not here: what modules compute (test_layers.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace xgrad;

namespace {

struct Block : nn::Callable<Block> {
  nn::Submodule<nn::Linear> dense{this, "dense", 3, 3};
  nn::Parameter scale{this, "scale", ones({1})};
  nn::Submodule<nn::LeakyReLU> unused{this, "unused", 0.1};
  Tensor forward(const Tensor& x) const { return dense(x) * scale; }
};

// A module that sees the mode it runs in.
struct Mode : nn::Callable<Mode> {
  mutable bool trained = true, recorded = true;
  Tensor forward(const Tensor& x) const {
    trained = is_training();
    recorded = is_grad_enabled();
    return x;
  }
};

template <class T>
struct A_template_with_a_long_name : nn::Callable<A_template_with_a_long_name<T>> {
  nn::Parameter weight{this, "a_parameter", zeros({1000, 1000})};
  Tensor forward(const Tensor& x) const { return x; }
};

struct Twin : nn::Callable<Twin> {
  nn::Submodule<nn::Linear> dense{this, "dense", 3, 3};
  std::pair<Tensor, Tensor> forward(const Tensor& x) const { return {dense(x), x}; }
};

}  // namespace

TEST_CASE("a summary lists modules, outputs and parameters") {
  nn::Sequential model{nn::Linear(2, 3), nn::Tanh(), Block(), nn::Linear(3, 1)};
  model[0].set_requires_grad(false);
  CHECK("\n" + nn::summary(model, {4, 2}) == R"(
name        type        output  parameters
------------------------------------------
model       Sequential  (4, 1)           -
  0         Linear      (4, 3)           9*
  1         Tanh        (4, 3)           -
  2         Block       (4, 3)           1
    dense   Linear      (4, 3)          12
    unused  LeakyReLU   -                -
  3         Linear      (4, 1)           4
------------------------------------------
parameters: 26, trainable: 17, frozen*: 9
)");
  CHECK("\n" + nn::to_string(model) == R"(
name        type        parameters
----------------------------------
model       Sequential           -
  0         Linear               9*
  1         Tanh                 -
  2         Block                1
    dense   Linear              12
    unused  LeakyReLU            -
  3         Linear               4
----------------------------------
parameters: 26, trainable: 17, frozen*: 9
)");
}

TEST_CASE("a summary runs the model in evaluation mode without recording, and leaves it as it was") {
  nn::Sequential model{Mode(), nn::Sequential(Mode())};
  model[1].eval();
  const nn::Sequential& view = model;
  nn::summary(view, {1});
  CHECK_FALSE(model.get<Mode>(0).trained);
  CHECK_FALSE(model.get<Mode>(0).recorded);
  CHECK(model.is_training());
  CHECK(model[0].is_training());
  CHECK_FALSE(model[1].is_training());
  CHECK(is_grad_enabled());
  CHECK_THROWS_AS(nn::summary(nn::Linear(2, 1), {3}), ShapeError);
  CHECK(is_grad_enabled());
  // Nobody listens any more.
  CHECK(model(ones({1})).shape() == Shape{1});
}

TEST_CASE("inputs take the dtype of the parameters, or the one asked for") {
  nn::Linear layer(2, 1);
  layer.to(float64);
  CHECK(nn::summary(layer, {4, 2}).find("Linear  (4, 1)") != std::string::npos);
  CHECK_THROWS_AS(nn::summary(layer, {4, 2}, {.dtype = float32}), DtypeError);
  CHECK(nn::summary(nn::ReLU(), {3}, {.dtype = int64}).find("ReLU  (3,)") != std::string::npos);
}

TEST_CASE("results that are no tensor have no shape, tied parameters count once") {
  const std::string text = nn::summary(Twin(), {1, 3});
  CHECK(text.find("model    Twin    -") != std::string::npos);
  CHECK(text.find("  dense  Linear  (1, 3)          12\n") != std::string::npos);
  nn::Sequential tied{nn::Linear(2, 2), nn::Linear(2, 2)};
  tied.tie(tied.get<nn::Linear>(0).weight, tied.get<nn::Linear>(1).weight);
  CHECK(nn::to_string(tied).find("parameters: 8, trainable: 8") != std::string::npos);
}

TEST_CASE("long names and types are cut to 80 columns") {
  struct Wide : nn::Callable<Wide> {
    nn::Submodule<A_template_with_a_long_name<double>> child{this, "a_name_that_is_longer_than_its_column"};
    Tensor forward(const Tensor& x) const { return child(x); }
  };
  const std::string text = nn::summary(Wide(), {1, 3, 224, 224});
  CHECK(text.find("  a_name_that_is_longer...  A_template_with...  (1, 3, 224, 224)   1,000,000\n") !=
        std::string::npos);
  std::size_t longest = 0;
  for (std::size_t from = 0, to = 0; (to = text.find('\n', from)) != std::string::npos; from = to + 1)
    longest = std::max(longest, to - from);
  CHECK(longest <= 80);
}
