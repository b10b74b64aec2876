// Samples of conv2d (conv1d too) and its two derivatives: each configuration in all three directions.
// Not here: pooling (pooling.cpp).
#include "samples/samples.hpp"

#include "reference/convolution.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>

namespace xgrad::test::samples {
namespace {

struct Case {
  std::string name;
  Shape x, weight;
  Conv2dOptions options = {};

  Pair size() const { return {x[2], x[3]}; }
  Pair kernel() const { return {weight[2], weight[3]}; }
  Shape result() const { return conv2d(zeros(x), zeros(weight), options).shape(); }
};

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"one element", {1, 1, 1, 1}, {1, 1, 1, 1}},
      {"plain", {2, 3, 7, 8}, {4, 3, 3, 2}},
      {"a row", {1, 2, 1, 17}, {2, 2, 1, 3}},
      {"padding", {2, 2, 7, 5}, {3, 2, 3, 2}, {.padding = {1, 0}}},
      {"as many windows as pixels", {1, 2, 9, 8}, {2, 2, 3, 3}, {.padding = 1}},
      {"padding wider than the kernel", {1, 1, 2, 3}, {2, 1, 2, 1}, {.padding = {3, 2}}},
      {"strides", {1, 2, 9, 17}, {3, 2, 3, 3}, {.stride = {2, 3}, .padding = 1}},
      {"strides beyond the kernel", {1, 1, 8, 9}, {2, 1, 2, 2}, {.stride = {3, 4}}},
      {"dilation", {1, 2, 8, 7}, {2, 2, 3, 2}, {.dilation = {2, 3}}},
      {"stride, padding, dilation",
       {2, 1, 7, 9},
       {2, 1, 3, 3},
       {.stride = {1, 2}, .padding = {2, 1}, .dilation = {1, 2}}},
      {"groups", {2, 4, 5, 4}, {6, 2, 3, 2}, {.padding = {0, 1}, .groups = 2}},
      {"one group a channel", {2, 3, 5, 6}, {3, 1, 3, 3}, {.padding = 1, .groups = 3}},
      {"one group a channel, two results each", {1, 3, 4, 4}, {6, 1, 2, 2}, {.stride = 2, .groups = 3}},
      {"pointwise", {2, 3, 4, 5}, {5, 3, 1, 1}},
      {"pointwise, groups", {2, 4, 3, 3}, {4, 2, 1, 1}, {.groups = 2}},
      {"pointwise, strides", {1, 3, 5, 4}, {2, 3, 1, 1}, {.stride = 2}},
      {"pointwise, padding", {1, 2, 3, 2}, {2, 2, 1, 1}, {.padding = {0, 1}}},
      {"a kernel as large as the padded input", {2, 2, 3, 3}, {3, 2, 5, 5}, {.padding = 1}},
      {"several panels, products in a BLAS", {1, 1, 20, 20}, {2, 1, 9, 9}, {.padding = 5}},
      {"no images", {0, 3, 4, 4}, {2, 3, 3, 3}},
      {"no pixels", {1, 2, 0, 3}, {2, 2, 1, 2}, {.padding = {1, 0}}},
      {"no channels", {2, 0, 4, 4}, {3, 0, 2, 2}},
      {"no results", {2, 3, 4, 4}, {0, 3, 2, 2}},
  };
  return list;
}

Tensor call(const Tensors& v, const Conv2dOptions& options) {
  return v.size() == 3 ? conv2d(v[0], v[1], v[2], options) : conv2d(v[0], v[1], options);
}

Tensor call(const Tensors& v, const Conv1dOptions& options) {
  return v.size() == 3 ? conv1d(v[0], v[1], v[2], options) : conv1d(v[0], v[1], options);
}

