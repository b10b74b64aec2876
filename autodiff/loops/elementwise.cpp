// From broadcast, strided operands to runs of rows and columns that a kernel takes.
// Not here: integer kernels (integer_kernels.cpp), vectorised ones (kernels/).
#include <xgrad/autodiff/loops/elementwise.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/loops/bands.hpp>
#include <xgrad/autodiff/loops/integer_kernels.hpp>
#include <xgrad/autodiff/loops/iteration.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>

namespace xgrad::loops {
namespace {

using kernels::Steps;

template <class T>
kernels::UnaryFn<T> unary_kernel(Unary kind) {
  if constexpr (std::is_floating_point_v<T>)
    return kernels::table().loops<T>().unary[static_cast<int>(kind)];
  else
    return integer_unary<T>(kind);
}

template <class T>
kernels::BinaryFn<T> binary_kernel(Binary kind) {
  if constexpr (std::is_floating_point_v<T>)
    return kernels::table().loops<T>().binary[static_cast<int>(kind)];
  else
    return integer_binary<T>(kind);
}

template <class T>
kernels::CompareFn<T> compare_kernel(Compare kind) {
  if constexpr (std::is_floating_point_v<T>)
    return kernels::table().loops<T>().compare[static_cast<int>(kind)];
  else
    return integer_compare<T>(kind);
}

template <class T>
kernels::WhereFn<T> where_kernel() {
  if constexpr (std::is_floating_point_v<T>)
    return kernels::table().loops<T>().where;
  else
    return integer_where<T>();
}

/// What an element costs (parallel.hpp): the arithmetic of float, or the bytes where they are more.
template <class T>
std::int64_t cost_of(Unary kind) {
  constexpr auto width = static_cast<std::int64_t>(sizeof(T) > 4 ? 2 : 1);
  switch (kind) {
    case Unary::exp:
    case Unary::log:
    case Unary::sin:
    case Unary::cos:
    case Unary::tanh:
    case Unary::sigmoid: return 4 * width;
    case Unary::softplus:
    case Unary::log_sigmoid: return 8 * width;
    default: return width;
  }
}
template <class T>
std::int64_t cost_of(Binary kind) {
  constexpr auto width = static_cast<std::int64_t>(sizeof(T) > 4 ? 2 : 1);
  switch (kind) {
    case Binary::power: return 16 * width;
    case Binary::sin_backward:
    case Binary::cos_backward:
    case Binary::sigmoid_difference: return 4 * width;
    case Binary::bce_with_logits: return 8 * width;
    default: return width;
  }
}

/// An operand that needs no copy if it lies in one run with the output: 1 element a step, or always the same element.
bool is_one_run(const Array& operand, const Array& out) {
  return operand.numel == 1 || (operand.contiguous && operand.numel == out.numel);
}
Steps run_steps(const Array& operand) { return {0, operand.numel == 1 ? 0 : 1}; }

/// Calls run(offsets, steps, rows, columns), maybe in several threads, until the output is covered; `offsets` and
/// `steps` are those of the operands, the last offset that of the output.
template <int n, class F>
void for_each_run(const Array* const (&operands)[n], const Array& out, std::int64_t cost, F&& run) {
  std::array<std::array<std::int64_t, max_rank>, n + 1> strides;
  for (std::size_t k = 0; k < n; ++k) strides[k] = broadcast_strides(*operands[k], out.shape);
  strides[n] = std::to_array(out.strides);
  const Iteration<n + 1> it(out.shape, strides);
  Steps steps[n];
  for (int k = 0; k < n; ++k) steps[k] = {it.stride(k, 1), it.stride(k, 0)};
  it.outer_parts(std::min(2, it.rank), cost, [&](const auto& offsets, const Iteration<n + 1>& part) {
    run(offsets, steps, part.extent(1), part.extent(0));
  });
}

/// An operand whose last axis steps by 0 or 1 after broadcasting, or that may lie across; else it is packed.
class Operand {
 public:
  Operand(const Array& array, const Shape& target, bool may_lie_across = false) : array_(&array) {
    if (array.contiguous) return;
    const Steps steps = last_steps(array, target);
    if (steps.column == 0 || steps.column == 1 || (may_lie_across && lies_across(steps))) return;
    copy_ = packed(array);
    array_ = &copy_.array();
  }
  const Array* get() const { return array_; }

 private:
  // Iteration drops axes of extent 1, so the last two longer ones are what the kernel sees as rows and columns.
  static Steps last_steps(const Array& array, const Shape& target) {
    const auto strides = broadcast_strides(array, target);
    std::int64_t last[2] = {};
    int found = 0;
    for (int axis = target.rank() - 1; axis >= 0 && found < 2; --axis)
      if (target[axis] != 1) last[found++] = strides[static_cast<std::size_t>(axis)];
    return {last[1], last[0]};
  }

