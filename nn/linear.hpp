// The affine map of a linear layer.
// Not here: the product (autodiff/ops/products.hpp).
#pragma once

#include <xgrad/nn/callable.hpp>

#include <cstdint>

namespace xgrad::nn {

struct LinearOptions {
  bool bias = true;
};

/// x W^T + b: [..., in_features] -> [..., out_features]. Weights and biases start uniform in
/// +-1 / sqrt(in_features), in the default dtype.
class Linear : public Callable<Linear> {
 public:
  /// Errors: ValueError unless both numbers are at least 1.
  Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options = {});

  Tensor forward(Arg x) const;

  Parameter weight;  ///< [out_features, in_features]
  Parameter bias;    ///< [out_features], or undefined
};

}  // namespace xgrad::nn
