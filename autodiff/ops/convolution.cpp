// Convolution and its two derivatives: three functions linear in each operand, whose rules call one another.
// Not here: how they are computed (loops/convolution.cpp).
#include <xgrad/autodiff/ops/convolution.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/convolution.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/windows.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/scope.hpp>

#include <algorithm>

namespace xgrad {
namespace {

void check_rank(const char* what, const Shape& shape, int rank, const char* want) {
  if (shape.rank() != rank)
    throw ShapeError(std::string("the rank of ") + what + " does not fit: got " + to_string(shape) + ", want " + want);
}

void check_groups(std::int64_t groups, std::int64_t channels, const char* what) {
  if (groups < 1 || channels % groups != 0)
    throw ValueError("the groups do not divide the channels: got " + std::to_string(groups) + " groups for " +
                     std::to_string(channels) + " channels of the " + what);
}

loops::Windows2d windows_of(const Shape& x, Pair kernel, const Conv2dOptions& o) {
  return {ops::windows(x, 2, {kernel.rows, o.stride.rows, o.padding.rows, o.dilation.rows}),
          ops::windows(x, 3, {kernel.columns, o.stride.columns, o.padding.columns, o.dilation.columns})};
}

Pair image_of(const Shape& shape) { return {shape[2], shape[3]}; }

/// The sizes of a convolution, once the shapes of x and weight have been checked.
loops::Convolution sizes_of(const Shape& x, const Shape& weight, const Conv2dOptions& options) {
  return {x[0], options.groups, weight[1], weight[0] / options.groups, windows_of(x, image_of(weight), options)};
}

// The checks of channels that images and signals share.
void check_channels(const Shape& x, const Shape& weight, std::int64_t groups) {
  check_groups(groups, x[1], "input");
  check_groups(groups, weight[0], "result");
  if (weight[1] != x[1] / groups)
    throw ShapeError("the weight's channels do not fit: got " + std::to_string(weight[1]) + ", want " +
                     std::to_string(x[1] / groups) + " for " + std::to_string(x[1]) + " channels in " +
                     std::to_string(groups) + " groups");
}

Shape result_shape(const Shape& x, const Shape& weight, const Conv2dOptions& options) {
  check_rank("x", x, 4, "(batch, channels, rows, columns)");
  check_rank("the weight", weight, 4, "(out channels, in channels / groups, rows, columns)");
  check_channels(x, weight, options.groups);
  const auto [rows, columns] = windows_of(x, image_of(weight), options);
  return {x[0], weight[0], rows.count, columns.count};
}

void check_bias(const Shape& bias, const Shape& weight) {
  if (bias.rank() != 1 || bias[0] != weight[0])
    throw ShapeError("the bias does not fit the weight: got " + to_string(bias) + ", want (" +
                     std::to_string(weight[0]) + ",)");
}

void check_cotangent(const Shape& g, const Shape& want) {
  if (g != want) throw ShapeError("the cotangent does not fit: got " + to_string(g) + ", want " + to_string(want));
}

struct InputBackwardAttrs {
  Conv2dOptions options;
  Pair size;

  Shape shape(const Shape& g, const Shape& weight) const {
    // A product that wraps around does not pass the checks that follow.
    const auto channels = static_cast<std::uint64_t>(weight[1]) * static_cast<std::uint64_t>(options.groups);
    return {g[0], static_cast<std::int64_t>(channels), size.rows, size.columns};
  }
};

struct WeightBackwardAttrs {
  Conv2dOptions options;
  Pair kernel;

