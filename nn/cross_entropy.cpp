// Cross-entropy over classes: log_softmax, then the negative log-likelihood of the targets.
// Not here: two classes (bce_losses.cpp).
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/reduce.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/indexing.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/softmax.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>
#include <xgrad/nn/loss_checks.hpp>

#include <string>

namespace xgrad::nn {
namespace {

struct NllAttrs {
  std::int64_t ignore_index;
  Reduction reduction;
};
struct NllBackwardAttrs {
  NllAttrs loss;
  Shape shape;  ///< of the log-probabilities
};

int class_axis(const Shape& shape) { return shape.rank() == 1 ? 0 : 1; }

Shape shape_of_targets(const Shape& shape) {
  Shape result;
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (axis != class_axis(shape)) result.push_back(shape[axis]);
  return result;
}

/// The targets and weights of one loss, and the places in the log-probabilities that they name.
class Targets {
 public:
  Targets(const Shape& shape, const Array& targets, const Array* weight, std::int64_t ignore_index)
      : targets_(targets), weight_(weight != nullptr ? *weight : targets), ignore_index_(ignore_index) {
    const int axis = class_axis(shape);
    classes_ = shape[axis];
    for (int i = axis + 1; i < shape.rank(); ++i) inner_ *= shape[i];
    has_weight_ = weight != nullptr;
  }

  /// Calls f(number of the target, its place, its weight) for every target not ignored, maybe in several threads.
  template <class T, class F>
  void for_each(F&& f) const {
    const std::int64_t rows = inner_ == 0 ? 0 : targets_->numel / inner_;
    loops::parallel_for(rows, 8 * inner_,
                        [&](std::int64_t begin, std::int64_t end) { for_each_of_rows<T>(begin, end, f); });
  }

  template <class T>
  double total_weight() const {
    double total = 0;
    const std::int64_t rows = inner_ == 0 ? 0 : targets_->numel / inner_;
    for_each_of_rows<T>(0, rows, [&](std::int64_t, std::int64_t, T weight) { total += static_cast<double>(weight); });
    return total;
  }

 private:
  template <class T, class F>
  void for_each_of_rows(std::int64_t begin, std::int64_t end, F&& f) const {
    const auto* classes = targets_->as<const std::int64_t>();
    std::int64_t i = begin * inner_;
    for (std::int64_t row = begin; row < end; ++row)
      for (std::int64_t column = 0; column < inner_; ++column, ++i)
        if (const std::int64_t c = classes[i]; c != ignore_index_)
          f(i, (row * classes_ + c) * inner_ + column, has_weight_ ? weight_->as<const T>()[c] : T(1));
  }

