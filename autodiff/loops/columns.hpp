// The elements under a sliding kernel as columns of a matrix, and back.
// Not here: the products made with them (convolution.cpp).
#pragma once

#include <xgrad/autodiff/loops/windows.hpp>

namespace xgrad::loops {

// An image is row-major [channels, rows, columns]. Its columns are row-major [(channel, k, l), (o, p)]: element (k, l)
// of window (o, p) in a channel, zero in the padding, for the window rows o of a panel. T is float or double.

/// From the image to the columns.
template <class T>
void unfold(const T* image, std::int64_t channels, const Windows2d& windows, Span panel, T* columns);

/// The adjoint: adds each element of the columns to the element of the image that it would be a copy of. Clears columns
/// that are padding.
template <class T>
void fold(T* columns, std::int64_t channels, const Windows2d& windows, Span panel, T* image);

}  // namespace xgrad::loops
