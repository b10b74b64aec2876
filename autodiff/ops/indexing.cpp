// Gathering along an axis, and its adjoint, which adds into zeros.
// Not here: views (slicing.cpp).
#include <xgrad/autodiff/ops/indexing.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/axes.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad {
namespace {

struct TakeAttrs {
  int axis;
};
struct PutAttrs {
  int axis;
  Shape shape;
};

/// An array and indices into it, as runs [outer, n, inner] and [outer, taken, inner].
struct Runs {
  std::int64_t outer = 1, n = 0, taken = 0, inner = 1;

  Runs(const Shape& shape, const Shape& indices, int axis) : n(shape[axis]), taken(indices[axis]) {
    for (int i = 0; i < axis; ++i) outer *= shape[i];
    for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  }

  /// Calls f(place in the indices, place in the array) for every index with outer indices from begin on, before end.
  template <class F>
  void for_each(const std::int64_t* indices, std::int64_t begin, std::int64_t end, F&& f) const {
    std::int64_t place = begin * taken * inner;
    for (std::int64_t o = begin; o < end; ++o)
      for (std::int64_t k = 0; k < taken; ++k)
        for (std::int64_t i = 0; i < inner; ++i, ++place) {
          const std::int64_t index = indices[place];
          f(place, (o * n + (index < 0 ? index + n : index)) * inner + i);
        }
  }
  /// The same for all, maybe in several threads: different outer indices name different places.
  template <class F>
  void for_each(const std::int64_t* indices, F&& f) const {
    loops::parallel_for(outer, 4 * taken * inner,
                        [&](std::int64_t begin, std::int64_t end) { for_each(indices, begin, end, f); });
  }
};

void check_indices(const Array& indices, std::int64_t n) {
  for (std::int64_t i = 0; i < indices.numel; ++i)
    if (const std::int64_t index = indices.as<const std::int64_t>()[i]; index < -n || index >= n)
      throw IndexError("index out of range: got " + std::to_string(index) + " at " + describe_index(i, indices.shape) +
                       ", want " + std::to_string(-n) + " to " + std::to_string(n - 1));
}

Tensor put_along_axis(Arg g, Arg indices, const PutAttrs& attrs);

constexpr Op take_op{checked({
    .name = "take_along_axis",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const int axis = attrs.get<TakeAttrs>().axis;
          const Array &x = in[0], &indices = in[1];
          if (indices.dtype != Dtype::int64)
            throw DtypeError(std::string("the indices are not int64: got ") + name(indices.dtype));
          bool fits = x.shape.rank() == indices.shape.rank();
          for (int i = 0; fits && i < x.shape.rank(); ++i) fits = i == axis || x.shape[i] == indices.shape[i];
          if (!fits)
            throw ShapeError("the shapes differ along other axes than " + std::to_string(axis) + ": got indices of " +
                             to_string(indices.shape) + " for " + to_string(x.shape));
          out[0].shape = indices.shape;
          out[0].dtype = x.dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const loops::Packed x(in[0]), indices(in[1]);
          check_indices(*indices, in[0].shape[attrs.get<TakeAttrs>().axis]);
          const Runs runs(x->shape, indices->shape, attrs.get<TakeAttrs>().axis);
          visit_dtype(out[0].dtype, [&]<class T>() {
            const T* source = x->as<const T>();
            T* target = out[0].as<T>();
            runs.for_each(indices->as<const std::int64_t>(),
                          [&](std::int64_t place, std::int64_t from) { target[place] = source[from]; });
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {put_along_axis(ct[0], r.input(1), {r.attrs<TakeAttrs>().axis, r.input_shape(0)}), Tensor()};
    },
    .saves = {{saved_input(1)}},
})};

// Its operands are the cotangent and indices of take_along_axis: their shapes and dtypes have been checked.
constexpr Op put_op{checked({
    .name = "take_along_axis_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          out[0].shape = attrs.get<PutAttrs>().shape;
          out[0].dtype = in[0].dtype;
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const loops::Packed g(in[0]), indices(in[1]);
          check_indices(*indices, out[0].shape[attrs.get<PutAttrs>().axis]);
          const Runs runs(out[0].shape, indices->shape, attrs.get<PutAttrs>().axis);
          loops::clear(out[0]);
          visit_floating(out[0].dtype, [&]<class T>() {
            const T* source = g->as<const T>();
            T* target = out[0].as<T>();
            runs.for_each(indices->as<const std::int64_t>(),
                          [&](std::int64_t place, std::int64_t to) { target[to] += source[place]; });
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {take_along_axis(ct[0], r.input(1), r.attrs<PutAttrs>().axis), Tensor()};
    },
    .saves = {{saved_input(1)}},
})};

Tensor put_along_axis(Arg g, Arg indices, const PutAttrs& attrs) { return record<put_op>({g, indices}, attrs); }

}  // namespace

Tensor take_along_axis(Arg x, Arg indices, int axis) {
  ops::check_defined("take_along_axis", x, indices);
  TakeAttrs attrs{};
  try {
    attrs.axis = normalize_axis(axis, x.rank());
  } catch (Error& error) {
    error.set_message(
        with_context("take_along_axis", error.message(), describe(x.tensor()), detail::user_site(x.site())));
    throw;
  }
  return record<take_op>({x, indices}, attrs);
}

}  // namespace xgrad