  loops::Packed targets_, weight_;
  std::int64_t ignore_index_, classes_ = 0, inner_ = 1;
  bool has_weight_ = false;
};

const Array* weight_of(Inputs in) { return in.size() > 2 ? &in[2] : nullptr; }

Tensor nll(Arg log_probabilities, Arg targets, const Tensor& weight, const NllAttrs& attrs);
Tensor nll_backward(Arg g, Arg targets, const Tensor& weight, const NllBackwardAttrs& attrs);

Tensor saved_weight(const Record& r) { return r.input_count() > 2 ? r.input(2).tensor() : Tensor(); }

// The loss is linear in the log-probabilities, so it and its adjoint are each other's derivative. Operands have been
// checked.
constexpr Op nll_op{checked({
    .name = "nll_loss",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          if (attrs.get<NllAttrs>().reduction == Reduction::none) out[0].shape = in[1].shape;
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<NllAttrs>();
          const Targets targets(in[0].shape, in[1], weight_of(in), a.ignore_index);
          const loops::Packed values(in[0]);
          const Tensor single = a.reduction == Reduction::none ? Tensor() : zeros(in[1].shape, in[0].dtype);
          const Array& losses = single.defined() ? single.array() : out[0];
          loops::clear(losses);
          visit_floating(out[0].dtype, [&]<class T>() {
            targets.for_each<T>([&](std::int64_t i, std::int64_t place, T weight) {
              losses.as<T>()[i] = -weight * values->as<const T>()[place];
            });
            if (!single.defined()) return;
            loops::sum(losses, (1U << losses.shape.rank()) - 1, out[0]);
            if (a.reduction == Reduction::sum) return;
            const double total = targets.total_weight<T>();
            *out[0].as<T>() = total == 0 ? T(0) : *out[0].as<T>() / static_cast<T>(total);
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      Cotangents result = Cotangents::undefined(r.input_count());
      result[0] = nll_backward(ct[0], r.input(1), saved_weight(r), {r.attrs<NllAttrs>(), r.input_shape(0)});
      return result;
    },
    .saves = {{saved_input(1) | saved_input(2)}},
})};

constexpr Op nll_backward_op{checked({
    .name = "nll_loss_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          out[0].shape = attrs.get<NllBackwardAttrs>().shape;
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<NllBackwardAttrs>();
          const Targets targets(a.shape, in[1], weight_of(in), a.loss.ignore_index);
          const loops::Packed g(in[0]);
          loops::clear(out[0]);
          visit_floating(out[0].dtype, [&]<class T>() {
            const T* cotangents = g->as<const T>();
            const bool is_single = a.loss.reduction != Reduction::none;
            T scale = 1;
            if (a.loss.reduction == Reduction::mean) {
              const double total = targets.total_weight<T>();
              if (total == 0) return;
              scale = static_cast<T>(total);
            }
            targets.for_each<T>([&](std::int64_t i, std::int64_t place, T weight) {
              out[0].as<T>()[place] = -weight * cotangents[is_single ? 0 : i] / scale;
            });
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      Cotangents result = Cotangents::undefined(r.input_count());
      result[0] = nll(ct[0], r.input(1), saved_weight(r), r.attrs<NllBackwardAttrs>().loss);
      return result;
    },
    .saves = {{saved_input(1) | saved_input(2)}},
})};

Tensor nll(Arg log_probabilities, Arg targets, const Tensor& weight, const NllAttrs& attrs) {
  if (!weight.defined()) return record<nll_op>({log_probabilities, targets}, attrs);
  const Arg factors(weight, log_probabilities.site());
  return record<nll_op>({log_probabilities, targets, factors}, attrs);
}

Tensor nll_backward(Arg g, Arg targets, const Tensor& weight, const NllBackwardAttrs& attrs) {
  if (!weight.defined()) return record<nll_backward_op>({g, targets}, attrs);
  const Arg factors(weight, g.site());
  return record<nll_backward_op>({g, targets, factors}, attrs);
}

struct RangeAttrs {
  std::int64_t classes, ignore_index;
};

// Whether the targets name classes, as an op of logits and targets: a captured step looks at them in each replay.
constexpr Op range_op(const char* loss) {
  return {
      .name = loss,
      .infer = [](Inputs, Attrs, Outputs) {},
      .forward =
          [](Inputs in, Attrs attrs, Outputs) {
            const auto& [classes, ignore_index] = attrs.get<RangeAttrs>();
            const loops::Packed targets(in[1]);
            for (std::int64_t i = 0; i < targets->numel; ++i)
              if (const std::int64_t c = targets->as<const std::int64_t>()[i];
                  c != ignore_index && (c < 0 || c >= classes))
                throw IndexError("target out of range: got " + std::to_string(c) + " at " +
                                 describe_index(i, in[1].shape) + ", want 0 to " + std::to_string(classes - 1) +
                                 ", or " + std::to_string(ignore_index) + " to ignore it");
          },
      .not_differentiable = "it is a check",
  };
}
constexpr Op nll_range_op{checked(range_op("nll_loss"))};
constexpr Op cross_entropy_range_op{checked(range_op("cross_entropy_loss"))};

void check_logits(const char* loss, const Arg& logits, const Arg& targets) {
  if (!is_floating(logits.dtype())) losses::fail<DtypeError>(loss, "the logits are not floating", logits, targets);
  if (logits.rank() == 0)
    losses::fail<ShapeError>(loss, "the logits have no axis of classes, want (C,) or (N, C, ...)", logits, targets);
}

void check_indices(const Op& range, const Arg& logits, const Arg& targets, std::int64_t ignore_index) {
  if (targets.shape() != shape_of_targets(logits.shape()))
    losses::fail<ShapeError>(range.name, "the targets do not have the logits' shape without the classes", logits,
                             targets);
  const RangeAttrs attrs{logits.shape()[class_axis(logits.shape())], ignore_index};
  const Tensor held = targets.tensor();
  detail::State* operands[] = {logits.state(), held.state()};
  detail::run_check(range, operands, 2, &attrs, sizeof(attrs), logits.site());
}

void check_weight(const char* loss, const Arg& logits, const Tensor& weight) {
  if (!weight.defined()) return;
  const std::int64_t classes = logits.shape()[class_axis(logits.shape())];
  const auto text = [&](const char* what) {
    return with_context(loss,
                        std::string(what) + ": got " + describe(weight) + " for logits " + describe(logits.tensor()),
                        "", detail::user_site(logits.site()));
  };
  if (weight.shape() != Shape{classes}) throw ShapeError(text("weight is not one factor a class"));
  if (weight.dtype() != logits.dtype()) throw DtypeError(text("weight has another dtype"));
}

// -(sum over classes of weight p log_probabilities).
Tensor weighted_sum(Tensor terms, const Tensor& weight) {
  const int axis = class_axis(terms.shape());
  if (weight.defined()) {
    Shape factors{weight.shape(0)};
    while (factors.rank() < terms.rank() - axis) factors.push_back(1);
    terms = multiply(terms, reshape(weight, factors));
  }
  return negative(sum(terms, axis));
}

// The weights of all targets that are kept.
Tensor total_weight(const Tensor& targets, const Tensor& is_kept, const Tensor& weight, Dtype dtype) {
  if (!weight.defined()) return sum(is_kept).to(dtype);
  const Tensor classes = reshape(where(is_kept, targets, 0), {targets.size()});
  return sum(where(reshape(is_kept, classes.shape()), take_along_axis(weight, classes, 0), 0));
}

// The loss of targets that are spread over all classes equally, but for the factor 1 / C.
Tensor uniform_loss(const Tensor& log_probabilities, const Arg& targets, const Tensor& weight,
                    const CrossEntropyOptions& options) {
  const Tensor is_kept = not_equal(targets, options.ignore_index);
  const Tensor losses = where(is_kept, weighted_sum(log_probabilities, weight), 0);
  if (options.reduction != Reduction::mean) return losses::reduced(losses, options.reduction);
  const Tensor total = total_weight(targets.tensor(), is_kept, weight, log_probabilities.dtype());
  const Tensor is_nothing = equal(total, 0);
  return where(is_nothing, 0, divide(sum(losses), where(is_nothing, 1, total)));
}

}  // namespace

Tensor nll_loss(Arg log_probabilities, Arg targets, const NllOptions& options) {
  const char* name = "nll_loss";
  ops::check_defined(name, log_probabilities, targets);
  check_logits(name, log_probabilities, targets);
  if (targets.dtype() != Dtype::int64)
    losses::fail<DtypeError>(name, "the targets are not int64", log_probabilities, targets);
  check_indices(nll_range_op, log_probabilities, targets, options.ignore_index);
  check_weight(name, log_probabilities, options.weight);
  const Tensor weight = options.weight.defined() ? options.weight.detach() : Tensor();
  return nll(log_probabilities, targets, weight, {options.ignore_index, options.reduction});
}

Tensor cross_entropy_loss(Arg logits, Arg targets, const CrossEntropyOptions& options) {
  const char* name = "cross_entropy_loss";
  ops::check_defined(name, logits, targets);
  check_logits(name, logits, targets);
  const bool has_probabilities = is_floating(targets.dtype());
  if (has_probabilities)
    losses::check_alike(name, logits, targets);
  else if (targets.dtype() == Dtype::int64)
    check_indices(cross_entropy_range_op, logits, targets, options.ignore_index);
  else
    losses::fail<DtypeError>(name, "the targets are neither int64 nor of the logits' dtype", logits, targets);
  check_weight(name, logits, options.weight);
  const double smoothing = options.label_smoothing;
  if (!(smoothing >= 0 && smoothing <= 1))
    throw ValueError(with_context(name,
                                  "label_smoothing is out of range: got " + std::to_string(smoothing) + ", want 0 to 1",
                                  "", detail::user_site(logits.site())));

  const CompositeScope scope(logits);
  const Tensor weight = options.weight.defined() ? options.weight.detach() : Tensor();
  const int axis = class_axis(logits.shape());
  const double share = smoothing / static_cast<double>(logits.shape()[axis]);
  const Tensor log_probabilities = log_softmax(logits, axis);
  if (has_probabilities) {
    const Tensor p = smoothing == 0 ? targets.tensor() : add(multiply(targets, 1 - smoothing), share);
    return losses::reduced(weighted_sum(multiply(log_probabilities, p), weight), options.reduction);
  }
  const Tensor loss = nll(log_probabilities, targets, weight, {options.ignore_index, options.reduction});
  if (smoothing == 0) return loss;
  return add(multiply(loss, 1 - smoothing), multiply(uniform_loss(log_probabilities, targets, weight, options), share));
}

}  // namespace xgrad::nn
