// Losses: how far predictions are from targets.
// Not here: regularisation; add it to the loss.
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad::nn {

enum class Reduction : std::uint8_t { none, mean, sum };

struct LossOptions {
  Reduction reduction = Reduction::mean;  ///< over all elements
};

/// The mean of (prediction - target)^2. Both have one shape and one floating dtype. Errors: ShapeError, DtypeError.
Tensor mse_loss(Arg prediction, Arg target, LossOptions options = {});

}  // namespace xgrad::nn
