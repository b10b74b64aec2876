// Reductions and products, the naive way: a loop over the terms of each element of the result.
// Not here: anything of the library's loops.
#pragma once

#include "support/ref.hpp"

namespace xgrad::test::reference {

/// Axes from 0 on; all of them if there are none.
Ref sum(const Ref& x, std::vector<int> axes, bool keep_dims);
Ref mean(const Ref& x, std::vector<int> axes, bool keep_dims);
Ref max(const Ref& x, std::vector<int> axes, bool keep_dims);

/// [..., m, k] [..., k, n], either operand with its last two axes exchanged first; vectors as the library documents.
Ref matmul(Ref a, Ref b, bool transpose_a = false, bool transpose_b = false);
/// x W^T + b.
Ref linear(const Ref& x, const Ref& weight, const Ref& bias);
/// The mean of (prediction - target)^2.
Ref mse_loss(const Ref& prediction, const Ref& target);
Ref mse_loss_backward(const Ref& g, const Ref& prediction, const Ref& target);

}  // namespace xgrad::test::reference
