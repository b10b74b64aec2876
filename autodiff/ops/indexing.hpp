// Picking elements by tensors of indices.
// Not here: slices and single indices (slicing.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad {

/// The elements of x that `indices` (int64) names along one axis: out[i, j, k] = x[i, indices[i, j, k], k] for axis 1.
/// x and indices have equal extents along the other axes; negative indices count from the end. An element taken several
/// times gets the sum of the cotangents. Errors: ShapeError, DtypeError unless the indices are int64, IndexError for
/// an axis or an index out of range.
Tensor take_along_axis(Arg x, Arg indices, int axis);

}  // namespace xgrad
