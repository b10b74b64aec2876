// The layouts of views.
// Not here: their rules (shaping.cpp, slicing.cpp).
#include <xgrad/autodiff/ops/view_layout.hpp>

#include <xgrad/autodiff/record.hpp>

namespace xgrad::ops {

void set_view(const Array& base, const Shape& shape, const std::int64_t* strides, std::int64_t offset, Array& view) {
  view.shape = shape;
  view.dtype = base.dtype;
  view.numel = shape.numel();
  // An empty view points nowhere useful; its offset might lie outside the memory.
  const std::int64_t step = view.numel == 0 ? 0 : offset * static_cast<std::int64_t>(size_of(base.dtype));
  view.data = static_cast<unsigned char*>(base.data) + step;
  bool contiguous = true;
  std::int64_t expected = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    view.strides[axis] = strides[axis];
    if (shape[axis] != 1) {
      contiguous &= strides[axis] == expected;
      expected *= shape[axis];
    }
  }
  view.contiguous = contiguous || view.numel == 0;
}

void set_row_major(const Array& base, const Shape& shape, Array& view) {
  std::int64_t strides[max_rank];
  std::int64_t step = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[axis] = step;
    step *= shape[axis];
  }
  set_view(base, shape, strides, 0, view);
}

namespace {

struct RestrideAttrs {
  Shape shape;
};

constexpr Op restride_op{checked({
    .name = "restride",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const Shape& shape = attrs.get<RestrideAttrs>().shape;
          std::int64_t strides[max_rank];
          int from = 0;
          for (int axis = 0; axis < shape.rank(); ++axis) {
            strides[axis] = 1;
            if (shape[axis] == 1) continue;
            while (from < in[0].shape.rank() && in[0].shape[from] == 1) ++from;
            strides[axis] = in[0].strides[from++];
          }
          set_view(in[0], shape, strides, 0, out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {restride(ct[0], r.input_shape(0))}; },
})};

}  // namespace

Tensor restride(Arg x, const Shape& shape) { return record<restride_op>({x}, RestrideAttrs{shape}); }

}  // namespace xgrad::ops
