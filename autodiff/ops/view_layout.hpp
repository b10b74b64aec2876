// Setting up an array as a view of another.
// Not here: which view an op makes.
#pragma once

#include <xgrad/autodiff/arg.hpp>

#include <cstdint>

namespace xgrad::ops {

/// Makes `view` see `base`'s memory from an offset on, with the given shape and strides.
void set_view(const Array& base, const Shape& shape, const std::int64_t* strides, std::int64_t offset, Array& view);

/// The same for a row-major base and a row-major view of as many elements.
void set_row_major(const Array& base, const Shape& shape, Array& view);

/// A view of x in a shape that differs by axes of extent 1 only.
Tensor restride(Arg x, const Shape& shape);

}  // namespace xgrad::ops