  Tensor copy_;
  const Array* array_;
};

template <class In, class Out, class Kernel>
void two_operands(Kernel kernel, std::int64_t cost, const Array& a, const Array& b, const Array& out) {
  if (out.numel == 0) return;
  if (is_one_run(a, out) && is_one_run(b, out)) [[likely]] {
    const Steps sa = run_steps(a), sb = run_steps(b);
    return parallel_elements(
        out.numel, cost,
        [=, x = a.as<const In>(), y = b.as<const In>(), z = out.as<Out>()](std::int64_t begin, std::int64_t end) {
          kernel(x + begin * sa.column, sa, y + begin * sb.column, sb, z + begin, 1, end - begin);
        });
  }
  const Operand left(a, out.shape, true);
  const Operand right(b, out.shape, true);
  for_each_run<2>({left.get(), right.get()}, out, cost,
                  [&](const auto& offsets, const Steps* steps, std::int64_t rows, std::int64_t columns) {
                    const In* from_a = left.get()->as<const In>() + offsets[0];
                    const In* from_b = right.get()->template as<const In>() + offsets[1];
                    Out* to = out.as<Out>() + offsets[2];
                    if (lies_across(steps[0]) || lies_across(steps[1]))
                      return run_in_bands(kernel, from_a, steps[0], from_b, steps[1], to, rows, columns);
                    kernel(from_a, steps[0], from_b, steps[1], to, rows, columns);
                  });
}

}  // namespace

bool is_defined(Unary kind, Dtype dtype) {
  return visit_dtype(dtype, [&]<class T>() {
    if constexpr (std::is_floating_point_v<T>)
      return true;
    else
      return integer_unary<T>(kind) != nullptr;
  });
}

bool is_defined(Binary kind, Dtype dtype) {
  return visit_dtype(dtype, [&]<class T>() {
    if constexpr (std::is_floating_point_v<T>)
      return true;
    else
      return integer_binary<T>(kind) != nullptr;
  });
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int lead = to.rank() - from.rank();
  if (lead < 0) return false;
  for (int axis = 0; axis < from.rank(); ++axis)
    if (from[axis] != 1 && from[axis] != to[axis + lead]) return false;
  return true;
}

Shape broadcast(const Shape& a, const Shape& b) {
  if (a == b) [[likely]]
    return a;
  const Shape& longer = a.rank() < b.rank() ? b : a;
  const Shape& shorter = a.rank() < b.rank() ? a : b;
  const int lead = longer.rank() - shorter.rank();
  Shape result = longer;
  for (int axis = 0; axis < shorter.rank(); ++axis) {
    std::int64_t& extent = result[axis + lead];
    if (extent == 1)
      extent = shorter[axis];
    else if (shorter[axis] != 1 && shorter[axis] != extent)
      throw ShapeError("shapes cannot be broadcast: got " + to_string(a) + " and " + to_string(b) +
                       ", want extents that are equal or 1, from the last axis on");
  }
  return result;
}

std::array<std::int64_t, max_rank> broadcast_strides(const Array& array, const Shape& target) {
  std::array<std::int64_t, max_rank> strides = {};
  const int lead = target.rank() - array.shape.rank();
  for (int axis = 0; axis < array.shape.rank(); ++axis)
    if (array.shape[axis] != 1) strides[static_cast<std::size_t>(axis + lead)] = array.strides[axis];
  return strides;
}

void unary(Unary kind, const Array& x, const Array& out) {
  if (!x.contiguous) copy(x, out);
  const Array& source = x.contiguous ? x : out;
  visit_dtype(x.dtype, [&]<class T>() {
    const auto kernel = unary_kernel<T>(kind);
    parallel_elements(out.numel, cost_of<T>(kind), [&](std::int64_t begin, std::int64_t end) {
      kernel(source.as<const T>() + begin, out.as<T>() + begin, end - begin);
    });
  });
}

void binary(Binary kind, const Array& a, const Array& b, const Array& out) {
  visit_dtype(a.dtype, [&]<class T>() { two_operands<T, T>(binary_kernel<T>(kind), cost_of<T>(kind), a, b, out); });
}

void ternary(Ternary kind, const Array& a, const Array& b, const Array& c, const Array& out) {
  if (out.numel == 0) return;
  visit_floating(out.dtype, [&]<class T>() {
    const kernels::TernaryFn<T> kernel = kernels::table().loops<T>().ternary[static_cast<int>(kind)];
    const Operand first(a, out.shape), second(b, out.shape), third(c, out.shape);
    constexpr std::int64_t cost = sizeof(T) > 4 ? 32 : 16;  // powers
    for_each_run<3>({first.get(), second.get(), third.get()}, out, cost,
                    [&](const auto& offsets, const Steps* steps, std::int64_t rows, std::int64_t columns) {
                      kernel(first.get()->template as<const T>() + offsets[0], steps[0],
                             second.get()->template as<const T>() + offsets[1], steps[1],
                             third.get()->template as<const T>() + offsets[2], steps[2], out.as<T>() + offsets[3], rows,
                             columns);
                    });
  });
}

void compare(Compare kind, const Array& a, const Array& b, const Array& out) {
  visit_dtype(a.dtype, [&]<class T>() { two_operands<T, bool>(compare_kernel<T>(kind), 1, a, b, out); });
}

void where(const Array& condition, const Array& a, const Array& b, const Array& out) {
  if (out.numel == 0) return;
  visit_dtype(a.dtype, [&]<class T>() {
    const Operand mask(condition, out.shape);
    const Operand left(a, out.shape);
    const Operand right(b, out.shape);
    for_each_run<3>({mask.get(), left.get(), right.get()}, out, 1,
                    [&](const auto& offsets, const Steps* steps, std::int64_t rows, std::int64_t columns) {
                      where_kernel<T>()(mask.get()->template as<const bool>() + offsets[0], steps[0],
                                        left.get()->template as<const T>() + offsets[1], steps[1],
                                        right.get()->template as<const T>() + offsets[2], steps[2],
                                        out.as<T>() + offsets[3], rows, columns);
                    });
  });
}

}  // namespace xgrad::loops
