// Softmax, its logarithm, and the logarithm of a sum of exponentials.
// Not here: losses made of them (nn/losses.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/ops/axes.hpp>

namespace xgrad {

// All are floating: integers become the default dtype. The largest element is subtracted first, so no logit is too
// large: softmax is within 5 ulps, log_softmax within 3, for all finite logits. Where the largest is infinite, they
// take the limit: several inf share equally, and over -inf alone softmax is 0, log_softmax and logsumexp are -inf, all
// derivatives 0.
// Errors: IndexError for an axis out of range, ValueError for one named twice.

/// e^x / sum of e^x over one axis or several.
Tensor softmax(Arg x, const Axes& axes = -1);
/// log(softmax(x)) = x - log(sum of e^x); exact also where softmax is next to 0 or 1.
Tensor log_softmax(Arg x, const Axes& axes = -1);
/// log(sum of e^x) over the given axes, by default all; -inf over nothing. keep_dims leaves them with extent 1.
Tensor logsumexp(Arg x, const Axes& axes = {}, bool keep_dims = false);

// Fused derivatives, by cotangent g and result y of one shape; differentiable themselves. Errors: also ShapeError.

/// y (g - sum of g y)
Tensor softmax_backward(Arg g, Arg y, const Axes& axes = -1);
/// g - e^y (sum of g); 0 where y is -inf along the axes
Tensor log_softmax_backward(Arg g, Arg y, const Axes& axes = -1);

}  // namespace xgrad
