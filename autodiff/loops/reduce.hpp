// Sums and maxima over any set of axes.
// Not here: the vectorised loops (kernels/), means (a sum and a division).
#pragma once

#include <xgrad/autodiff/array.hpp>

#include <cstdint>

namespace xgrad::loops {

/// A set of axes, one bit each.
using AxisSet = std::uint32_t;

// `out` is row-major and holds one element for each index of the other axes, in order; its dtype is that of x: int64,
// float32 or float64.

void sum(const Array& x, AxisSet axes, const Array& out);
/// NaN wins. No axis of the set may be empty.
void max(const Array& x, AxisSet axes, const Array& out);

}  // namespace xgrad::loops
