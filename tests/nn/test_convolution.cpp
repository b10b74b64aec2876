// Convolutional layers, pooling layers and Flatten.
// Not here: the functions they call (samples/convolution.cpp, samples/pooling.cpp), initial values by hand
// (test_init.cpp).
#include "support/error_text.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace xgrad;

TEST_CASE("Conv2d and Conv1d are conv2d and conv1d with parameters") {
  const nn::Conv2d plane(4, 6, {3, 2}, {.stride = {1, 2}, .padding = 1, .dilation = {2, 1}, .groups = 2});
  CHECK(plane.weight.shape() == Shape{6, 2, 3, 2});
  CHECK(plane.bias.shape() == Shape{6});
  const Tensor images = randn({2, 4, 7, 6});
  const Conv2dOptions same{{1, 2}, 1, {2, 1}, 2};
  CHECK(array_equal(plane(images), conv2d(images, plane.weight, plane.bias, same)));
  CHECK(plane(images).shape() == Shape{2, 6, 5, 4});

  const nn::Conv1d line(4, 2, 3, {.stride = 2, .padding = 1, .dilation = 2, .groups = 2, .bias = false});
  CHECK(line.weight.shape() == Shape{2, 2, 3});
  CHECK_FALSE(line.bias.defined());
  CHECK(line.parameters().size() == 1);
  const Tensor signals = randn({2, 4, 9});
  CHECK(array_equal(line(signals), conv1d(signals, line.weight, {2, 1, 2, 2})));

  const nn::Conv1d biased(4, 2, 3);
  CHECK(array_equal(biased(signals), conv1d(signals, biased.weight, biased.bias)));
  const nn::Conv2d plain(4, 2, 3, {.bias = false});
  CHECK(array_equal(plain(images), conv2d(images, plain.weight)));
}

TEST_CASE("convolutional layers start uniform within 1 / sqrt(fan in)") {
  manual_seed(3);
  const nn::Conv2d plane(32, 64, {5, 5}, {.groups = 8});
  CHECK(max(abs(plane.weight)).item() <= 0.1);  // 32 / 8 * 25 = 100
  CHECK(max(abs(plane.weight)).item() > 0.099);
  CHECK(std::fabs(mean(plane.weight).item()) < 0.002);
  CHECK(max(abs(plane.bias)).item() <= 0.1);
  CHECK(max(abs(plane.bias)).item() > 0.08);
  const nn::Conv1d line(20, 64, 5);
  CHECK(max(abs(line.weight)).item() <= 0.1);
  CHECK(max(abs(line.weight)).item() > 0.099);
}

TEST_CASE("convolutional layers refuse what they cannot be") {
  const auto error = [](auto f) { return test::error_text<ValueError>(f); };
  CHECK(error([] { nn::Conv2d(0, 2, 3); }) == "Conv2d: in_channels is too small: got 0, want 1 or more");
  CHECK(error([] { nn::Conv2d(2, -1, 3); }) == "Conv2d: out_channels is too small: got -1, want 1 or more");
  CHECK(error([] { nn::Conv2d(2, 2, {3, 0}); }) == "Conv2d: the kernel is too small: got 0, want 1 or more");
  CHECK(error([] { nn::Conv1d(2, 2, 3, {.groups = 0}); }) == "Conv1d: groups is too small: got 0, want 1 or more");
  CHECK(error([] { nn::Conv1d(4, 6, 3, {.groups = 4}); }) ==
        "Conv1d: the groups do not divide the channels: got 4 groups for 4 to 6 channels");
}

TEST_CASE("pooling layers and Flatten are their functions") {
  const Tensor x = randn({2, 3, 5, 6});
  CHECK(array_equal(nn::MaxPool2d({.kernel = 2})(x), max_pool2d(x, {.kernel = 2})));
  CHECK(array_equal(nn::MaxPool2d({{3, 2}, 1})(x), max_pool2d(x, {.kernel = {3, 2}, .stride = 1})));
  const AvgPool2dOptions options{.kernel = 3, .padding = 1, .ceil_mode = true, .count_include_pad = false};
  CHECK(array_equal(nn::AvgPool2d(options)(x), avg_pool2d(x, options)));

  CHECK(array_equal(nn::Flatten()(x), reshape(x, {2, 90})));
  CHECK(nn::Flatten(0)(x).shape() == Shape{180});
  CHECK(nn::Flatten(1, 2)(x).shape() == Shape{2, 15, 6});
  CHECK(nn::Flatten(-2)(x).shape() == Shape{2, 3, 30});
  CHECK(nn::Flatten(2, 2)(x).shape() == x.shape());
  CHECK(nn::Flatten()(zeros({0, 3, 2})).shape() == Shape{0, 6});
  CHECK(test::error_text_here<ValueError>([&] { nn::Flatten(2, 1)(x); }) ==
        "Flatten: the last axis comes before the first: got 2 to 1; operands (2, 3, 5, 6) float32");
  CHECK(test::error_text_here<IndexError>([] { nn::Flatten()(ones({2})); }) ==
        "Flatten: axis out of range: got 1, want -1 to 0; operands (2,) float32");
}

TEST_CASE("a network of convolutions learns, and its copy computes the same") {
  const DefaultDtype dtype(float64);
  manual_seed(1);
  nn::Sequential model{nn::Conv2d(1, 4, 3, {.padding = 1}),
                       nn::Tanh(),
                       nn::MaxPool2d({.kernel = 2}),
                       nn::Conv2d(4, 4, 3),
                       nn::Tanh(),
                       nn::AvgPool2d({.kernel = 2}),
                       nn::Flatten(),
                       nn::Linear(4, 1)};
  CHECK(model.named_parameters()[2].first == "3.weight");
  // Which way do the stripes run?
  const Tensor x = zeros({2, 1, 8, 8});
  for (int i = 0; i < 8; i += 2) {
    fill_(view(x, 0, 0, i), 1);
    fill_(view(x, 1, 0, all(), i), 1);
  }
  const Tensor target = tensor({{1.}, {-1.}});
  optim::SGD sgd(model.parameters(), {.lr = 0.1, .momentum = 0.9});
  const double before = nn::mse_loss(model(x), target).item();
  for (int step = 0; step < 60; ++step) {
    sgd.zero_grad();
    nn::mse_loss(model(x), target).backward();
    sgd.step();
  }
  CHECK(before > 0.5);
  CHECK(nn::mse_loss(model(x), target).item() < 1e-3);
  const nn::Sequential copy = model;
  CHECK(array_equal(copy(x), model(x)));

  // The whole of it, differentiated twice.
  const auto loss = [&](const std::vector<Tensor>& in) { return nn::mse_loss(copy(in[0]), target); };
  const std::vector<Tensor> inputs{randn({2, 1, 8, 8}, {.requires_grad = true})};
  CHECK(gradcheck(loss, inputs).ok);
  CHECK(gradgradcheck(loss, inputs).ok);
}
