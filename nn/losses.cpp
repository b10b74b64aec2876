// The losses, made of public ops.
// Not here: hand-written gradients of models; the tape composes these rules.
#include <xgrad/nn/losses.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/reduce.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/scope.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad::nn {
namespace {

template <class E>
[[noreturn]] void fail(const char* loss, const char* what, const Arg& prediction, const Arg& target) {
  const std::string got = describe(prediction.tensor()), want = describe(target.tensor());
  throw E(with_context(loss, std::string(what) + ": got " + got + " for target " + want, "",
                       detail::user_site(prediction.site())));
}

// Broadcasting a target of shape (n) over predictions of shape (n, 1) is the classic silent mistake: it is refused.
void check(const char* loss, const Arg& prediction, const Arg& target) {
  if (prediction.shape() != target.shape()) fail<ShapeError>(loss, "shapes differ", prediction, target);
  if (prediction.dtype() != target.dtype() || !is_floating(target.dtype()))
    fail<DtypeError>(loss, "dtypes are not one floating dtype", prediction, target);
}

// One op, not three: with the derivative's five, the composite took a seventh of an epoch of a small model.
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
      const Arg prediction = r.input(0), target = r.input(1);
      const double scale = 2 / static_cast<double>(prediction.shape().numel());
      const Tensor by_prediction = multiply(subtract(prediction, target), multiply(ct[0], scale));
      return {by_prediction, r.needs(1) ? negative(by_prediction) : Tensor()};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0) | saved_input(1)}},
})};

}  // namespace

Tensor mse_loss(Arg prediction, Arg target, LossOptions options) {
  check("mse_loss", prediction, target);
  if (options.reduction == Reduction::mean) return record<mse_op>({prediction, target});
  const CompositeScope scope(prediction);
  const Tensor losses = square(subtract(prediction, target));
  return options.reduction == Reduction::sum ? sum(losses) : losses;
}

}  // namespace xgrad::nn
