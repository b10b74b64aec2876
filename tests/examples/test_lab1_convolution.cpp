// The lab's points as images, and the convolutional network that reads them.
// Not here: the lab's program (test_lab1.py).
#include "support/error_text.hpp"

#include <doctest/doctest.h>
#include <lab1/data.hpp>
#include <lab1/report/convolution_network.hpp>
#include <lab1/report/images.hpp>
#include <xgrad/xgrad.hpp>

#include <cmath>
#include <limits>

using namespace xgrad;
using xgrad::test::error_text;

namespace {

Tensor image_of(double x1, double x2) { return view(lab1::draw_images(tensor({{x1, x2}}, float64)), 0, 0); }

double pixel(const Tensor& image, int row, int column) { return view(image, row, column).item(); }

/// Its gradient is wrong: half of 2 x.
struct WrongSquare : nn::Callable<WrongSquare> {
  Tensor forward(Arg x) const { return x * Tensor(x).detach(); }
};

struct Scale : nn::Callable<Scale> {
  nn::Parameter factor{this, "factor", ones({1})};
  Tensor forward(Arg x) const { return x * factor; }
};

}  // namespace

TEST_CASE("a corner or the center of the square is one pixel") {
  for (const double x1 : {0., 0.5, 1.})
    for (const double x2 : {0., 0.5, 1.}) {
      Tensor expected = zeros({11, 11}, float64);
      fill_(view(expected, static_cast<int>(10 * x2), static_cast<int>(10 * x1)), 1);
      CHECK(array_equal(image_of(x1, x2), expected));
    }
}

TEST_CASE("a point between pixels is shared by four") {
  const Tensor image = image_of(0.325, 0.85);
  CHECK(pixel(image, 8, 3) == doctest::Approx(0.375));
  CHECK(pixel(image, 8, 4) == doctest::Approx(0.125));
  CHECK(pixel(image, 9, 3) == doctest::Approx(0.375));
  CHECK(pixel(image, 9, 4) == doctest::Approx(0.125));
  CHECK(sum(image).item() == doctest::Approx(1));
}

TEST_CASE("an image sums to 1 and keeps the point as its center of mass") {
  lab1::NumpyRandom random(16);
  const Tensor points = reshape(tensor(random.uniforms(2000)), {-1, 2});
  const Tensor images = reshape(lab1::draw_images(points), {-1, 11, 11});
  const Tensor scale = arange(11).to(float64) / 10;
  CHECK(allclose(sum(images, {1, 2}), ones({1000}, float64)));
  CHECK(max(-images).item() <= 0);
  CHECK(allclose(sum(images * scale, {1, 2}), view(points, all(), 0)));
  CHECK(allclose(sum(images * reshape(scale, {11, 1}), {1, 2}), view(points, all(), 1)));
  // Any strides.
  const Tensor swapped = concatenate({view(points, all(), range(1, 2)), view(points, all(), range(0, 1))}, 1);
  CHECK(array_equal(lab1::draw_images(transpose(contiguous(transpose(points)))), reshape(images, {-1, 1, 11, 11})));
  CHECK(array_equal(lab1::draw_images(swapped), reshape(transpose(images, {0, 2, 1}), {-1, 1, 11, 11})));
}

TEST_CASE("points that are none") {
  CHECK(error_text<ShapeError>([] { lab1::draw_images(zeros({3}, float64)); }) ==
        "draw_images: points are no pairs: got (3,), want (n, 2)");
  CHECK(error_text<ValueError>([] {
          lab1::draw_images(tensor({{0.5, 0.5}, {0.25, 1.5}}, float64));
        }) == "draw_images: point 1 lies outside of the unit square: got (0.250000, 1.500000), want 0 to 1");
  for (const double x : {-1e-9, 1 + 1e-9, std::nan(""), std::numeric_limits<double>::infinity()})
    for (const bool first : {true, false}) CHECK_THROWS_AS(image_of(first ? x : 0.5, first ? 0.5 : x), ValueError);
  CHECK_THROWS_AS(lab1::draw_images(zeros({3, 2}, float32)), DtypeError);
  CHECK(lab1::draw_images(zeros({0, 2}, float64)).shape() == Shape({0, 1, 11, 11}));
}

TEST_CASE("the network draws its weights layer by layer") {
  lab1::NumpyRandom random(16), same(16);
  nn::Sequential network = lab1::make_convolution_network(random);
  const std::vector<double> normals = same.normals(2 * 9 + 8 * 2 * 9 + 32);
  const nn::Conv2d &first = network.get<nn::Conv2d>(0), &second = network.get<nn::Conv2d>(3);
  CHECK(view(first.weight, 0, 0, 0, 1).item() == doctest::Approx(std::sqrt(2. / (9 + 2 * 9)) * normals[1]));
  CHECK(view(second.weight, 7, 1, 2, 2).item() == doctest::Approx(std::sqrt(2. / (2 * 9 + 8 * 9)) * normals[161]));
  CHECK(view(network.get<nn::Linear>(6).weight, 0, 31).item() == doctest::Approx(std::sqrt(2. / 33) * normals[193]));
  CHECK(random.normal() == same.normal());
  CHECK(array_equal(second.bias, zeros({8}, float64)));
  std::int64_t count = 0;
  for (const Tensor& parameter : network.parameters()) count += parameter.size();
  CHECK(count == 205);
}

TEST_CASE("gradients of the network are checked, and wrong ones are found") {
  lab1::NumpyRandom random(16);
  const nn::Sequential network = lab1::make_convolution_network(random);
  const Tensor images = lab1::draw_images(reshape(tensor(random.uniforms(6)), {-1, 2}));
  const Tensor targets = tensor({{0.}, {1.}, {1.}}, float64);
  const Tensor before = network(images);
  const lab1::GradientCheck check = lab1::check_convolution_gradients(network, images, targets);
  CHECK(check.ok);
  CHECK(check.message == "");
  CHECK(check.derivatives == 205 + 3 * 121);
  CHECK(array_equal(network(images), before));
  CHECK_FALSE(images.requires_grad());

  // Behind the wrong layer, the derivative by every single parameter and pixel is wrong.
  nn::Sequential wrong = network;
  wrong.append(WrongSquare());
  const lab1::GradientCheck found = lab1::check_convolution_gradients(wrong, images, targets);
  CHECK_FALSE(found.ok);
  CHECK_MESSAGE(found.message.find("568 of 568 entries are wrong") != std::string::npos, found.message);

  nn::Sequential unknown = network;
  unknown.append(Scale());
  CHECK(error_text<ValueError>([&] { lab1::check_convolution_gradients(unknown, images, targets); }) ==
        "check_convolution_gradients: a layer with parameters is neither Conv2d nor Linear");
}

TEST_CASE("the network learns both data sets of the lab") {
  lab1::NumpyRandom random(16);
  for (const lab1::Dataset& data : {lab1::linear_data(100, random), lab1::xor_data()}) {
    nn::Sequential network = lab1::make_convolution_network(random);
    const Tensor images = lab1::draw_images(data.points);
    const Tensor targets = reshape(data.labels, {-1, 1}).to(float64);
    optim::Adam adam(network.parameters(), {.lr = 0.02});
    for (int epoch = 0; epoch < 200; ++epoch) {
      adam.zero_grad();
      nn::mse_loss(network(images), targets).backward();
      adam.step();
    }
    CHECK_MESSAGE(max(abs(network(images) - targets)).item() < 0.4, data.name);
  }
}
