// Softmax and its relatives, losses and gathers, the naive way: one element at a time in long double.
// Not here: anything of the library's loops.
#pragma once

#include "support/ref.hpp"

namespace xgrad::test::reference {

// Axes from 0 on, every one named.

Ref softmax(const Ref& x, const std::vector<int>& axes);
Ref log_softmax(const Ref& x, const std::vector<int>& axes);
Ref logsumexp(const Ref& x, const std::vector<int>& axes, bool keep_dims);
Ref softmax_backward(const Ref& g, const Ref& y, const std::vector<int>& axes);
Ref log_softmax_backward(const Ref& g, const Ref& y, const std::vector<int>& axes);

Ref softplus(const Ref& x);
Ref log_sigmoid(const Ref& x);
Ref leaky_relu(const Ref& x, double negative_slope);
Ref leaky_relu_backward(const Ref& g, const Ref& x, double negative_slope);

/// The elements, unreduced.
Ref bce(const Ref& p, const Ref& t);
Ref bce_with_logits(const Ref& x, const Ref& t);
Ref sigmoid_difference(const Ref& x, const Ref& t);

/// -weight[t] x[t] along axis 1 (axis 0 of a vector), 0 for targets of -100; then summed or averaged.
enum class Reduce { none, mean, sum };
Ref nll(const Ref& x, const Ref& targets, const std::vector<double>& weight, Reduce reduce);
/// The derivative of the above by x, times g.
Ref nll_backward(const Ref& g, const Ref& targets, const Extents& shape, const std::vector<double>& weight,
                 Reduce reduce);

Ref take_along_axis(const Ref& x, const Ref& indices, int axis);
/// Zeros of the given shape, with g added at the places that the indices name.
Ref put_along_axis(const Ref& g, const Ref& indices, const Extents& shape, int axis);

}  // namespace xgrad::test::reference
