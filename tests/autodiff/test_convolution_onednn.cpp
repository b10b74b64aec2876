// Convolutions by oneDNN against our own, and what oneDNN is not given. Only in builds with it.
// Not here: values and derivatives: test_registry.cpp and test_golden_conv.cpp, which reach oneDNN in this program.
#include <xgrad/autodiff/loops/convolution_backend.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int count);
}

using namespace xgrad;

namespace {

namespace backend = loops::backend;

class UseGuard {
 public:
  explicit UseGuard(backend::Use use) { backend::use = use; }
  ~UseGuard() { backend::use = before_; }
  UseGuard(const UseGuard&) = delete;
  UseGuard& operator=(const UseGuard&) = delete;

 private:
  backend::Use before_ = backend::use;
};

// Before main: no convolution of this program is too small.
const backend::Use default_use = std::exchange(backend::use, backend::Use::where_possible);

struct Case {
  const char* words;
  Shape x, weight;
  Conv2dOptions options;
};

const Case cases[] = {
    {"3x3, padding 1", {3, 16, 12, 12}, {32, 16, 3, 3}, {.padding = 1}},
    {"images in blocks, the last one smaller", {5, 16, 18, 18}, {16, 16, 3, 3}, {.padding = 1}},
    {"channels that fill no block", {2, 5, 9, 11}, {7, 5, 3, 2}, {.padding = {1, 0}}},
    {"three channels", {2, 3, 16, 16}, {16, 3, 5, 5}, {.padding = 2}},
    {"strides that leave a rest", {2, 16, 13, 10}, {16, 16, 3, 3}, {.stride = {3, 2}, .padding = 1}},
    {"dilated", {2, 16, 14, 14}, {16, 16, 3, 3}, {.padding = 2, .dilation = {2, 3}}},
    {"groups", {2, 32, 8, 8}, {32, 16, 3, 3}, {.padding = 1, .groups = 2}},
    {"one channel a group", {2, 16, 8, 8}, {16, 1, 3, 3}, {.padding = 1, .groups = 16}},
    {"pointwise", {2, 16, 8, 8}, {32, 16, 1, 1}, {}},
    {"a signal", {2, 16, 1, 40}, {16, 16, 1, 5}, {.padding = {0, 2}}},
};

struct Results {
  Tensor y, dx, dw;
};

Results results_of(const Case& c, backend::Use use, const Tensor& x, const Tensor& w, const Tensor& b,
                   const Tensor& g) {
  const UseGuard guard(use);
  return {conv2d(x, w, b, c.options), conv2d_input_backward(g, w, {c.x[2], c.x[3]}, c.options),
          conv2d_weight_backward(g, x, {c.weight[2], c.weight[3]}, c.options)};
}

/// The largest |a - b| over the sum of the magnitudes added up there, in epsilons.
double distance(const Tensor& a, const Tensor& b, const Tensor& magnitudes) {
  return max(abs(a - b) / (magnitudes + 1e-30)).item() / static_cast<double>(std::numeric_limits<float>::epsilon());
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return std::memcmp(a.data<float>(), b.data<float>(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("oneDNN's convolutions are ours up to rounding") {
  manual_seed(5);
  for (const Case& c : cases) {
    CAPTURE(c.words);
    const Tensor x = randn(c.x), w = randn(c.weight), b = randn({c.weight[0]});
    const Tensor g = randn(conv2d(x, w, c.options).shape());
    const Results one = results_of(c, backend::Use::where_possible, x, w, b, g),
                  own = results_of(c, backend::Use::never, x, w, b, g);
    const Results magnitudes = results_of(c, backend::Use::never, abs(x), abs(w), abs(b), abs(g));
    // Roundings partly cancel: far from one epsilon a term.
    CHECK(distance(one.y, own.y, magnitudes.y) < 8);
    CHECK(distance(one.dx, own.dx, magnitudes.dx) < 8);
    CHECK(distance(one.dw, own.dw, magnitudes.dw) < 8);
  }
}

TEST_CASE("oneDNN is given float32 alone, and only what it is faster at") {
  const auto takes = [&](Dtype dtype, std::int64_t images, std::int64_t channels, std::int64_t kernel) {
    const loops::Windows windows{12, kernel, 1, kernel / 2, 1, 12};
    const loops::Convolution s{images, 1, channels, 32, {windows, windows}};
    const Tensor x = ones({images, channels, 12, 12}, dtype), w = ones({32, channels, kernel, kernel}, dtype);
    const Tensor y = zeros({images, 32, 12, 12}, dtype);
    return backend::convolve(s, x.array(), w.array(), nullptr, y.array()) +
           backend::convolve_input_backward(s, y.array(), w.array(), x.array()) +
           backend::convolve_weight_backward(s, y.array(), x.array(), w.array());
  };
  CHECK(takes(float32, 1, 16, 3) == 3);
  CHECK(takes(float32, 3, 16, 1) == 3);
  CHECK(takes(float64, 3, 16, 3) == 0);
  CHECK(takes(float32, 0, 16, 3) == 0);
  CHECK(default_use == backend::Use::where_faster);
  const UseGuard guard(default_use);
  CHECK(takes(float32, 3, 16, 3) == 3);
  CHECK(takes(float32, 1, 16, 3) == 0);
  CHECK(takes(float32, 16, 16, 1) == 0);
  CHECK(takes(float32, 16, 4, 3) == 0);
}

TEST_CASE("oneDNN runs one thread, whatever OpenMP is set to, and leaves it set so") {
  const Case& c = cases[0];
  const Tensor x = randn(c.x), w = randn(c.weight), b = randn({c.weight[0]}), g = randn({3, 32, 12, 12});
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const Results one = results_of(c, backend::Use::where_possible, x, w, b, g);
  omp_set_num_threads(3);
  const Results three = results_of(c, backend::Use::where_possible, x, w, b, g);
  CHECK(omp_get_max_threads() == 3);
  omp_set_num_threads(before);
  CHECK(same_bits(one.y, three.y));
  CHECK(same_bits(one.dx, three.dx));
  CHECK(same_bits(one.dw, three.dw));
}

TEST_CASE("Threads compute with kernels of their own, and more sizes than are kept") {
  const auto work = [](bool* ok) {
    for (std::int64_t size = 3; size < 150; ++size) {
      const Tensor y = conv2d(ones({1, 16, 3, size}), ones({16, 16, 3, 3}));
      *ok = *ok && array_equal(y, full(y.shape(), 144.0));
    }
  };
  bool ok[] = {true, true};
  std::thread other(work, &ok[0]);
  work(&ok[1]);
  other.join();
  CHECK(ok[0]);
  CHECK(ok[1]);
}
