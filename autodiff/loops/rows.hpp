// Softmax and its relatives over any set of axes.
// Not here: the vectorised loops (kernels/softmax_loops.hpp).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/reduce.hpp>

namespace xgrad::loops {

using kernels::Row;
using kernels::RowBackward;

// A row is what the axes of the set span at one index of the others. All arrays have one floating dtype; `out` is
// row-major and has the shape of x, but for logsumexp one element for each index of the other axes, in order.

void rows(Row kind, const Array& x, AxisSet axes, const Array& out);
void rows_backward(RowBackward kind, const Array& g, const Array& y, AxisSet axes, const Array& out);

}  // namespace xgrad::loops
