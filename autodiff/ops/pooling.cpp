// Pooling and its derivatives. The places of the maxima are found again by each op that needs them: a search costs
// less than memory that lives from forward to backward, and nothing is searched under NoGrad.
// Not here: how they are computed (loops/pooling.cpp).
#include <xgrad/autodiff/ops/pooling.hpp>

#include <xgrad/autodiff/loops/pooling.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/windows.hpp>
#include <xgrad/autodiff/record.hpp>

namespace xgrad {
namespace {

// Padding of more than half the kernel could leave windows without a single element.
void check_padding(std::int64_t padding, std::int64_t kernel) {
  if (padding > kernel / 2)
    throw ValueError("the padding is more than half the kernel: got " + std::to_string(padding) + ", want at most " +
                     std::to_string(kernel / 2));
}

loops::Windows2d windows_of(const Shape& x, const MaxPool2dOptions& o) {
  return {ops::windows(x, 2, {o.kernel.rows, o.stride.rows, o.padding.rows, o.dilation.rows, o.ceil_mode}),
          ops::windows(x, 3, {o.kernel.columns, o.stride.columns, o.padding.columns, o.dilation.columns, o.ceil_mode})};
}

loops::Windows2d windows_of(const Shape& x, const AvgPool2dOptions& o) {
  return windows_of(x, MaxPool2dOptions{o.kernel, o.stride, o.padding, 1, o.ceil_mode});
}

void check_images(const char* what, const Array& array) {
  if (array.shape.rank() != 4)
    throw ShapeError(std::string("the rank of ") + what + " does not fit: got " + to_string(array.shape) +
                     ", want (batch, channels, rows, columns)");
  if (!is_floating(array.dtype)) ops::fail_dtype(array.dtype);
}

/// The shape after pooling x of a shape of rank 4.
template <class Options>
Shape pooled_shape(const Shape& x, const Options& options) {
  const auto [rows, columns] = windows_of(x, options);
  check_padding(options.padding.rows, options.kernel.rows);
  check_padding(options.padding.columns, options.kernel.columns);
  return {x[0], x[1], rows.count, columns.count};
}

template <class Options>
void infer_pooled(Inputs in, Attrs attrs, Outputs out) {
  check_images("x", in[0]);
  out[0].shape = pooled_shape(in[0].shape, attrs.get<Options>());
  out[0].dtype = in[0].dtype;
}

void check_shape(const char* what, const Shape& shape, const Shape& want) {
  if (shape != want)
    throw ShapeError(std::string(what) + " does not fit: got " + to_string(shape) + ", want " + to_string(want));
}

constexpr Op max_pool2d_op{checked({
    .name = "max_pool2d",
    .infer = infer_pooled<MaxPool2dOptions>,
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          loops::max_pool(windows_of(in[0].shape, attrs.get<MaxPool2dOptions>()), in[0], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {max_pool2d_backward(ct[0], r.input(0), r.attrs<MaxPool2dOptions>())};
    },
    .saves = {{saved_input(0)}},
})};

// The places of the maxima do not move with x, so neither this op nor the next has a derivative by x.
constexpr Op max_pool2d_backward_op{checked({
    .name = "max_pool2d_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          ops::check_product_dtypes(in);
          check_images("x", in[1]);
          check_shape("the cotangent", in[0].shape, pooled_shape(in[1].shape, attrs.get<MaxPool2dOptions>()));
          out[0].shape = in[1].shape;
          out[0].dtype = in[1].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          loops::max_pool_backward(windows_of(in[1].shape, attrs.get<MaxPool2dOptions>()), in[0], in[1], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? max_pool2d_pick(ct[0], r.input(1), r.attrs<MaxPool2dOptions>()) : Tensor(), Tensor()};
    },
    .saves = {{saved_input(1), 0}},
})};

constexpr Op max_pool2d_pick_op{checked({
    .name = "max_pool2d_pick",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          ops::check_product_dtypes(in);
          check_images("x", in[1]);
          check_shape("the shape of u", in[0].shape, in[1].shape);
          out[0].shape = pooled_shape(in[1].shape, attrs.get<MaxPool2dOptions>());
          out[0].dtype = in[1].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          loops::max_pool_pick(windows_of(in[1].shape, attrs.get<MaxPool2dOptions>()), in[0], in[1], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? max_pool2d_backward(ct[0], r.input(1), r.attrs<MaxPool2dOptions>()) : Tensor(), Tensor()};
    },
    .saves = {{saved_input(1), 0}},
})};

constexpr Op avg_pool2d_op{checked({
    .name = "avg_pool2d",
    .infer = infer_pooled<AvgPool2dOptions>,
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& options = attrs.get<AvgPool2dOptions>();
          loops::avg_pool(windows_of(in[0].shape, options), options.count_include_pad, in[0], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Shape& x = r.input_shape(0);
      return {avg_pool2d_backward(ct[0], {x[2], x[3]}, r.attrs<AvgPool2dOptions>())};
    },
})};

struct AvgBackwardAttrs {
  AvgPool2dOptions options;
  Pair size;
};

constexpr Op avg_pool2d_backward_op{checked({
    .name = "avg_pool2d_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& [options, size] = attrs.get<AvgBackwardAttrs>();
          check_images("the cotangent", in[0]);
          out[0].shape = Shape{in[0].shape[0], in[0].shape[1], size.rows, size.columns};
          check_shape("the cotangent", in[0].shape, pooled_shape(out[0].shape, options));
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& options = attrs.get<AvgBackwardAttrs>().options;
          loops::avg_pool_backward(windows_of(out[0].shape, options), options.count_include_pad, in[0], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {avg_pool2d(ct[0], r.attrs<AvgBackwardAttrs>().options)};
    },
})};

}  // namespace

Tensor max_pool2d(Arg x, const MaxPool2dOptions& options) { return record<max_pool2d_op>({x}, options); }
Tensor avg_pool2d(Arg x, const AvgPool2dOptions& options) { return record<avg_pool2d_op>({x}, options); }

Tensor max_pool2d_backward(Arg g, Arg x, const MaxPool2dOptions& options) {
  return record<max_pool2d_backward_op>({g, x}, options);
}
Tensor max_pool2d_pick(Arg u, Arg x, const MaxPool2dOptions& options) {
  return record<max_pool2d_pick_op>({u, x}, options);
}
Tensor avg_pool2d_backward(Arg g, Pair size, const AvgPool2dOptions& options) {
  return record<avg_pool2d_backward_op>({g}, AvgBackwardAttrs{options, size});
}

}  // namespace xgrad
