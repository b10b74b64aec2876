// Samples of max_pool2d, avg_pool2d and their derivatives.
// Not here: NaN, infinities and windows without elements (autodiff/test_conventions.cpp).
#include "samples/samples.hpp"

#include "reference/convolution.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>

namespace xgrad::test::samples {
namespace {

struct MaxCase {
  std::string name;
  Shape x;
  MaxPool2dOptions options;

  Shape result() const { return max_pool2d(zeros(x), options).shape(); }
};

const std::vector<MaxCase>& max_cases() {
  static const std::vector<MaxCase> list = {
      {"one element", {1, 1, 1, 1}, {.kernel = 1}},
      {"quarters", {2, 3, 8, 6}, {.kernel = 2}},
      {"a rest that is left out", {2, 1, 7, 9}, {.kernel = {2, 4}}},
      {"a rest in ceil mode", {1, 2, 7, 9}, {.kernel = {2, 4}, .ceil_mode = true}},
      {"overlapping windows", {1, 2, 8, 7}, {.kernel = 3, .stride = {1, 2}}},
      {"padding", {1, 2, 7, 6}, {.kernel = {3, 2}, .stride = 2, .padding = 1}},
      {"dilation", {1, 1, 9, 17}, {.kernel = {2, 3}, .stride = {2, 3}, .dilation = {3, 2}}},
      {"everything",
       {1, 2, 9, 8},
       {.kernel = 3, .stride = {2, 3}, .padding = 1, .dilation = {1, 2}, .ceil_mode = true}},
      {"a last window that would start in the padding", {1, 1, 5, 5}, {.kernel = 2, .padding = 1, .ceil_mode = true}},
      {"a kernel beyond the input in ceil mode", {1, 1, 2, 2}, {.kernel = 3, .stride = 2, .ceil_mode = true}},
      {"no images", {0, 2, 4, 4}, {.kernel = 2}},
      {"no channels", {2, 0, 4, 4}, {.kernel = 2}},
  };
  return list;
}

struct AvgCase {
  std::string name;
  Shape x;
  AvgPool2dOptions options;

