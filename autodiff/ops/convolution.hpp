// Convolutions of batches of signals and images.
// Not here: pooling (pooling.hpp), layers with parameters (nn/convolution.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/pair.hpp>

#include <cstdint>

namespace xgrad {

struct Conv1dOptions {
  std::int64_t stride = 1;
  std::int64_t padding = 0;   ///< zeros on both sides
  std::int64_t dilation = 1;  ///< the distance between neighbouring elements of the kernel
  std::int64_t groups = 1;    ///< channels of x and of the result are split into so many groups, which do not mix
};

/// The same, with one number for both axes or one for each: `{.stride = 2, .padding = {1, 0}}`.
struct Conv2dOptions {
  Pair stride = 1;
  Pair padding = 0;
  Pair dilation = 1;
  std::int64_t groups = 1;
};

/// y[n, o, i, j] = bias[o] + sum over c, k, l of weight[o, c, k, l] x[n, c, i s + k d - p, j s + l d - p]: stride s,
/// dilation d, padding p, the kernel not flipped, c from the channels of o's group. x [N, C, H, W], weight [O, C /
/// groups, K, L], bias [O] -> [N, O, (H + 2 p - d (K - 1) - 1) / s + 1, likewise]. Needs memory for the elements under
/// the kernel in a part of one image: 256 KiB, or one row of windows. Errors: ShapeError; ValueError for options out of
/// range; DtypeError unless all have the same floating dtype.
Tensor conv2d(Arg x, Arg weight, Arg bias, const Conv2dOptions& options = {});
Tensor conv2d(Arg x, Arg weight, const Conv2dOptions& options = {});

/// The same for x [N, C, L], weight [O, C / groups, K], bias [O] -> [N, O, (L + 2 p - d (K - 1) - 1) / s + 1].
Tensor conv1d(Arg x, Arg weight, Arg bias, const Conv1dOptions& options = {});
Tensor conv1d(Arg x, Arg weight, const Conv1dOptions& options = {});

/// The cotangent of conv2d's x for a cotangent g of its result; `size` is x's rows and columns. Errors: as conv2d, and
/// ShapeError unless g fits.
Tensor conv2d_input_backward(Arg g, Arg weight, Pair size, const Conv2dOptions& options = {});
/// The cotangent of conv2d's weight; `kernel` is the weight's rows and columns. Errors: as above.
Tensor conv2d_weight_backward(Arg g, Arg x, Pair kernel, const Conv2dOptions& options = {});

}  // namespace xgrad
