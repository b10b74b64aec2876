// Softmax and its relatives over any set of axes.
// Not here: the vectorised loops (kernels/softmax_loops.hpp).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/reduce.hpp>

namespace xgrad::loops {

using kernels::Softmax;
using kernels::SoftmaxBackward;

// All arrays have one floating dtype; `out` is row-major and has the shape of x, but for logsumexp one element for each
// index of the other axes, in order.

void softmax(Softmax kind, const Array& x, AxisSet axes, const Array& out);
void softmax_backward(SoftmaxBackward kind, const Array& g, const Array& y, AxisSet axes, const Array& out);

}  // namespace xgrad::loops