OpSamples forward_samples() {
  OpSamples result{"conv2d", 4, 4, {}, {}, true};
  for (const Case& c : cases())
    for (const bool with_bias : {false, true}) {
      Tensors inputs{values(c.x, -2, 2, 1), values(c.weight, -2, 2, 2)};
      if (with_bias) inputs.push_back(values({c.weight[0]}, -2, 2, 3));
      result.samples.push_back({c.name + (with_bias ? ", bias" : ""), inputs,
                                [=](const Tensors& v) { return call(v, c.options); },
                                [=](const Refs& v) { return reference::conv2d(v, c.options); }});
    }
  const auto add_signal = [&](const Shape& x, const Shape& weight, const Conv1dOptions& options, bool with_bias) {
    Tensors inputs{values(x, -2, 2, 1), values(weight, -2, 2, 2)};
    if (with_bias) inputs.push_back(values({weight[0]}, -2, 2, 3));
    result.samples.push_back({"conv1d of " + xgrad::to_string(x) + " by " + xgrad::to_string(weight), inputs,
                              [=](const Tensors& v) { return call(v, options); },
                              [=](const Refs& v) { return reference::conv1d(v, options); }});
  };
  add_signal({2, 3, 9}, {4, 3, 3}, {}, true);
  add_signal({2, 4, 17}, {4, 2, 3}, {.stride = 2, .padding = 2, .dilation = 2, .groups = 2}, true);
  add_signal({1, 2, 8}, {3, 2, 1}, {}, false);
  add_signal({0, 2, 7}, {3, 2, 2}, {.padding = 1}, false);
  return result;
}

std::vector<ErrorSample> image_errors() {
  return {
      fails<ShapeError>(
          "rank of x",
          [] {
            conv2d(ones({3, 4, 4}), ones({2, 3, 3, 3}));
          },
          "conv2d: the rank of x does not fit: got (3, 4, 4), want (batch, channels, rows, columns); operands (3, 4, "
          "4) float32, (2, 3, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "rank of the weight",
          [] {
            conv2d(ones({1, 3, 4, 4}), ones({2, 3, 3}));
          },
          "conv2d: the rank of the weight does not fit: got (2, 3, 3), want (out channels, in channels / groups, rows, "
          "columns); operands (1, 3, 4, 4) float32, (2, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "channels",
          [] {
            conv2d(ones({1, 4, 5, 5}), ones({2, 3, 3, 3}), {.groups = 2});
          },
          "conv2d: the weight's channels do not fit: got 3, want 2 for 4 channels in 2 groups; operands (1, 4, 5, 5) "
          "float32, (2, 3, 3, 3) float32; at HERE"),
      fails<ValueError>(
          "groups of the input",
          [] {
            conv2d(ones({1, 4, 5, 5}), ones({3, 1, 3, 3}), {.groups = 3});
          },
          "conv2d: the groups do not divide the channels: got 3 groups for 4 channels of the input; operands (1, 4, 5, "
          "5) float32, (3, 1, 3, 3) float32; at HERE"),
      fails<ValueError>(
          "groups of the result",
          [] {
            conv2d(ones({1, 4, 5, 5}), ones({3, 2, 3, 3}), {.groups = 2});
          },
          "conv2d: the groups do not divide the channels: got 2 groups for 3 channels of the result; operands (1, 4, "
          "5, 5) float32, (3, 2, 3, 3) float32; at HERE"),
      fails<ValueError>(
          "no groups",
          [] {
            conv2d(ones({1, 4, 5, 5}), ones({3, 2, 3, 3}), {.groups = 0});
          },
          "conv2d: the groups do not divide the channels: got 0 groups for 4 channels of the input; operands (1, 4, 5, "
          "5) float32, (3, 2, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "kernel larger than the padded input",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({1, 1, 3, 3}), {.padding = {0, 1}, .dilation = 3});
          },
          "conv2d: the kernel is larger than the padded input: got 7 and 5 along axis 3; operands (1, 1, 9, 3) "
          "float32, (1, 1, 3, 3) float32; at HERE"),
      fails<ValueError>(
          "an empty kernel",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({1, 1, 0, 3}));
          },
          "conv2d: the kernel's extent is out of range: got 0, want 1 to 2147483647; operands (1, 1, 9, 3) float32, "
          "(1, 1, 0, 3) float32; at HERE"),
      fails<ValueError>(
          "stride",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({1, 1, 3, 3}), {.stride = {1, 0}});
          },
          "conv2d: the stride is out of range: got 0, want 1 to 2147483647; operands (1, 1, 9, 3) float32, (1, 1, 3, "
          "3) float32; at HERE"),
      fails<ValueError>(
          "padding",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({1, 1, 3, 3}), {.padding = -1});
          },
          "conv2d: the padding is out of range: got -1, want 0 to 2147483647; operands (1, 1, 9, 3) float32, (1, 1, 3, "
          "3) float32; at HERE"),
      fails<ValueError>(
          "dilation",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({1, 1, 3, 3}), {.dilation = {std::int64_t{1} << 62, 1}});
          },
          "conv2d: the dilation is out of range: got 4611686018427387904, want 1 to 2147483647; operands (1, 1, 9, 3) "
          "float32, (1, 1, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "bias",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({2, 1, 3, 3}), ones({3}));
          },
          "conv2d: the bias does not fit the weight: got (3,), want (2,); operands (1, 1, 9, 3) float32, (2, 1, 3, 3) "
          "float32, (3,) float32; at HERE"),
      fails<DtypeError>(
          "dtypes",
          [] {
            conv2d(ones({1, 1, 9, 3}), ones({2, 1, 3, 3}), ones({2}, float64));
          },
          "conv2d: dtypes differ: got float32 and float64, want equal ones; .to(float32) converts; operands (1, 1, 9, "
          "3) float32, (2, 1, 3, 3) float32, (2,) float64; at HERE"),
      fails<DtypeError>(
          "integers",
          [] {
            conv2d(ones({1, 1, 9, 3}, int64), ones({2, 1, 3, 3}, int64));
          },
          "conv2d: products are defined for floating dtypes: got int64 as operand 0, want float32 or float64; "
          ".to(float32) converts; operands (1, 1, 9, 3) int64, (2, 1, 3, 3) int64; at HERE"),
      fails<ValueError>(
          "undefined operand",
          [] {
            conv2d(ones({1, 1, 9, 3}), Tensor());
          },
          "conv2d: operand 1 is an undefined tensor; at HERE"),
  };
}

