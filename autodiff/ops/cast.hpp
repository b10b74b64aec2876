// Conversion between dtypes.
// Not here: the promotion of mixed operands (record.cpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad {

/// A copy with elements of another dtype, as static_cast converts them (NaN and values out of range to int64 give the
/// smallest int64). Differentiable between floating dtypes.
Tensor astype(Arg x, Dtype dtype);

}  // namespace xgrad
