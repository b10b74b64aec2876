// Losses: how far predictions are from targets.
// Not here: regularisation; add it to the loss.
#pragma once

#include <xgrad/autodiff/arg.hpp>

#include <cstdint>

namespace xgrad::nn {

enum class Reduction : std::uint8_t { none, mean, sum };

struct LossOptions {
  Reduction reduction = Reduction::mean;  ///< over all elements
};

/// The mean of (prediction - target)^2. Both have one shape and one floating dtype. Errors: ShapeError, DtypeError.
Tensor mse_loss(Arg prediction, Arg target, LossOptions options = {});

/// The fused derivative of the mean, differentiable itself: 2 g (prediction - target) / n for a 0-d cotangent g.
/// Errors: ShapeError, DtypeError.
Tensor mse_loss_backward(Arg g, Arg prediction, Arg target);

/// The binary cross-entropy -(t log p + (1 - t) log(1 - p)) of probabilities p and t of one shape and one floating
/// dtype. The logarithms stop at -100; the derivative by p is (p - t) / max(p (1 - p), 1e-12). Errors: ShapeError,
/// DtypeError; ValueError for a p outside [0, 1].
Tensor bce_loss(Arg prediction, Arg target, LossOptions options = {});

struct BceWithLogitsOptions {
  Tensor pos_weight = {};  ///< a constant factor for the term of t, of a shape that broadcasts to the logits'
  Reduction reduction = Reduction::mean;
};

/// The same for logits x, p = sigmoid(x): -(pos_weight t log p + (1 - t) log(1 - p)), exact for any finite x.
/// Errors: ShapeError, DtypeError.
Tensor bce_with_logits_loss(Arg logits, Arg target, const BceWithLogitsOptions& options = {});

/// The derivative of binary cross-entropy by the logits, sigmoid(x) - t, without cancellation where t is 0 or 1; shapes
/// broadcast. Errors: ShapeError.
Tensor sigmoid_difference(Arg x, Arg t);

struct CrossEntropyOptions {
  Tensor weight = {};                ///< [C], a constant factor for each class
  std::int64_t ignore_index = -100;  ///< targets of this value add nothing
  double label_smoothing = 0;        ///< the share of the target's probability that all classes get equally
  Reduction reduction = Reduction::mean;
};

/// -log softmax(logits)[target] for logits [N, C], [N, C, d1, ...] or [C] and targets that are class indices (int64) of
/// the logits' shape without C, or probabilities of the logits' shape and dtype; then -(sum of p log softmax(logits)).
/// The mean over indices divides by the sum of the weights of the targets not ignored and is 0 where there are none
/// (PyTorch: NaN), that over probabilities by N d1 ....
/// Errors: ShapeError, DtypeError; IndexError for a class out of range; ValueError for a smoothing outside [0, 1].
Tensor cross_entropy_loss(Arg logits, Arg targets, const CrossEntropyOptions& options = {});

struct NllOptions {
  Tensor weight = {};                ///< [C], a constant factor for each class
  std::int64_t ignore_index = -100;  ///< targets of this value add nothing
  Reduction reduction = Reduction::mean;
};

/// -log_probabilities[target], as cross_entropy_loss with class indices does after log_softmax. Errors: the same.
Tensor nll_loss(Arg log_probabilities, Arg targets, const NllOptions& options = {});

}  // namespace xgrad::nn