std::vector<ErrorSample> signal_errors() {
  return {
      fails<ShapeError>(
          "rank of a signal",
          [] {
            conv1d(ones({3, 4}), ones({2, 3, 3}));
          },
          "conv1d: the rank of x does not fit: got (3, 4), want (batch, channels, length); operands (3, 4) float32, "
          "(2, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "rank of a signal's weight",
          [] {
            conv1d(ones({1, 3, 4}), ones({2, 3}));
          },
          "conv1d: the rank of the weight does not fit: got (2, 3), want (out channels, in channels / groups, length); "
          "operands (1, 3, 4) float32, (2, 3) float32; at HERE"),
      fails<ShapeError>(
          "kernel larger than the padded signal",
          [] {
            conv1d(ones({1, 3, 4}), ones({2, 3, 7}), {.padding = 1});
          },
          "conv1d: the kernel is larger than the padded input: got 7 and 6 along axis 2; operands (1, 3, 4) float32, "
          "(2, 3, 7) float32; at HERE"),
      fails<ShapeError>(
          "bias of a signal",
          [] {
            conv1d(ones({1, 3, 4}), ones({2, 3, 3}), ones({2, 1}));
          },
          "conv1d: the bias does not fit the weight: got (2, 1), want (2,); operands (1, 3, 4) float32, (2, 3, 3) "
          "float32, (2, 1) float32; at HERE"),
      fails<DtypeError>(
          "dtypes of signals",
          [] {
            conv1d(ones({1, 3, 4}), ones({2, 3, 3}, float64));
          },
          "conv1d: dtypes differ: got float32 and float64, want equal ones; .to(float32) converts; operands (1, 3, 4) "
          "float32, (2, 3, 3) float64; at HERE"),
      fails<ValueError>(
          "undefined signal",
          [] {
            conv1d(Tensor(), ones({2, 3, 3}));
          },
          "conv1d: operand 0 is an undefined tensor; at HERE"),
  };
}

