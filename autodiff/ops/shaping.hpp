// Changes of shape: views that share memory where the strides allow, and joins.
// Not here: slices (slicing.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/ops/axes.hpp>

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace xgrad {

/// The same elements in row-major order in another shape: a view of a row-major tensor, else a copy. One extent may be
/// -1: it follows from the others. Errors: ShapeError if the numbers of elements differ.
Tensor reshape(Arg x, const Shape& shape);
Tensor reshape(Arg x, std::initializer_list<std::int64_t> extents);
/// A view with the axes in reverse order, or in the given order. Errors: ValueError unless it names every axis once.
Tensor transpose(Arg x);
Tensor transpose(Arg x, std::initializer_list<int> order);
Tensor transpose(Arg x, const std::vector<int>& order);
/// A view with a new axis of extent 1 before the given place of the result. Errors: IndexError, ShapeError beyond 8
/// axes.
Tensor expand_dims(Arg x, int axis);
/// A view without axes of extent 1: all of them, or the given ones. Errors: ShapeError if one has another extent.
Tensor squeeze(Arg x, const Axes& axes = {});
/// A view of a larger shape by NumPy's broadcasting rules, with stride 0 along repeated axes. Errors: ShapeError.
Tensor broadcast_to(Arg x, const Shape& shape);
/// Tensors joined along an axis; the other extents must be equal. Different dtypes become the largest.
/// Errors: ValueError without tensors, ShapeError, IndexError.
Tensor concatenate(const std::vector<Tensor>& tensors, int axis = 0, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE());
/// A row-major copy with memory of its own. Differentiable.
Tensor clone(Arg x);
/// The tensor itself if it is row-major, else a row-major copy. Differentiable.
Tensor contiguous(Arg x);

}  // namespace xgrad
