// Maxima and means of windows of images.
// Not here: shapes and options (ops/pooling.cpp).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/loops/windows.hpp>

namespace xgrad::loops {

// Images are the last two axes of an array; `out` is row-major, other operands have any strides. One floating dtype.

/// The maximum of each window of x.
void max_pool(const Windows2d& windows, const Array& x, const Array& out);
/// Adds each g to zeros at the place of the first maximum of its window in x.
void max_pool_backward(const Windows2d& windows, const Array& g, const Array& x, const Array& out);
/// u at the place of the first maximum of each window of x.
void max_pool_pick(const Windows2d& windows, const Array& u, const Array& x, const Array& out);

/// The mean of each window of x; `count_padding` says whether the padding counts, as zeros.
void avg_pool(const Windows2d& windows, bool count_padding, const Array& x, const Array& out);
/// Adds each g, divided by the number of elements that count, to zeros at all places of its window.
void avg_pool_backward(const Windows2d& windows, bool count_padding, const Array& g, const Array& out);

}  // namespace xgrad::loops
