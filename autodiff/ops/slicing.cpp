// Slices and their adjoint, which puts a slice into zeros.
// Not here: other views (shaping.cpp).
#include <xgrad/autodiff/ops/slicing.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/axes.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/view_layout.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/scope.hpp>

#include <algorithm>

namespace xgrad {
namespace {

/// A slice of every axis, inside the extents: `start[i]`, `start[i] + step[i]`, ..., `size[i]` of them.
struct SliceAttrs {
  std::int64_t start[max_rank];
  std::int64_t step[max_rank];
  Shape size;
};

void set_slice(const Array& base, const SliceAttrs& attrs, Array& view) {
  std::int64_t strides[max_rank];
  std::int64_t offset = 0;
  for (int axis = 0; axis < base.shape.rank(); ++axis) {
    strides[axis] = base.strides[axis] * attrs.step[axis];
    offset += base.strides[axis] * attrs.start[axis];
  }
  ops::set_view(base, attrs.size, strides, offset, view);
}

struct EmbedAttrs {
  SliceAttrs slice;
  Shape shape;
};

Tensor slice_all(Arg x, const SliceAttrs& attrs);
Tensor embed(Arg x, const EmbedAttrs& attrs);

constexpr Op slice_op{checked({
    .name = "view",
    .infer = [](Inputs in, Attrs attrs, Outputs out) { set_slice(in[0], attrs.get<SliceAttrs>(), out[0]); },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {embed(ct[0], EmbedAttrs{r.attrs<SliceAttrs>(), r.input_shape(0)})};
    },
})};

constexpr Op embed_op{checked({
    .name = "view_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          out[0].shape = attrs.get<EmbedAttrs>().shape;
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          loops::clear(out[0]);
          Array part;
          set_slice(out[0], attrs.get<EmbedAttrs>().slice, part);
          loops::copy(in[0], part);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {slice_all(ct[0], r.attrs<EmbedAttrs>().slice)};
    },
})};

Tensor slice_all(Arg x, const SliceAttrs& attrs) { return record<slice_op>({x}, attrs); }
Tensor embed(Arg x, const EmbedAttrs& attrs) { return record<embed_op>({x}, attrs); }

// Python's slice.indices: where a range starts within an extent, and how many elements it has.
void resolve_range(const Slice& slice, std::int64_t extent, std::int64_t& start, std::int64_t& size) {
  if (slice.step == 0) throw ValueError("the step of a range is 0");
  const bool up = slice.step > 0;
  const std::int64_t low = up ? 0 : -1, high = up ? extent : extent - 1;
  const auto clipped = [&](std::int64_t bound) { return std::clamp(bound < 0 ? bound + extent : bound, low, high); };
  start = slice.start ? clipped(*slice.start) : (up ? low : high);
  const std::int64_t stop = slice.stop ? clipped(*slice.stop) : (up ? high : low);
  const std::int64_t span = up ? stop - start : start - stop;
  size = span <= 0 ? 0 : (span - 1) / (up ? slice.step : -std::max(slice.step, -span)) + 1;
  if (size == 0) start = 0;
}

struct ResolvedView {
  SliceAttrs attrs;
  Shape result;  ///< after dropping indexed axes and adding new ones
};

ResolvedView resolve(const Shape& shape, const std::vector<Slice>& slices) {
  int consumed = 0, ellipses = 0;
  for (const Slice& slice : slices) {
    consumed += slice.kind == Slice::Kind::index || slice.kind == Slice::Kind::range;
    ellipses += slice.kind == Slice::Kind::ellipsis;
  }
  if (ellipses > 1) throw ValueError("more than one ellipsis");
  if (consumed > shape.rank())
    throw IndexError("too many indices: got " + std::to_string(consumed) + ", want at most " +
                     std::to_string(shape.rank()));
  ResolvedView view{{{}, {}, shape}, {}};
  int axis = 0;
  const auto whole = [&](int count) {
    for (; count > 0; --count, ++axis) {
      view.attrs.step[axis] = 1;
      view.result.push_back(shape[axis]);
    }
  };
  for (const Slice& slice : slices) {
    switch (slice.kind) {
      case Slice::Kind::newaxis: view.result.push_back(1); break;
      case Slice::Kind::ellipsis: whole(shape.rank() - consumed); break;
      case Slice::Kind::range:
        resolve_range(slice, shape[axis], view.attrs.start[axis], view.attrs.size[axis]);
        // A single element needs no step, and a huge one would overflow.
        view.attrs.step[axis] = view.attrs.size[axis] > 1 ? slice.step : 1;
        view.result.push_back(view.attrs.size[axis]);
        ++axis;
        break;
      case Slice::Kind::index: {
        const std::int64_t extent = shape[axis], index = *slice.start;
        if (index < -extent || index >= extent)
          throw IndexError("index out of range: got " + std::to_string(index) + " along axis " + std::to_string(axis) +
                           ", want " + std::to_string(-extent) + " to " + std::to_string(extent - 1));
        view.attrs.start[axis] = index < 0 ? index + extent : index;
        view.attrs.step[axis] = 1;
        view.attrs.size[axis] = 1;
        ++axis;
        break;
      }
    }
  }
  whole(shape.rank() - axis);
  return view;
}

}  // namespace

Slice range(Bound start, Bound stop, std::int64_t step) {
  Slice slice(Slice::Kind::range);
  slice.start = start.value;
  slice.stop = stop.value;
  slice.step = step;
  return slice;
}
Slice range(Bound stop) { return range(placeholders::_, stop); }
Slice all() { return Slice(Slice::Kind::range); }
Slice newaxis() { return Slice(Slice::Kind::newaxis); }
Slice ellipsis() { return Slice(Slice::Kind::ellipsis); }

// One list for all calls, so that programs need not compile vectors.
Tensor detail::view_of(const Arg& x, std::initializer_list<Slice> slices) {
  return view(x, std::vector<Slice>(slices));
}

Tensor view(Arg x, const std::vector<Slice>& slices) {
  ops::check_defined("view", x);
  const CompositeScope scope(x);
  ResolvedView resolved;
  try {
    resolved = resolve(x.shape(), slices);
  } catch (Error& error) {
    error.set_message(with_context("view", error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
  const Tensor part = slice_all(x, resolved.attrs);
  return part.shape() == resolved.result ? part : ops::restride(part, resolved.result);
}

Tensor slice(Arg x, int axis, std::int64_t start, std::int64_t stop) {
  ops::check_defined("slice", x);
  std::vector<Slice> slices;
  try {
    slices.assign(static_cast<std::size_t>(normalize_axis(axis, x.rank())), all());
  } catch (Error& error) {
    error.set_message(with_context("slice", error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
  slices.push_back(range(start, stop));
  return view(x, slices);
}

}  // namespace xgrad
