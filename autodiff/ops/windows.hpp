// The checks of sliding windows: what kernel, stride, padding and dilation may be, and how many windows there are.
// Not here: where the windows' elements lie (loops/windows.hpp).
#pragma once

#include <xgrad/autodiff/loops/windows.hpp>
#include <xgrad/autodiff/shape.hpp>

#include <cstdint>

namespace xgrad::ops {

struct WindowOptions {
  std::int64_t kernel, stride, padding, dilation;
  bool ceil_mode = false;  ///< the last window may lie partly beyond the padding, but not start there
};

/// The windows along one axis of a shape. Errors: ValueError for a kernel, stride, padding or dilation out of range;
/// ShapeError for a kernel larger than the padded input.
loops::Windows windows(const Shape& shape, int axis, const WindowOptions& options);

}  // namespace xgrad::ops
