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

struct ClampedLogAttrs {
  bool of_complement;
};

// out = max(log(1 - p), -100); what the rounding of 1 - p lost is put back.
void log_of_complement(const Array& p, const Array& out) {
  const auto scalar = [&](double value) { return full({}, value, {.dtype = p.dtype}); };
  const Tensor one = scalar(1), rest = empty(p.shape, p.dtype), lost = empty(p.shape, p.dtype);
  loops::binary(Binary::subtract, one.array(), p, rest.array());
  loops::binary(Binary::subtract, one.array(), rest.array(), lost.array());
  loops::binary(Binary::subtract, lost.array(), p, lost.array());
  loops::unary(kernels::Unary::log, rest.array(), out);
  loops::binary(Binary::maximum, out, scalar(-100).array(), out);
  loops::binary(Binary::maximum, rest.array(), scalar(1e-30).array(), rest.array());
  loops::binary(Binary::divide, lost.array(), rest.array(), lost.array());
  loops::binary(Binary::add, out, lost.array(), out);
}

// An op, since the rule of a composite would give 0 times inf, NaN, at 0.
constexpr Op clamped_log_op{checked({
    .name = "clamped_log",
    .infer = ops::same,
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          if (attrs.get<ClampedLogAttrs>().of_complement) return log_of_complement(in[0], out[0]);
          loops::unary(kernels::Unary::log, in[0], out[0]);
          const Tensor lowest = full({}, -100, {.dtype = out[0].dtype});
          loops::binary(Binary::maximum, out[0], lowest.array(), out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg p = r.input(0);
      if (!r.attrs<ClampedLogAttrs>().of_complement) return {divide(ct[0], maximum(p, 1e-12))};
      return {negative(divide(ct[0], maximum(subtract(1, p), 1e-12)))};
    },
    .saves = {{saved_input(0)}},
})};

// max(log p, -100), or max(log(1 - p), -100).
Tensor clamped_log(Arg p, bool of_complement) { return record<clamped_log_op>({p}, ClampedLogAttrs{of_complement}); }

constexpr Op bce_with_logits_op{checked({
    .name = "bce_with_logits",
    .infer = ops::binary<Binary::bce_with_logits>,
    .forward = ops::run_binary<Binary::bce_with_logits>,
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
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? sigmoid_backward(ct[0], sigmoid(r.input(0))) : Tensor(),
              r.needs(1) ? negative(ct[0]) : Tensor()};
    },
    .saves = {{saved_input(0), 0}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

void check_probabilities(const Arg& p) {
  const Tensor held = p.tensor();
  const loops::Packed packed(held.array());
  visit_floating(p.dtype(), [&]<class T>() {
    const T* values = packed->as<const T>();
    for (std::int64_t i = 0; i < packed->numel; ++i)
      if (!(values[i] >= 0 && values[i] <= 1))
        throw ValueError(with_context("bce_loss",
                                      "a prediction is no probability: got " + std::to_string(values[i]) + " at " +
                                          describe_index(i, p.shape()) +
                                          ", want 0 to 1; bce_with_logits_loss takes logits",
                                      describe(held), detail::user_site(p.site())));
  });
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
  const Tensor positive = multiply(target, clamped_log(prediction, false));
  const Tensor rest = multiply(subtract(1, target), clamped_log(prediction, true));
  return losses::reduced(negative(add(positive, rest)), options.reduction);
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
