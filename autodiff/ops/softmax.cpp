// Softmax and its relatives, with fused derivatives: as composites they cost four times as many ops and lose digits.
// Not here: how axes are found in memory (loops/softmax.cpp).
#include <xgrad/autodiff/ops/softmax.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/softmax.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/record.hpp>

namespace xgrad {
namespace {

using loops::Softmax;
using loops::SoftmaxBackward;

struct SoftmaxAttrs {
  std::uint32_t axes;
  bool keep_dims;
};

template <Softmax kind>
void run(Inputs in, Attrs attrs, Outputs out) {
  loops::softmax(kind, in[0], attrs.get<SoftmaxAttrs>().axes, out[0]);
}
template <SoftmaxBackward kind>
void run_backward(Inputs in, Attrs attrs, Outputs out) {
  loops::softmax_backward(kind, in[0], in[1], attrs.get<SoftmaxAttrs>().axes, out[0]);
}

void infer_backward(Inputs in, Attrs attrs, Outputs out) {
  if (in[0].shape != in[1].shape)
    throw ShapeError("shapes differ: got " + to_string(in[0].shape) + " for " + to_string(in[1].shape));
  ops::same(in, attrs, out);
}

// The axes of the set as a rule hands them to other ops.
Axes axes_of(const SoftmaxAttrs& attrs) {
  std::vector<int> axes;
  for (int axis = 0; axis < max_rank; ++axis)
    if ((attrs.axes >> axis & 1) != 0) axes.push_back(axis);
  return axes;
}

constexpr Op softmax_op{checked({
    .name = "softmax",
    .infer = ops::same,
    .forward = run<Softmax::softmax>,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {softmax_backward(ct[0], r.output(), axes_of(r.attrs<SoftmaxAttrs>()))};
    },
    .saves = {{saved_output}},
    .promotion = Promotion::floating,
})};

constexpr Op softmax_backward_op{checked({
    .name = "softmax_backward",
    .infer = infer_backward,
    .forward = run_backward<SoftmaxBackward::softmax>,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Axes axes = axes_of(r.attrs<SoftmaxAttrs>());
      const Arg y = r.input(1);
      Tensor by_y;
      if (r.needs(1)) {
        const Arg g = r.input(0);
        by_y = subtract(multiply(ct[0], subtract(g, sum(multiply(g, y), axes, true))),
                        multiply(g, sum(multiply(ct[0], y), axes, true)));
      }
      return {r.needs(0) ? softmax_backward(ct[0], y, axes) : Tensor(), by_y};
    },
    .saves = {{saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::floating,
})};

constexpr Op log_softmax_op{checked({
    .name = "log_softmax",
    .infer = ops::same,
    .forward = run<Softmax::log_softmax>,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {log_softmax_backward(ct[0], r.output(), axes_of(r.attrs<SoftmaxAttrs>()))};
    },
    .saves = {{saved_output}},
    .promotion = Promotion::floating,
})};

constexpr Op log_softmax_backward_op{checked({
    .name = "log_softmax_backward",
    .infer = infer_backward,
    .forward = run_backward<SoftmaxBackward::log_softmax>,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Axes axes = axes_of(r.attrs<SoftmaxAttrs>());
      const Tensor p = exp(r.input(1)), weighted = multiply(ct[0], p);
      Tensor by_g, by_y;
      if (r.needs(0)) {
        // Over -inf alone there is nothing.
        const Tensor is_alive = greater(sum(p, axes, true), 0);
        by_g = where(is_alive, subtract(ct[0], sum(weighted, axes, true)), 0);
      }
      if (r.needs(1)) by_y = negative(multiply(weighted, sum(r.input(0), axes, true)));
      return {by_g, by_y};
    },
    .saves = {{saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::floating,
})};

constexpr Op logsumexp_op{checked({
    .name = "logsumexp",
    .infer = ops::reduced<SoftmaxAttrs>,
    .forward = run<Softmax::logsumexp>,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const auto& attrs = r.attrs<SoftmaxAttrs>();
      Shape kept = r.input_shape(0);
      for (int axis = 0; axis < kept.rank(); ++axis)
        if ((attrs.axes >> axis & 1) != 0) kept[axis] = 1;
      return {multiply(reshape(ct[0], kept), softmax(r.input(0), axes_of(attrs)))};
    },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

// The axes of x as the attributes of an op.
SoftmaxAttrs checked_axes(const char* function, const Arg& x, const Axes& axes, bool keep_dims = false) {
  try {
    return {axes.mask(x.rank()), keep_dims};
  } catch (Error& error) {
    error.set_message(with_context(function, error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
}

}  // namespace

Tensor softmax(Arg x, const Axes& axes) {
  ops::check_defined("softmax", x);
  return record<softmax_op>({x}, checked_axes("softmax", x, axes));
}

Tensor log_softmax(Arg x, const Axes& axes) {
  ops::check_defined("log_softmax", x);
  return record<log_softmax_op>({x}, checked_axes("log_softmax", x, axes));
}

Tensor logsumexp(Arg x, const Axes& axes, bool keep_dims) {
  ops::check_defined("logsumexp", x);
  return record<logsumexp_op>({x}, checked_axes("logsumexp", x, axes, keep_dims));
}

Tensor softmax_backward(Arg g, Arg y, const Axes& axes) {
  ops::check_defined("softmax_backward", g, y);
  return record<softmax_backward_op>({g, y}, checked_axes("softmax_backward", y, axes));
}

Tensor log_softmax_backward(Arg g, Arg y, const Axes& axes) {
  ops::check_defined("log_softmax_backward", g, y);
  return record<log_softmax_backward_op>({g, y}, checked_axes("log_softmax_backward", y, axes));
}

}  // namespace xgrad
