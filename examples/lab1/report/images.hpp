// Points of the unit square as small images, for convolutional networks.
// Not here: the networks (convolution_network.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <cstdint>

namespace lab1 {

/// Rows and columns of an image. The points of the XOR data then lie on pixels.
inline constexpr std::int64_t image_size = 11;

/// Points [n, 2], float64 -> images [n, 1, image_size, image_size], black but for one point of light: at row 10 x2 and
/// column 10 x1, shared bilinearly by the four pixels around it, so that an image sums to 1 and its center of mass is
/// the point. Errors: ShapeError; DtypeError; ValueError for a point outside of the unit square.
xgrad::Tensor draw_images(const xgrad::Tensor& points);

}  // namespace lab1
