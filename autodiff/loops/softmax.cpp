// From a set of axes to the middle one of [outer, n, inner]: by a copy, unless the axes are neighbours.
// Not here: what happens along that axis (kernels/).
#include <xgrad/autodiff/loops/softmax.hpp>

#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad::loops {
namespace {

/// The order of axes in which those of the set are neighbours, and what they then look like.
struct Plan {
  int order[max_rank];
  bool is_moved = false;
  std::int64_t outer = 1, n = 1, inner = 1;

  Plan(const Shape& shape, AxisSet axes) {
    const auto in_set = [&](int axis) { return (axes >> axis & 1) != 0; };
    int first = 0, last = shape.rank() - 1;
    while (first <= last && !in_set(first)) ++first;
    while (last >= first && !in_set(last)) --last;
    for (int axis = first; axis <= last; ++axis) is_moved = is_moved || !in_set(axis);
    int place = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      order[axis] = axis;
      if (in_set(axis))
        n *= shape[axis];
      else if (axis > last && !is_moved)
        inner *= shape[axis];
      else
        outer *= shape[axis];
    }
    if (!is_moved) return;
    for (const bool members : {false, true})
      for (int axis = 0; axis < shape.rank(); ++axis)
        if (in_set(axis) == members) order[place++] = axis;
  }

  Array arranged(const Array& array) const {
    Array result = array;
    result.contiguous = array.contiguous && !is_moved;
    for (int place = 0; place < array.shape.rank(); ++place) {
      result.shape[place] = array.shape[order[place]];
      result.strides[place] = array.strides[order[place]];
    }
    return result;
  }

  /// Calls write(memory) with row-major memory for `out` as arranged, and brings the elements to their places.
  template <class T, class F>
  void fill(const Array& out, F&& write) const {
    if (!is_moved) return write(out.as<T>());
    const Array target = arranged(out);
    const Tensor memory = Tensor::adopt(detail::new_state());
    memory.state()->shape = target.shape;
    memory.state()->dtype = out.dtype;
    detail::allocate_data(memory.state());
    write(memory.state()->template as<T>());
    copy(*memory.state(), target);
  }
};

}  // namespace

void softmax(Softmax kind, const Array& x, AxisSet axes, const Array& out) {
  if (out.numel == 0) return;
  const Plan plan(x.shape, axes);
  const Array arranged = plan.arranged(x);
  const Packed source(arranged);
  visit_floating(x.dtype, [&]<class T>() {
    const auto kernel = kernels::table().loops<T>().softmax[static_cast<int>(kind)];
    const std::int64_t slice = plan.n * plan.inner, results = kind == Softmax::logsumexp ? plan.inner : slice;
    const auto run = [&](T* result) {
      parallel_for(plan.outer, 8 * slice, [&](std::int64_t begin, std::int64_t end) {
        kernel(source->template as<const T>() + begin * slice, result + begin * results, end - begin, plan.n,
               plan.inner);
      });
    };
    if (kind == Softmax::logsumexp) return run(out.as<T>());
    plan.fill<T>(out, run);
  });
}

void softmax_backward(SoftmaxBackward kind, const Array& g, const Array& y, AxisSet axes, const Array& out) {
  if (out.numel == 0) return;
  const Plan plan(y.shape, axes);
  const Array arranged_g = plan.arranged(g), arranged_y = plan.arranged(y);
  const Packed cotangent(arranged_g), value(arranged_y);
  visit_floating(y.dtype, [&]<class T>() {
    const auto kernel = kernels::table().loops<T>().softmax_backward[static_cast<int>(kind)];
    const std::int64_t slice = plan.n * plan.inner;
    plan.fill<T>(out, [&](T* result) {
      parallel_for(plan.outer, 4 * slice, [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t start = begin * slice;
        kernel(cotangent->template as<const T>() + start, value->template as<const T>() + start, result + start,
               end - begin, plan.n, plan.inner);
      });
    });
  });
}

}  // namespace xgrad::loops
