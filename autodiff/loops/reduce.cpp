// Reductions over groups of neighbouring axes, one group after the other, from the last to the first.
// Not here: the order of additions inside a block (kernels/).
#include <xgrad/autodiff/loops/reduce.hpp>

#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
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

Tensor new_array(std::int64_t size, Dtype dtype) {
  Tensor result = Tensor::adopt(detail::new_state());
  result.state()->shape = {size};
  result.state()->dtype = dtype;
  detail::allocate_data(result.state());
  return result;
}

/// Slices that are long enough for it are cut into blocks, whose results are then reduced. The blocks follow from the
/// shape alone, so the order of additions does, too.
template <class T>
void reduce_in_parts(kernels::ReduceFn<T> kernel, const T* x, T* out, const Group& group) {
  const std::int64_t outer = group.outer, n = group.n, inner = group.inner, cost = sizeof(T) / 4;
  // Few enough blocks to cost nothing: their results are a 64th of what they read.
  const std::int64_t rows =
      std::max(std::min<std::int64_t>(64, piece_cost), piece_cost / std::max<std::int64_t>(inner, 1));
  if (n < 2 * rows)
    return parallel_for(outer, n * inner * cost, [=](std::int64_t begin, std::int64_t end) {
      kernel(x + begin * n * inner, out + begin * inner, end - begin, n, inner);
    });
  const std::int64_t blocks = (n + rows - 1) / rows;
  const Tensor partial = new_array(outer * blocks * inner, dtype_of<T>);
  T* const results = partial.state()->as<T>();
  parallel_for(outer * blocks, rows * inner * cost, [=](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t row = i % blocks * rows;
      kernel(x + (i / blocks * n + row) * inner, results + i * inner, 1, std::min(rows, n - row), inner);
    }
  });
  kernel(results, out, outer, blocks, inner);
}

template <class T>
void reduce_group(kernels::ReduceFn<T> kernel, const T* x, T* out, const Group& group) {
  if (is_whole(group.outer * group.n * group.inner)) [[likely]]
    return kernel(x, out, group.outer, group.n, group.inner);
  reduce_in_parts(kernel, x, out, group);
}

// Those of the set that lie before the group.
AxisSet earlier_axes(const Group& group, AxisSet axes) { return axes & ((AxisSet{1} << group.first_axis) - 1); }

template <class T>
void reduce_in_groups(kernels::ReduceFn<T> kernel, const Array& x, AxisSet axes, const Array& out) {
  const Packed source(x);
  const T* data = source->template as<const T>();
  Tensor partial;
  Shape shape = x.shape;
  for (;;) {
    const Group group(shape, axes);
    const AxisSet earlier = earlier_axes(group, axes);
    if (earlier == 0) return reduce_group(kernel, data, out.as<T>(), group);
    Tensor next = new_array(group.outer * group.inner, x.dtype);
    reduce_group(kernel, data, next.state()->template as<T>(), group);
    partial = std::move(next);
    data = partial.state()->template as<T>();
    for (int axis = group.first_axis; axis < shape.rank() && (axes >> axis & 1) != 0; ++axis) shape[axis] = 1;
    axes = earlier;
  }
}

template <class T>
void reduce(kernels::ReduceFn<T> kernel, const Array& x, AxisSet axes, const Array& out) {
  if (out.numel == 0) return;
  const Group group(x.shape, axes);
  if (x.contiguous && earlier_axes(group, axes) == 0) [[likely]]
    return reduce_group(kernel, x.as<const T>(), out.as<T>(), group);
  reduce_in_groups(kernel, x, axes, out);
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
