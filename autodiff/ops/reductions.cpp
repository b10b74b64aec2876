// Sum, mean and maximum over axes.
// Not here: the order of the additions (loops/reduce.cpp, kernels/).
#include <xgrad/autodiff/ops/reductions.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/reduce.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad {
namespace {

struct ReduceAttrs {
  std::uint32_t axes;
  bool keep_dims;
};

// A reduced tensor with its reduced axes back, as extents of 1.
Tensor with_axes(Arg reduced, const ReduceAttrs& attrs, int rank) {
  Shape shape;
  const Shape& from = reduced.shape();
  for (int axis = 0, next = 0; axis < rank; ++axis)
    shape.push_back((attrs.axes >> axis & 1) != 0 ? (next += attrs.keep_dims, 1) : from[next++]);
  return reshape(reduced, shape);
}

double count_of(const Shape& shape, std::uint32_t axes) {
  double count = 1;
  for (int axis = 0; axis < shape.rank(); ++axis)
    if ((axes >> axis & 1) != 0) count *= static_cast<double>(shape[axis]);
  return count;
}

// The cotangent of a sum or mean: the same for all elements that were added up.
Tensor spread(const Record& r, const Tensor& cotangent) {
  const Shape& shape = r.input_shape(0);
  const auto& attrs = r.attrs<ReduceAttrs>();
  // Broadcasting supplies leading axes by itself.
  const bool leading = (attrs.axes & (attrs.axes + 1)) == 0;
  return broadcast_to(leading ? cotangent : with_axes(cotangent, attrs, shape.rank()), shape);
}

constexpr Op sum_op{checked({
    .name = "sum",
    .infer = ops::reduced<ReduceAttrs>,
    .forward = [](Inputs in, Attrs attrs, Outputs out) { loops::sum(in[0], attrs.get<ReduceAttrs>().axes, out[0]); },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {spread(r, ct[0])}; },
})};

// One op, not a sum and a quotient: every training loop takes means, and each op costs more than this division.
constexpr Op mean_op{checked({
    .name = "mean",
    .infer = ops::reduced<ReduceAttrs>,
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const std::uint32_t axes = attrs.get<ReduceAttrs>().axes;
          loops::sum(in[0], axes, out[0]);
          visit_floating(out[0].dtype, [&]<class T>() {
            const T count = static_cast<T>(count_of(in[0].shape, axes));
            T* const sums = out[0].as<T>();
            loops::parallel_elements(out[0].numel, 2, [&](std::int64_t begin, std::int64_t end) {
              for (std::int64_t i = begin; i < end; ++i) sums[i] /= count;
            });
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {spread(r, divide(ct[0], count_of(r.input_shape(0), r.attrs<ReduceAttrs>().axes)))};
    },
    .promotion = Promotion::floating,
})};

constexpr Op max_op{checked({
    .name = "max",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          if (in[0].dtype == Dtype::bool_) ops::fail_dtype(in[0].dtype);
          for (int axis = 0; axis < in[0].shape.rank(); ++axis)
            if ((attrs.get<ReduceAttrs>().axes >> axis & 1) != 0 && in[0].shape[axis] == 0)
              throw ShapeError("nothing has no maximum: got extent 0 along axis " + std::to_string(axis) +
                               ", want 1 or more");
          ops::reduced<ReduceAttrs>(in, attrs, out);
        },
    .forward = [](Inputs in, Attrs attrs, Outputs out) { loops::max(in[0], attrs.get<ReduceAttrs>().axes, out[0]); },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg x = r.input(0);
      const auto& attrs = r.attrs<ReduceAttrs>();
      const Tensor best = astype(equal(x, with_axes(r.output(), attrs, x.rank())), ct[0].dtype());
      std::vector<int> axes;
      for (int axis = 0; axis < x.rank(); ++axis)
        if ((attrs.axes >> axis & 1) != 0) axes.push_back(axis);
      return {multiply(best, divide(with_axes(ct[0], attrs, x.rank()), sum(best, axes, true)))};
    },
    .saves = {{saved_input(0) | saved_output}},
})};

template <const Op& op>
Tensor reduce(Arg x, const Axes& axes, bool keep_dims) {
  ops::check_defined(op.name, x);
  ReduceAttrs attrs{0, keep_dims};
  try {
    attrs.axes = axes.mask(x.rank());
  } catch (Error& error) {
    error.set_message(with_context(op.name, error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
  return record<op>({x}, attrs);
}

}  // namespace

Tensor sum(Arg x, const Axes& axes, bool keep_dims) {
  ops::check_defined("sum", x);
  if (x.dtype() == Dtype::bool_) return reduce<sum_op>(Arg(astype(x, int64), x.site()), axes, keep_dims);
  return reduce<sum_op>(x, axes, keep_dims);
}

Tensor mean(Arg x, const Axes& axes, bool keep_dims) { return reduce<mean_op>(x, axes, keep_dims); }

Tensor max(Arg x, const Axes& axes, bool keep_dims) { return reduce<max_op>(x, axes, keep_dims); }

Tensor sum_to(Arg x, const Shape& shape) {
  ops::check_defined("sum_to", x);
  if (!loops::broadcasts_to(shape, x.shape()))
    throw ShapeError(with_context("sum_to", "the shape does not broadcast to the tensor's: got " + to_string(shape),
                                  describe(x.tensor()), detail::user_site(x.site())));
  if (x.dtype() == Dtype::bool_) return sum_to(Arg(astype(x, int64), x.site()), shape);
  const int lead = x.rank() - shape.rank();
  ReduceAttrs attrs{0, true};
  for (int axis = 0; axis < x.rank(); ++axis)
    if (axis < lead || (shape[axis - lead] == 1 && x.shape()[axis] != 1)) attrs.axes |= 1U << axis;
  if (attrs.axes == 0) return x.tensor();
  // Dropping all reduced axes gives the shape at once where only leading ones were added.
  attrs.keep_dims = attrs.axes != (1U << lead) - 1;
  const Tensor reduced = record<sum_op>({x}, attrs);
  return attrs.keep_dims && lead > 0 ? reshape(reduced, shape) : reduced;
}

}  // namespace xgrad
