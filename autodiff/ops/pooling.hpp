// Pooling of batches of images: the maximum or the mean of each window.
// Not here: reductions over whole axes (reductions.hpp), layers (nn/pooling.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/pair.hpp>

namespace xgrad {

/// `{.kernel = 2}`, `{.kernel = {3, 2}, .stride = 1}`: one number for both axes, or rows before columns.
struct MaxPool2dOptions {
  Pair kernel;
  Pair stride = kernel;
  Pair padding = 0;  ///< at most half the kernel
  Pair dilation = 1;
  bool ceil_mode = false;  ///< the last window may hang over the padding, but not start there
};

struct AvgPool2dOptions {
  Pair kernel;
  Pair stride = kernel;
  Pair padding = 0;  ///< zeros; at most half the kernel
  bool ceil_mode = false;
  bool count_include_pad = true;  ///< divide by the size of the window with its padding, not by the elements inside
};

// Images are [N, C, H, W], results [N, C, (H + 2 p - d (k - 1) - 1) / s + 1, likewise] with kernel k, stride s, padding
// p, dilation d; with ceil_mode the quotient is rounded up. Errors of all: ShapeError; ValueError for options out of
// range; DtypeError unless floating.

/// The largest element of each window; NaN if one is, -inf if the window lies in the padding. The cotangent goes to the
/// first of equals.
Tensor max_pool2d(Arg x, const MaxPool2dOptions& options);
/// The mean of each window, accumulated in float64.
Tensor avg_pool2d(Arg x, const AvgPool2dOptions& options);

/// The cotangent of max_pool2d's x for a cotangent g of its result. Errors: also ShapeError unless g fits.
Tensor max_pool2d_backward(Arg g, Arg x, const MaxPool2dOptions& options);
/// What stands in u where the maxima of x's windows are (0 for windows without one): the derivative of max_pool2d along
/// u. Errors: also ShapeError unless u has the shape of x.
Tensor max_pool2d_pick(Arg u, Arg x, const MaxPool2dOptions& options);
/// The cotangent of avg_pool2d's x, an image of the given rows and columns. Errors: also ShapeError unless g fits.
Tensor avg_pool2d_backward(Arg g, Pair size, const AvgPool2dOptions& options);

}  // namespace xgrad
