// Binary cross-entropy of probabilities and of logits.
// Not here: more than two classes (cross_entropy.cpp).
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>
#include <xgrad/nn/loss_checks.hpp>

#include <string>

namespace xgrad::nn {
namespace {

using kernels::Binary;

Tensor scalar(double value, Dtype dtype) { return full({}, value, {.dtype = dtype}); }

// max(log p, -100)
Tensor clamped_log(const Array& p) {
  const Tensor result = empty(p.shape, p.dtype), least = scalar(-100, p.dtype);
  loops::unary(kernels::Unary::log, p, result.array());
  loops::binary(Binary::maximum, result.array(), least.array(), result.array());
  return result;
}

// max(log(1 - p), -100); what the rounding of 1 - p lost is put back.
Tensor clamped_log_of_complement(const Array& p) {
  const Tensor one = scalar(1, p.dtype), rest = empty(p.shape, p.dtype), lost = empty(p.shape, p.dtype);
  loops::binary(Binary::subtract, one.array(), p, rest.array());
  loops::binary(Binary::subtract, one.array(), rest.array(), lost.array());
  loops::binary(Binary::subtract, lost.array(), p, lost.array());
  const Tensor result = clamped_log(rest.array());
  loops::binary(Binary::maximum, rest.array(), scalar(1e-30, p.dtype).array(), rest.array());
  loops::binary(Binary::divide, lost.array(), rest.array(), lost.array());
  loops::binary(Binary::add, result.array(), lost.array(), result.array());
  return result;
}

Tensor bce(Arg p, Arg t);

// An op, since the rule of a composite would be NaN at 0 and 1.
constexpr Op bce_op{checked({
    .name = "bce_loss",
    .infer = ops::binary<Binary::multiply>,
    .forward =
        [](Inputs in, Attrs, Outputs out) {
          const Tensor rest = empty(in[1].shape, in[1].dtype), product = empty(out[0].shape, out[0].dtype);
          loops::binary(Binary::subtract, in[1], scalar(1, in[1].dtype).array(), rest.array());
          loops::binary(Binary::multiply, rest.array(), clamped_log_of_complement(in[0]).array(), product.array());
          loops::binary(Binary::multiply, in[1], clamped_log(in[0]).array(), out[0]);
          loops::binary(Binary::subtract, product.array(), out[0], out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      constexpr double least = 1e-12F;  // PyTorch's, a float32 there
      const Arg p = r.input(0);
      Tensor by_p, by_t;
      if (r.needs(0)) {
        const Tensor variance = multiply(p, subtract(1, p));
        by_p = multiply(ct[0], divide(subtract(p, r.input(1)), maximum(variance, least)));
      }
      if (r.needs(1)) by_t = multiply(ct[0], subtract(bce(p, 1), bce(p, 0)));
      return {by_p, by_t};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0)}},
    .broadcasts = true,
})};

// -(t max(log p, -100) + (1 - t) max(log(1 - p), -100)); shapes broadcast.
Tensor bce(Arg p, Arg t) { return record<bce_op>({p, t}); }

constexpr Op bce_with_logits_op{checked({
    .name = "bce_with_logits",
    .infer = ops::binary<Binary::bce_with_logits>,
    .forward = ops::run_binary<Binary::bce_with_logits>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg x = r.input(0);
      return {r.needs(0) ? multiply(ct[0], sigmoid_difference(x, r.input(1))) : Tensor(),
              r.needs(1) ? multiply(ct[0], negative(x)) : Tensor()};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0)}},
})};

constexpr Op sigmoid_difference_op{checked({
    .name = "sigmoid_difference",
    .infer = ops::binary<Binary::sigmoid_difference>,
    .forward = ops::run_binary<Binary::sigmoid_difference>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? sigmoid_backward(ct[0], sigmoid(r.input(0))) : Tensor(),
              r.needs(1) ? negative(ct[0]) : Tensor()};
    },
    .saves = {{saved_input(0), 0}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

// An op, so that a captured step looks at the predictions in each replay.
constexpr Op probability_op{checked({
    .name = "bce_loss",
    .infer = [](Inputs, Attrs, Outputs) {},
    .forward =
        [](Inputs in, Attrs, Outputs) {
          const loops::Packed p(in[0]);
          visit_floating(p->dtype, [&]<class T>() {
            const T* values = p->as<const T>();
            for (std::int64_t i = 0; i < p->numel; ++i)
              if (!(values[i] >= 0 && values[i] <= 1))
                throw ValueError("a prediction is no probability: got " + std::to_string(values[i]) + " at " +
                                 describe_index(i, p->shape) + ", want 0 to 1; bce_with_logits_loss takes logits");
          });
        },
    .not_differentiable = "it is a check",
})};

void check_probabilities(const Arg& p) {
  const Tensor held = p.tensor();
  detail::State* operand = held.state();
  detail::run_check(probability_op, &operand, 1, nullptr, 0, p.site());
}

void check_pos_weight(const Arg& logits, const Tensor& pos_weight) {
  const auto fail = [&]<class E>(const char* what) {
    throw E(
        with_context("bce_with_logits_loss",
                     std::string(what) + ": got " + describe(pos_weight) + " for logits " + describe(logits.tensor()),
                     "", detail::user_site(logits.site())));
  };
  if (pos_weight.dtype() != logits.dtype()) fail.operator()<DtypeError>("pos_weight has another dtype");
  if (!loops::broadcasts_to(pos_weight.shape(), logits.shape()))
    fail.operator()<ShapeError>("pos_weight does not broadcast");
}

}  // namespace

Tensor bce_loss(Arg prediction, Arg target, LossOptions options) {
  ops::check_defined("bce_loss", prediction, target);
  losses::check_alike("bce_loss", prediction, target);
  check_probabilities(prediction);
  const CompositeScope scope(prediction);
  return losses::reduced(bce(prediction, target), options.reduction);
}

Tensor bce_with_logits_loss(Arg logits, Arg target, const BceWithLogitsOptions& options) {
  ops::check_defined("bce_with_logits_loss", logits, target);
  losses::check_alike("bce_with_logits_loss", logits, target);
  if (options.pos_weight.defined()) check_pos_weight(logits, options.pos_weight);
  const CompositeScope scope(logits);
  if (!options.pos_weight.defined())
    return losses::reduced(record<bce_with_logits_op>({logits, target}), options.reduction);
  const Tensor positive = multiply(multiply(target, options.pos_weight.detach()), softplus(negative(logits)));
  return losses::reduced(add(positive, multiply(subtract(1, target), softplus(logits))), options.reduction);
}

Tensor sigmoid_difference(Arg x, Arg t) { return record<sigmoid_difference_op>({x, t}); }

}  // namespace xgrad::nn
