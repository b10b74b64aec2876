// Axes moved to the end, so that rows are runs of memory: by a copy, unless they are there already.
// Not here: what happens to a row (kernels/softmax_loops.hpp).
#include <xgrad/autodiff/loops/rows.hpp>

#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad::loops {
namespace {

/// The same array with the axes of the set behind the others.
Array with_axes_last(const Array& array, AxisSet axes) {
  Array moved = array;
  int place = 0;
  for (const bool in_set : {false, true})
    for (int axis = 0; axis < array.shape.rank(); ++axis) {
      if (((axes >> axis & 1) != 0) != in_set) continue;
      moved.contiguous = moved.contiguous && axis == place;
      moved.shape[place] = array.shape[axis];
      moved.strides[place++] = array.strides[axis];
    }
  return moved;
}

std::int64_t row_length(const Array& array, AxisSet axes) {
  std::int64_t length = 1;
  for (int axis = 0; axis < array.shape.rank(); ++axis)
    if ((axes >> axis & 1) != 0) length *= array.shape[axis];
  return length;
}

/// Calls write(memory) with row-major memory for `out` with its axes moved, and brings the elements to their places.
template <class T, class F>
void write_rows(AxisSet axes, const Array& out, F&& write) {
  const Array moved = with_axes_last(out, axes);
  if (moved.contiguous) return write(out.as<T>());
  const Tensor rows = Tensor::adopt(detail::new_state());
  rows.state()->shape = moved.shape;
  rows.state()->dtype = out.dtype;
  detail::allocate_data(rows.state());
  write(rows.state()->template as<T>());
  copy(*rows.state(), moved);
}

}  // namespace

void rows(Row kind, const Array& x, AxisSet axes, const Array& out) {
  if (out.numel == 0) return;
  const std::int64_t n = row_length(x, axes);
  visit_floating(x.dtype, [&]<class T>() {
    const auto kernel = kernels::table().loops<T>().row[static_cast<int>(kind)];
    const Array moved = with_axes_last(x, axes);
    const Packed source(moved);
    const T* data = source->template as<const T>();
    if (kind == Row::logsumexp) return kernel(data, out.as<T>(), out.numel, n);
    write_rows<T>(axes, out, [&](T* result) { kernel(data, result, out.numel / n, n); });
  });
}

void rows_backward(RowBackward kind, const Array& g, const Array& y, AxisSet axes, const Array& out) {
  if (out.numel == 0) return;
  const std::int64_t n = row_length(y, axes);
  visit_floating(y.dtype, [&]<class T>() {
    const auto kernel = kernels::table().loops<T>().row_backward[static_cast<int>(kind)];
    const Array moved_g = with_axes_last(g, axes), moved_y = with_axes_last(y, axes);
    const Packed cotangent(moved_g), value(moved_y);
    write_rows<T>(axes, out, [&](T* result) {
      kernel(cotangent->template as<const T>(), value->template as<const T>(), result, out.numel / n, n);
    });
  });
}

}  // namespace xgrad::loops