  Shape shape(const Shape& g, const Shape& x) const {
    return {g[1], x[1] / options.groups, kernel.rows, kernel.columns};
  }
};

constexpr Op conv2d_op{checked({
    .name = "conv2d",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          ops::check_product_dtypes(in);
          out[0].shape = result_shape(in[0].shape, in[1].shape, attrs.get<Conv2dOptions>());
          if (in.size() == 3) check_bias(in[2].shape, in[1].shape);
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          loops::convolve(sizes_of(in[0].shape, in[1].shape, attrs.get<Conv2dOptions>()), in[0], in[1],
                          in.size() == 3 ? &in[2] : nullptr, out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const auto& options = r.attrs<Conv2dOptions>();
      Cotangents result = Cotangents::undefined(r.input_count());
      if (r.needs(0)) result[0] = conv2d_input_backward(ct[0], r.input(1), image_of(r.input_shape(0)), options);
      if (r.needs(1)) result[1] = conv2d_weight_backward(ct[0], r.input(0), image_of(r.input_shape(1)), options);
      if (r.input_count() == 3 && r.needs(2)) result[2] = sum(ct[0], {0, 2, 3});
      return result;
    },
    .saves = {{saved_input(1), saved_input(0), 0}},
})};

constexpr Op conv2d_input_backward_op{checked({
    .name = "conv2d_input_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<InputBackwardAttrs>();
          ops::check_product_dtypes(in);
          check_rank("the cotangent", in[0].shape, 4, "(batch, channels, rows, columns)");
          check_rank("the weight", in[1].shape, 4, "(out channels, in channels / groups, rows, columns)");
          out[0].shape = a.shape(in[0].shape, in[1].shape);
          check_cotangent(in[0].shape, result_shape(out[0].shape, in[1].shape, a.options));
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<InputBackwardAttrs>();
          loops::convolve_input_backward(sizes_of(out[0].shape, in[1].shape, a.options), in[0], in[1], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const auto& options = r.attrs<InputBackwardAttrs>().options;
      return {r.needs(0) ? conv2d(ct[0], r.input(1), options) : Tensor(),
              r.needs(1) ? conv2d_weight_backward(r.input(0), ct[0], image_of(r.input_shape(1)), options) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0)}},
})};

constexpr Op conv2d_weight_backward_op{checked({
    .name = "conv2d_weight_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<WeightBackwardAttrs>();
          ops::check_product_dtypes(in);
          check_rank("the cotangent", in[0].shape, 4, "(batch, channels, rows, columns)");
          check_rank("x", in[1].shape, 4, "(batch, channels, rows, columns)");
          check_groups(a.options.groups, in[1].shape[1], "input");
          out[0].shape = a.shape(in[0].shape, in[1].shape);
          check_cotangent(in[0].shape, result_shape(in[1].shape, out[0].shape, a.options));
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<WeightBackwardAttrs>();
          loops::convolve_weight_backward(sizes_of(in[1].shape, out[0].shape, a.options), in[0], in[1], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const auto& options = r.attrs<WeightBackwardAttrs>().options;
      return {r.needs(0) ? conv2d(r.input(1), ct[0], options) : Tensor(),
              r.needs(1) ? conv2d_input_backward(r.input(0), ct[0], image_of(r.input_shape(1)), options) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0)}},
})};

// A signal is an image of one row. Its errors must not speak of rows, so everything is checked before.
void check_signal(const Shape& x, const Shape& weight, const Shape* bias, const Conv1dOptions& o) {
  check_rank("x", x, 3, "(batch, channels, length)");
  check_rank("the weight", weight, 3, "(out channels, in channels / groups, length)");
  check_channels(x, weight, o.groups);
  ops::windows(x, 2, {weight[2], o.stride, o.padding, o.dilation});
  if (bias != nullptr) check_bias(*bias, weight);
}

template <std::same_as<Arg>... Bias>
Tensor convolve_signal(const Arg& x, const Arg& weight, const Conv1dOptions& o, const Bias&... bias) {
  ops::check_defined("conv1d", x, weight, bias...);
  const CompositeScope scope(x);
  try {
    const Shape* bias_shape = nullptr;
    ((bias_shape = &bias.shape()), ...);
    check_signal(x.shape(), weight.shape(), bias_shape, o);
    detail::State* const states[] = {x.state(), weight.state(), bias.state()...};
    ops::check_product_dtypes(Inputs(states, std::size(states)));
  } catch (Error& error) {
    std::string operands = describe(x.tensor()) + ", " + describe(weight.tensor());
    ((operands += ", " + describe(bias.tensor())), ...);
    error.set_message(with_context("conv1d", error.message(), operands, detail::user_site(x.site())));
    throw;
  }
  const Conv2dOptions options{{1, o.stride}, {0, o.padding}, {1, o.dilation}, o.groups};
  return squeeze(conv2d(expand_dims(x, 2), expand_dims(weight, 2), bias..., options), 2);
}

}  // namespace

Tensor conv2d(Arg x, Arg weight, Arg bias, const Conv2dOptions& options) {
  return record<conv2d_op>({x, weight, bias}, options);
}
Tensor conv2d(Arg x, Arg weight, const Conv2dOptions& options) { return record<conv2d_op>({x, weight}, options); }

Tensor conv1d(Arg x, Arg weight, Arg bias, const Conv1dOptions& options) {
  return convolve_signal(x, weight, options, bias);
}
Tensor conv1d(Arg x, Arg weight, const Conv1dOptions& options) { return convolve_signal(x, weight, options); }

Tensor conv2d_input_backward(Arg g, Arg weight, Pair size, const Conv2dOptions& options) {
  return record<conv2d_input_backward_op>({g, weight}, InputBackwardAttrs{options, size});
}
Tensor conv2d_weight_backward(Arg g, Arg x, Pair kernel, const Conv2dOptions& options) {
  return record<conv2d_weight_backward_op>({g, x}, WeightBackwardAttrs{options, kernel});
}

}  // namespace xgrad
