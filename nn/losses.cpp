// The mean squared error.
// Not here: cross-entropies (bce_losses.cpp, cross_entropy.cpp).
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/reduce.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>
#include <xgrad/nn/loss_checks.hpp>

namespace xgrad::nn {
namespace {

// Two ops, not three and five: the composite took a seventh of an epoch of a small model.
constexpr Op mse_backward_op{checked({
    .name = "mse_loss_backward",
    .infer =
        [](Inputs in, Attrs, Outputs out) {
          if (in[0].shape.rank() != 0)
            throw ShapeError("the cotangent has axes: got " + to_string(in[0].shape) + ", want ()");
          if (in[0].dtype != in[1].dtype)
            throw DtypeError(std::string("the cotangent's dtype does not fit: got ") + name(in[0].dtype) + ", want " +
                             name(in[1].dtype));
          out[0].shape = in[1].shape;
          out[0].dtype = in[1].dtype;
        },
    .forward =
        [](Inputs in, Attrs, Outputs out) {
          loops::binary(kernels::Binary::subtract, in[1], in[2], out[0]);
          visit_floating(out[0].dtype, [&]<class T>() {
            const std::int64_t n = out[0].numel;
            const T scale = 2 * *in[0].as<const T>() / static_cast<T>(n);
            const auto multiply = kernels::table().loops<T>().binary[static_cast<int>(kernels::Binary::multiply)];
            loops::parallel_elements(n, sizeof(T) > 4 ? 2 : 1, [&](std::int64_t begin, std::int64_t end) {
              T* const part = out[0].as<T>() + begin;
              multiply(part, {0, 1}, &scale, {0, 0}, part, 1, end - begin);
            });
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const double scale = 2 / static_cast<double>(r.output_shape().numel());
      Tensor by_g, by_prediction, by_target;
      if (r.needs(0)) by_g = multiply(sum(multiply(ct[0], subtract(r.input(1), r.input(2)))), scale);
      if (r.needs(1) || r.needs(2)) by_prediction = multiply(ct[0], multiply(r.input(0), scale));
      if (r.needs(2)) by_target = negative(by_prediction);
      return {by_g, by_prediction, by_target};
    },
    .saves = {{saved_input(1) | saved_input(2), saved_input(0), saved_input(0)}},
})};

constexpr Op mse_op{checked({
    .name = "mse_loss",
    .infer = [](Inputs in, Attrs, Outputs out) { out[0].dtype = in[0].dtype; },
    .forward =
        [](Inputs in, Attrs, Outputs out) {
          const Tensor error = empty(in[0].shape, in[0].dtype);
          loops::binary(kernels::Binary::subtract, in[0], in[1], error.array());
          loops::unary(kernels::Unary::square, error.array(), error.array());
          loops::sum(error.array(), (1U << in[0].shape.rank()) - 1, out[0]);
          visit_floating(out[0].dtype, [&]<class T>() { *out[0].as<T>() /= static_cast<T>(in[0].numel); });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Tensor by_prediction = mse_loss_backward(ct[0], r.input(0), r.input(1));
      return {by_prediction, r.needs(1) ? negative(by_prediction) : Tensor()};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0) | saved_input(1)}},
})};

}  // namespace

Tensor mse_loss(Arg prediction, Arg target, LossOptions options) {
  ops::check_defined("mse_loss", prediction, target);
  losses::check_alike("mse_loss", prediction, target);
  if (options.reduction == Reduction::mean) return record<mse_op>({prediction, target});
  const CompositeScope scope(prediction);
  return losses::reduced(square(subtract(prediction, target)), options.reduction);
}

Tensor mse_loss_backward(Arg g, Arg prediction, Arg target) {
  ops::check_defined("mse_loss_backward", g, prediction, target);
  losses::check_alike("mse_loss_backward", prediction, target);
  return record<mse_backward_op>({g, prediction, target});
}

}  // namespace xgrad::nn
