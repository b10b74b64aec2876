// Reductions over axes.
// Not here: scans and sorts.
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/ops/axes.hpp>

namespace xgrad {

// Without axes a reduction runs over all of them and gives a 0-d tensor. keep_dims leaves reduced axes with extent 1.
// Errors: IndexError for an axis out of range, ValueError for one named twice.

/// The sum; 0 over nothing. bool counts as int64. Accumulated in many lanes, so that rounding grows like log n.
Tensor sum(Arg x, const Axes& axes = {}, bool keep_dims = false);
/// The arithmetic mean, floating; NaN over nothing.
Tensor mean(Arg x, const Axes& axes = {}, bool keep_dims = false);
/// The largest; NaN if one is. Ties share the cotangent equally. Errors: also ShapeError over nothing, DtypeError for
/// bool.
Tensor max(Arg x, const Axes& axes = {}, bool keep_dims = false);

/// The sum over those axes along which an array of the given shape would be broadcast to x; the adjoint of
/// broadcast_to.
/// Errors: ShapeError unless it would.
Tensor sum_to(Arg x, const Shape& shape);

}  // namespace xgrad