OpSamples input_backward_samples() {
  OpSamples result{"conv2d_input_backward", 4, 4, {}, {}, true};
  for (const Case& c : cases())
    result.samples.push_back(
        {c.name,
         {values(c.result(), -2, 2, 1), values(c.weight, -2, 2, 2)},
         [=](const Tensors& v) { return conv2d_input_backward(v[0], v[1], c.size(), c.options); },
         [=](const Refs& v) { return reference::conv2d_input_backward(v[0], v[1], c.size(), c.options); }});
  result.errors = {
      fails<ShapeError>(
          "cotangent",
          [] {
            conv2d_input_backward(ones({2, 3, 4, 4}), ones({3, 1, 3, 3}), {7, 6});
          },
          "conv2d_input_backward: the cotangent does not fit: got (2, 3, 4, 4), want (2, 3, 5, 4); operands (2, 3, 4, "
          "4) float32, (3, 1, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "rank of the cotangent",
          [] {
            conv2d_input_backward(ones({3, 4, 4}), ones({3, 1, 3, 3}), 6);
          },
          "conv2d_input_backward: the rank of the cotangent does not fit: got (3, 4, 4), want (batch, channels, rows, "
          "columns); operands (3, 4, 4) float32, (3, 1, 3, 3) float32; at HERE"),
      fails<ShapeError>(
          "more channels than integers",
          [] {
            conv2d_input_backward(ones({1, 0, 4, 4}), ones({0, 3, 3, 3}), 6, {.groups = std::int64_t{1} << 62});
          },
          "conv2d_input_backward: shape: an extent is negative: got -4611686018427387904, want 0 or more; operands (1, "
          "0, 4, 4) float32, (0, "
          "3, 3, 3) float32; at HERE"),
  };
  return result;
}

OpSamples weight_backward_samples() {
  OpSamples result{"conv2d_weight_backward", 4, 4, {}, {}, true};
  for (const Case& c : cases())
    result.samples.push_back(
        {c.name,
         {values(c.result(), -2, 2, 1), values(c.x, -2, 2, 2)},
         [=](const Tensors& v) { return conv2d_weight_backward(v[0], v[1], c.kernel(), c.options); },
         [=](const Refs& v) { return reference::conv2d_weight_backward(v[0], v[1], c.kernel(), c.options); }});
  result.errors = {
      fails<ShapeError>(
          "cotangent",
          [] {
            conv2d_weight_backward(ones({2, 3, 4, 4}), ones({1, 1, 6, 6}), 3);
          },
          "conv2d_weight_backward: the cotangent does not fit: got (2, 3, 4, 4), want (1, 3, 4, 4); operands (2, 3, 4, "
          "4) float32, (1, 1, 6, 6) float32; at HERE"),
      fails<ShapeError>(
          "rank of x",
          [] {
            conv2d_weight_backward(ones({2, 3, 4, 4}), ones({1, 6, 6}), 3);
          },
          "conv2d_weight_backward: the rank of x does not fit: got (1, 6, 6), want (batch, channels, rows, columns); "
          "operands (2, 3, 4, 4) float32, (1, 6, 6) float32; at HERE"),
      fails<ValueError>(
          "groups",
          [] {
            conv2d_weight_backward(ones({1, 3, 4, 4}), ones({1, 2, 6, 6}), 3, {.groups = 0});
          },
          "conv2d_weight_backward: the groups do not divide the channels: got 0 groups for 2 channels of the input; "
          "operands (1, 3, 4, 4) float32, (1, 2, 6, 6) float32; at HERE"),
  };
  return result;
}

}  // namespace

std::vector<OpSamples> convolution() {
  OpSamples forward = forward_samples();
  forward.errors = image_errors();
  for (ErrorSample& sample : signal_errors()) forward.errors.push_back(std::move(sample));
  return {forward, input_backward_samples(), weight_backward_samples()};
}

}  // namespace xgrad::test::samples
