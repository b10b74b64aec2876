// Reductions over groups of neighbouring axes, one group after the other, from the last to the first.
// Not here: the order of additions inside a group (kernels/).
#include <xgrad/autodiff/loops/reduce.hpp>

#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>

namespace xgrad::loops {
namespace {

void sum_integers(const std::int64_t* x, std::int64_t* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  std::fill_n(out, outer * inner, 0);
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t k = 0; k < n; ++k)
      for (std::int64_t i = 0; i < inner; ++i) {
        // Unsigned addition wraps; signed overflow is undefined.
        std::int64_t& total = out[o * inner + i];
        total = static_cast<std::int64_t>(static_cast<std::uint64_t>(total) +
                                          static_cast<std::uint64_t>(x[(o * n + k) * inner + i]));
      }
}

void max_integers(const std::int64_t* x, std::int64_t* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t i = 0; i < inner; ++i) {
      std::int64_t best = x[o * n * inner + i];
      for (std::int64_t k = 1; k < n; ++k) best = std::max(best, x[(o * n + k) * inner + i]);
      out[o * inner + i] = best;
    }
}

/// The last group of neighbouring axes of the set, as a run [outer, n, inner].
struct Group {
  std::int64_t outer = 1, n = 1, inner = 1;
  int first_axis = 0;

  Group(const Shape& shape, AxisSet axes) {
    int axis = shape.rank() - 1;
    const auto in_set = [&] { return (axes >> axis & 1) != 0; };
    for (; axis >= 0 && !in_set(); --axis) inner *= shape[axis];
    for (; axis >= 0 && in_set(); --axis) n *= shape[axis];
    first_axis = axis + 1;
    for (; axis >= 0; --axis) outer *= shape[axis];
  }
};

template <class T>
void reduce(kernels::ReduceFn<T> kernel, const Array& x, AxisSet axes, const Array& out) {
  if (out.numel == 0) return;
  const Packed source(x);
  const T* data = source->template as<const T>();
  Tensor partial;
  Shape shape = x.shape;
  for (;;) {
    const Group group(shape, axes);
    const AxisSet earlier = axes & ((AxisSet{1} << group.first_axis) - 1);
    if (earlier == 0) return kernel(data, out.as<T>(), group.outer, group.n, group.inner);
    Tensor next = Tensor::adopt(detail::new_state());
    next.state()->shape = {group.outer * group.inner};
    next.state()->dtype = x.dtype;
    detail::allocate_data(next.state());
    kernel(data, next.state()->template as<T>(), group.outer, group.n, group.inner);
    partial = std::move(next);
    data = partial.state()->template as<T>();
    for (int axis = group.first_axis; axis < shape.rank() && (axes >> axis & 1) != 0; ++axis) shape[axis] = 1;
    axes = earlier;
  }
}

}  // namespace

void sum(const Array& x, AxisSet axes, const Array& out) {
  if (x.dtype == Dtype::int64) return reduce<std::int64_t>(sum_integers, x, axes, out);
  visit_floating(x.dtype, [&]<class T>() { reduce<T>(kernels::table().loops<T>().sum, x, axes, out); });
}

void max(const Array& x, AxisSet axes, const Array& out) {
  if (x.dtype == Dtype::int64) return reduce<std::int64_t>(max_integers, x, axes, out);
  visit_floating(x.dtype, [&]<class T>() { reduce<T>(kernels::table().loops<T>().max, x, axes, out); });
}

}  // namespace xgrad::loops
