// Views and joins.
// Not here: slices (slicing.cpp).
#include <xgrad/autodiff/ops/shaping.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/iteration.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/ops/view_layout.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/scope.hpp>

#include <algorithm>

namespace xgrad {
namespace {

struct ShapeAttrs {
  Shape shape;
};

// Reshapes row-major arrays only: `reshape` makes a copy of others first.
constexpr Op reshape_op{checked({
    .name = "reshape",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const Shape& shape = attrs.get<ShapeAttrs>().shape;
          if (shape.numel() != in[0].numel)
            throw ShapeError("the number of elements differs: got " + std::to_string(in[0].numel) + ", want " +
                             std::to_string(shape.numel()) + " for shape " + to_string(shape));
          ops::set_row_major(in[0], shape, out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {reshape(ct[0], r.input_shape(0))}; },
})};

struct OrderAttrs {
  std::int8_t order[max_rank];
  int rank;
};

constexpr Op transpose_op{checked({
    .name = "transpose",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& a = attrs.get<OrderAttrs>();
          if (a.rank != in[0].shape.rank())
            throw ValueError("the order does not name every axis once: got " + std::to_string(a.rank) + " axes, want " +
                             std::to_string(in[0].shape.rank()));
          Shape shape = in[0].shape;
          std::int64_t strides[max_rank];
          std::uint32_t seen = 0;
          for (int i = 0; i < a.rank; ++i) {
            const int axis = a.order[i];
            if (seen >> axis & 1)
              throw ValueError("the order does not name every axis once: got axis " + std::to_string(axis) + " twice");
            seen |= 1U << axis;
            shape[i] = in[0].shape[axis];
            strides[i] = in[0].strides[axis];
          }
          ops::set_view(in[0], shape, strides, 0, out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const auto& a = r.attrs<OrderAttrs>();
      std::vector<int> inverse(static_cast<std::size_t>(a.rank));
      for (int i = 0; i < a.rank; ++i) inverse[static_cast<std::size_t>(a.order[i])] = i;
      return {transpose(ct[0], inverse)};
    },
})};

constexpr Op broadcast_to_op{checked({
    .name = "broadcast_to",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const Shape& shape = attrs.get<ShapeAttrs>().shape;
          if (!loops::broadcasts_to(in[0].shape, shape))
            throw ShapeError("the shape cannot be broadcast: got " + to_string(in[0].shape) + ", want " +
                             to_string(shape));
          ops::set_view(in[0], shape, loops::broadcast_strides(in[0], shape).data(), 0, out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {sum_to(ct[0], r.input_shape(0))}; },
})};

struct AxisAttrs {
  int axis;
};

constexpr Op concatenate_op{checked({
    .name = "concatenate",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const int axis = attrs.get<AxisAttrs>().axis;
          Shape shape = in[0].shape;
          for (std::size_t i = 1; i < in.size(); ++i) {
            Shape other = in[i].shape;
            if (other.rank() == shape.rank()) {
              const std::int64_t extent = other[axis];
              other[axis] = shape[axis];
              shape[axis] += extent;
              if (std::equal(other.begin(), other.begin() + axis, shape.begin()) &&
                  std::equal(other.begin() + axis + 1, other.end(), shape.begin() + axis + 1))
                continue;
            }
            throw ShapeError("shapes differ in more than axis " + std::to_string(axis) + ": got " +
                             to_string(in[i].shape) + " as operand " + std::to_string(i) + ", want one like " +
                             to_string(in[0].shape));
          }
          out[0].shape = shape;
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const int axis = attrs.get<AxisAttrs>().axis;
          std::int64_t start = 0;
          for (std::size_t i = 0; i < in.size(); ++i) {
            Array part;
            ops::set_view(out[0], in[i].shape, out[0].strides, start * out[0].strides[axis], part);
            loops::copy(in[i], part);
            start += in[i].shape[axis];
          }
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const int axis = r.attrs<AxisAttrs>().axis;
      Cotangents result = Cotangents::undefined(r.input_count());
      std::int64_t start = 0;
      for (std::size_t i = 0; i < r.input_count(); ++i) {
        const std::int64_t extent = r.input_shape(i)[axis];
        if (r.needs(i)) result[i] = slice(ct[0], axis, start, start + extent);
        start += extent;
      }
      return result;
    },
    .promotion = Promotion::common,
    .keeps_shapes = true,
})};

constexpr Op clone_op{checked({
    .name = "clone",
    .infer = ops::same,
    .forward = [](Inputs in, Attrs, Outputs out) { loops::copy(in[0], out[0]); },
    .vjp = [](const Record&, const Cotangents& ct) -> Cotangents { return {ct[0]}; },
})};

template <class F>
decltype(auto) in_context(const char* function, const Arg& x, F&& f) {
  try {
    return f();
  } catch (Error& error) {
    error.set_message(with_context(function, error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
}

OrderAttrs order_attrs(const int* order, std::size_t count, int rank) {
  if (count > static_cast<std::size_t>(max_rank))
    throw ValueError("the order does not name every axis once: got " + std::to_string(count) + " axes, want " +
                     std::to_string(rank));
  OrderAttrs attrs{{}, static_cast<int>(count)};
  for (std::size_t i = 0; i < count; ++i) attrs.order[i] = static_cast<std::int8_t>(normalize_axis(order[i], rank));
  return attrs;
}

}  // namespace

Tensor reshape(Arg x, const Shape& shape) {
  const detail::State* state = x.state();
  if (state != nullptr && !state->contiguous && state->numel == shape.numel())
    return record<reshape_op>({Arg(clone(x), x.site())}, ShapeAttrs{shape});
  return record<reshape_op>({x}, ShapeAttrs{shape});
}

Tensor reshape(Arg x, std::initializer_list<std::int64_t> extents) {
  ops::check_defined("reshape", x);
  const Shape shape = in_context("reshape", x, [&] {
    Shape known;
    int unknown = -1;
    for (const std::int64_t extent : extents) {
      if (extent == -1 && unknown >= 0) throw ShapeError("only one extent can be -1");
      if (extent == -1) unknown = known.rank();
      known.push_back(extent == -1 ? 1 : extent);
    }
    if (unknown < 0) return known;
    const std::int64_t size = x.shape().numel();
    if (known.numel() == 0 || size % known.numel() != 0)
      throw ShapeError("no extent fits in place of -1: got " + std::to_string(size) + " elements, want a multiple of " +
                       std::to_string(known.numel()));
    known[unknown] = size / known.numel();
    return known;
  });
  return reshape(x, shape);
}

Tensor transpose(Arg x) {
  ops::check_defined("transpose", x);
  OrderAttrs attrs{{}, x.rank()};
  for (int i = 0; i < attrs.rank; ++i) attrs.order[i] = static_cast<std::int8_t>(attrs.rank - 1 - i);
  return record<transpose_op>({x}, attrs);
}

Tensor transpose(Arg x, std::initializer_list<int> order) { return transpose(x, std::vector<int>(order)); }

Tensor transpose(Arg x, const std::vector<int>& order) {
  ops::check_defined("transpose", x);
  const OrderAttrs attrs =
      in_context("transpose", x, [&] { return order_attrs(order.data(), order.size(), x.rank()); });
  return record<transpose_op>({x}, attrs);
}

Tensor expand_dims(Arg x, int axis) {
  ops::check_defined("expand_dims", x);
  const CompositeScope scope(x);
  const Shape shape = in_context("expand_dims", x, [&] {
    const int place = normalize_axis(axis, x.rank() + 1);
    Shape result;
    for (int i = 0; i <= x.rank(); ++i) {
      if (i == place) result.push_back(1);
      if (i < x.rank()) result.push_back(x.shape()[i]);
    }
    return result;
  });
  return ops::restride(x, shape);
}

Tensor squeeze(Arg x, const Axes& axes) {
  ops::check_defined("squeeze", x);
  const CompositeScope scope(x);
  const Shape shape = in_context("squeeze", x, [&] {
    const std::uint32_t mask = axes.mask(x.rank());
    Shape result;
    for (int i = 0; i < x.rank(); ++i) {
      const bool named = (mask >> i & 1) != 0;
      if (named && !axes.all() && x.shape()[i] != 1)
        throw ShapeError("only axes of extent 1 can go: got extent " + std::to_string(x.shape()[i]) + " along axis " +
                         std::to_string(i));
      if (!named || x.shape()[i] != 1) result.push_back(x.shape()[i]);
    }
    return result;
  });
  return ops::restride(x, shape);
}

Tensor broadcast_to(Arg x, const Shape& shape) { return record<broadcast_to_op>({x}, ShapeAttrs{shape}); }

Tensor concatenate(const std::vector<Tensor>& tensors, int axis, const char* file, int line) {
  const Site site{file, line};
  if (tensors.empty())
    throw ValueError(with_context("concatenate", "no tensors: got 0, want 1 or more", "", detail::user_site(site)));
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (!tensors[i].defined()) ops::fail_undefined("concatenate", static_cast<int>(i), site);
  const int place =
      in_context("concatenate", Arg(tensors[0], site), [&] { return normalize_axis(axis, tensors[0].rank()); });
  return record<concatenate_op>(tensors, site, AxisAttrs{place});
}

Tensor clone(Arg x) { return record<clone_op>({x}); }

Tensor contiguous(Arg x) {
  ops::check_defined("contiguous", x);
  return x.tensor().is_contiguous() ? x.tensor() : clone(x);
}

}  // namespace xgrad