  Pair size() const { return {x[2], x[3]}; }
  Shape result() const { return avg_pool2d(zeros(x), options).shape(); }
};

const std::vector<AvgCase>& avg_cases() {
  static const std::vector<AvgCase> list = {
      {"one element", {1, 1, 1, 1}, {.kernel = 1}},
      {"quarters", {2, 3, 8, 6}, {.kernel = 2}},
      {"a rest that is left out", {2, 1, 7, 9}, {.kernel = {2, 4}}},
      {"a rest in ceil mode", {1, 2, 7, 9}, {.kernel = {2, 4}, .ceil_mode = true}},
      {"overlapping windows", {1, 2, 8, 17}, {.kernel = 3, .stride = {1, 2}}},
      {"padding that counts", {1, 2, 7, 6}, {.kernel = {3, 2}, .stride = 2, .padding = 1}},
      {"padding that does not",
       {1, 2, 7, 6},
       {.kernel = {3, 2}, .stride = 2, .padding = 1, .count_include_pad = false}},
      {"padding and a rest", {1, 1, 6, 7}, {.kernel = 4, .stride = 3, .padding = {2, 1}, .ceil_mode = true}},
      {"the same, elements inside only",
       {1, 1, 6, 7},
       {.kernel = 4, .stride = 3, .padding = {2, 1}, .ceil_mode = true, .count_include_pad = false}},
      {"the whole image", {2, 2, 5, 4}, {.kernel = {5, 4}}},
      {"no images", {0, 2, 4, 4}, {.kernel = 2}},
  };
  return list;
}

OpSamples max_samples() {
  OpSamples result{"max_pool2d", 0, 0, {}, {}};
  for (const MaxCase& c : max_cases())
    result.samples.push_back({c.name,
                              {distinct(c.x)},
                              [=](const Tensors& v) { return max_pool2d(v[0], c.options); },
                              [=](const Refs& v) { return reference::max_pool2d(v[0], c.options); }});
  result.samples.push_back({"equals",
                            {tensor({{{{1, 2, 2, 2}, {2, 0, 2, 2}}}}, float64)},
                            [](const Tensors& v) { return max_pool2d(v[0], {.kernel = 2}); },
                            [](const Refs& v) { return reference::max_pool2d(v[0], {.kernel = 2}); },
                            {{0, 1, 1, 0, 0, 0, 0, 0}}});
  result.errors = {
      fails<ShapeError>(
          "rank",
          [] {
            max_pool2d(ones({3, 4, 4}), {.kernel = 2});
          },
          "max_pool2d: the rank of x does not fit: got (3, 4, 4), want (batch, channels, rows, columns); operands (3, "
          "4, 4) float32; at HERE"),
      fails<DtypeError>(
          "integers",
          [] {
            max_pool2d(ones({1, 3, 4, 4}, int64), {.kernel = 2});
          },
          "max_pool2d: not defined for this dtype: got int64, want a larger one; .to(float32) converts; operands (1, "
          "3, 4, 4) int64; at HERE"),
      fails<ShapeError>(
          "kernel",
          [] {
            max_pool2d(ones({1, 3, 4, 1}), {.kernel = 2});
          },
          "max_pool2d: the kernel is larger than the padded input: got 2 and 1 along axis 3; operands (1, 3, 4, 1) "
          "float32; at HERE"),
      fails<ValueError>(
          "no kernel",
          [] {
            max_pool2d(ones({1, 3, 4, 4}), {.kernel = 0});
          },
          "max_pool2d: the kernel's extent is out of range: got 0, want 1 to 2147483647; operands (1, 3, 4, 4) "
          "float32; at HERE"),
      fails<ValueError>(
          "padding",
          [] {
            max_pool2d(ones({1, 3, 4, 4}), {.kernel = 3, .padding = {1, 2}});
          },
          "max_pool2d: the padding is more than half the kernel: got 2, want at most 1; operands (1, 3, 4, 4) float32; "
          "at HERE"),
  };
  return result;
}

OpSamples max_backward_samples() {
  OpSamples result{"max_pool2d_backward", 3, 3, {}, {}};
  for (const MaxCase& c : max_cases())
    result.samples.push_back({c.name,
                              {values(c.result(), -2, 2, 1), distinct(c.x)},
                              [=](const Tensors& v) { return max_pool2d_backward(v[0], v[1], c.options); },
                              [=](const Refs& v) { return reference::max_pool2d_backward(v[0], v[1], c.options); }});
  result.errors = {
      fails<ShapeError>(
          "cotangent",
          [] {
            max_pool2d_backward(ones({1, 3, 4, 4}), ones({1, 3, 6, 8}), {.kernel = 2});
          },
          "max_pool2d_backward: the cotangent does not fit: got (1, 3, 4, 4), want (1, 3, 3, 4); operands (1, 3, 4, 4) "
          "float32, (1, 3, 6, 8) float32; at HERE"),
      fails<DtypeError>(
          "dtypes",
          [] {
            max_pool2d_backward(ones({1, 3, 4, 4}), ones({1, 3, 8, 8}, float64), {.kernel = 2});
          },
          "max_pool2d_backward: dtypes differ: got float32 and float64, want equal ones; .to(float32) converts; "
          "operands (1, 3, 4, 4) float32, (1, 3, 8, 8) float64; at HERE"),
  };
  return result;
}

OpSamples max_pick_samples() {
  OpSamples result{"max_pool2d_pick", 0, 0, {}, {}};
  for (const MaxCase& c : max_cases())
    result.samples.push_back({c.name,
                              {values(c.x, -2, 2, 1), distinct(c.x)},
                              [=](const Tensors& v) { return max_pool2d_pick(v[0], v[1], c.options); },
                              [=](const Refs& v) { return reference::max_pool2d_pick(v[0], v[1], c.options); }});
  result.errors = {
      fails<ShapeError>(
          "shapes",
          [] {
            max_pool2d_pick(ones({1, 3, 4, 4}), ones({1, 3, 4, 5}), {.kernel = 2});
          },
          "max_pool2d_pick: the shape of u does not fit: got (1, 3, 4, 4), want (1, 3, 4, 5); operands (1, 3, 4, 4) "
          "float32, (1, 3, 4, 5) float32; at HERE"),
  };
  return result;
}

OpSamples avg_samples() {
  OpSamples result{"avg_pool2d", 2, 1, {}, {}};
  for (const AvgCase& c : avg_cases())
    result.samples.push_back({c.name,
                              {values(c.x, -2, 2, 1)},
                              [=](const Tensors& v) { return avg_pool2d(v[0], c.options); },
                              [=](const Refs& v) { return reference::avg_pool2d(v[0], c.options); }});
  result.errors = {
      fails<ShapeError>(
          "rank",
          [] {
            avg_pool2d(ones({4, 4}), {.kernel = 2});
          },
          "avg_pool2d: the rank of x does not fit: got (4, 4), want (batch, channels, rows, columns); operands (4, 4) "
          "float32; at HERE"),
      fails<ValueError>(
          "padding",
          [] {
            avg_pool2d(ones({1, 3, 4, 4}), {.kernel = {1, 3}, .padding = 1});
          },
          "avg_pool2d: the padding is more than half the kernel: got 1, want at most 0; operands (1, 3, 4, 4) float32; "
          "at HERE"),
  };
  return result;
}

OpSamples avg_backward_samples() {
  OpSamples result{"avg_pool2d_backward", 3, 3, {}, {}};
  for (const AvgCase& c : avg_cases())
    result.samples.push_back(
        {c.name,
         {values(c.result(), -2, 2, 1)},
         [=](const Tensors& v) { return avg_pool2d_backward(v[0], c.size(), c.options); },
         [=](const Refs& v) { return reference::avg_pool2d_backward(v[0], c.size(), c.options); }});
  result.errors = {
      fails<ShapeError>(
          "cotangent",
          [] {
            avg_pool2d_backward(ones({1, 3, 4, 4}), {8, 10}, {.kernel = 2});
          },
          "avg_pool2d_backward: the cotangent does not fit: got (1, 3, 4, 4), want (1, 3, 4, 5); operands (1, 3, 4, 4) "
          "float32; at HERE"),
  };
  return result;
}

}  // namespace

std::vector<OpSamples> pooling() {
  return {max_samples(), max_backward_samples(), max_pick_samples(), avg_samples(), avg_backward_samples()};
}

}  // namespace xgrad::test::samples
