// The same values in other memory layouts.
// Not here: what is checked with them (check_op.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <array>

namespace xgrad::test {

enum class Layout {
  steps_of_two,  ///< every second element along the last axis, and along the first
  reversed,      ///< negative steps along every axis
  transposed,    ///< column-major
  window,        ///< a part of a larger row-major array
};
inline constexpr std::array layouts = {Layout::steps_of_two, Layout::reversed, Layout::transposed, Layout::window};

const char* name(Layout layout);

/// A tensor with the shape, dtype and values of x, laid out otherwise (0-d tensors get an offset). What lies between
/// its elements is NaN, or the largest integer.
Tensor with_layout(const Tensor& x, Layout layout);

}  // namespace xgrad::test
