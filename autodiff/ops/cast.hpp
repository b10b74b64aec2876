// Conversion between dtypes.
// Not here: the promotion of mixed operands (record.cpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad {

/// A copy with elements of another dtype, as static_cast converts them. NaN and values that int64 cannot hold become
/// its smallest number, -2^63, on every machine; those that float32 cannot hold become infinite. Differentiable between
/// floating dtypes.
Tensor astype(Arg x, Dtype dtype);

}  // namespace xgrad
