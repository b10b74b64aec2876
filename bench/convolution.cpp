// A convolution, forward and backward, against the products that it is made of.
// Not here: other sizes, pooling.
#include "floors.hpp"
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <cblas.h>

using namespace xgrad;

namespace {

constexpr int images = 32, in = 16, out = 32, side = 28, pixels = side * side, window = 9 * in;

/// For each image the product of the forward pass and those of both derivatives, on columns that are already there.
class Products {
 public:
  void run() {
    for (int i = 0; i < images; ++i) {
      const float* y_of_image = &y_[static_cast<std::size_t>(i) * out * pixels];
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, out, pixels, window, 1, w_.data(), window, columns_.data(),
                  pixels, 0, result_.data(), pixels);
      cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, window, pixels, out, 1, w_.data(), window, y_of_image,
                  pixels, 0, dcolumns_.data(), pixels);
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, out, window, pixels, 1, y_of_image, pixels, columns_.data(),
                  pixels, i == 0 ? 0 : 1, dw_.data(), window);
    }
  }

 private:
  static bench::Buffer values(int count) { return bench::Buffer(static_cast<std::size_t>(count), 0.1f); }

  bench::Buffer w_ = values(out * window), dw_ = values(out * window);
  bench::Buffer columns_ = values(window * pixels), dcolumns_ = values(window * pixels);
  bench::Buffer y_ = values(images * out * pixels), result_ = values(out * pixels);
};

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("convolution", "32x16x28x28 by 3x3 to 32 channels, padding 1, float32", argc, argv);
  openblas_set_num_threads(1);
  Tensor x = randn({images, in, side, side}), w = randn({out, in, 3, 3}), b = randn({out});
  const Tensor cotangent = randn({images, out, side, side});
  for (Tensor* t : {&x, &w, &b}) t->set_requires_grad();
  Products products;
  suite.compare("conv2d",
                {{"xgrad",
                  [&] {
                    conv2d(x, w, b, {.padding = 1}).backward(cotangent);
                    for (Tensor* t : {&x, &w, &b}) t->clear_grad();
                  }},
                 {"products", [&] { products.run(); }}},
                {{1 / 0.7, bench::torch}});
}
