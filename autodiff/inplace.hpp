// Writes into a tensor's memory: never recorded, so only for tensors outside graphs, and for leaves under NoGrad.
// Not here: anything differentiable; there `a = add(a, b)` or `where` make a new tensor.
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad {

// All of them bump the version of the memory, and return the tensor they were given by reference: copy the handle if
// that was a temporary. Errors: GraphError on a result of a recorded
// operation, and, while recording is on, on a leaf that requires a gradient; ValueError on a tensor whose elements
// share memory (from broadcast_to); ShapeError if an operand cannot be broadcast to the tensor; DtypeError if its dtype
// is larger than the tensor's.

/// Every element becomes `value`, a scalar (converted as static_cast does) or a tensor of one element. Errors: also
/// ValueError for a scalar that int64 should and cannot hold (NaN included).
const Tensor& fill_(const Tensor& y, Arg value);
/// y = x
const Tensor& copy_(const Tensor& y, Arg x);
/// y = y + alpha x. Errors: also ValueError where y holds integers and alpha is a fraction or more than int64 holds.
const Tensor& add_(const Tensor& y, Arg x, double alpha = 1);
/// y = y x
const Tensor& multiply_(const Tensor& y, Arg x);
/// y = beta y + alpha x; x has the shape and dtype of y. Errors: DtypeError unless floating.
const Tensor& axpby_(const Tensor& y, double beta, const Tensor& x, double alpha);

}  // namespace xgrad
