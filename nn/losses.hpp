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

}  // namespace xgrad::nn
