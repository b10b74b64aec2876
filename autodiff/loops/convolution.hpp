// Convolutions of row-major or strided batches of images as matrix products.
// Not here: the products (product.hpp), shapes and options (ops/convolution.cpp).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/loops/windows.hpp>

namespace xgrad::loops {

/// The sizes of a convolution of `images` images; channels are those of one group.
struct Convolution {
  std::int64_t images, groups, in_channels, out_channels;
  Windows2d windows;
};

// x is [images, groups in_channels, rows, columns], weight [groups out_channels, in_channels, kernel rows, kernel
// columns], the result and its cotangent g [images, groups out_channels, window rows, window columns], all of one
// floating dtype. Memory beyond operands and results: copies of operands that are not row-major, and the columns (the
// elements under the kernel, one column a window) of a part of one image.

/// out = x * weight, plus bias[channel] where bias is not null.
void convolve(const Convolution& sizes, const Array& x, const Array& weight, const Array* bias, const Array& out);
/// The cotangent of x.
void convolve_input_backward(const Convolution& sizes, const Array& g, const Array& weight, const Array& out);
/// The cotangent of the weight.
void convolve_weight_backward(const Convolution& sizes, const Array& g, const Array& x, const Array& out);

}  // namespace xgrad::loops
