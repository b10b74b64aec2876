// Convolution and pooling, the naive way: all indices of all operands in nested loops.
// Not here: anything of the library's windows.
#pragma once

#include "support/ref.hpp"

#include <xgrad/autodiff/ops/convolution.hpp>
#include <xgrad/autodiff/ops/pooling.hpp>

namespace xgrad::test::reference {

/// The operands are x, weight and, if there are three, bias.
Ref conv2d(const Refs& operands, const Conv2dOptions& options);
Ref conv1d(Refs operands, const Conv1dOptions& options);
Ref conv2d_input_backward(const Ref& g, const Ref& weight, Pair size, const Conv2dOptions& options);
Ref conv2d_weight_backward(const Ref& g, const Ref& x, Pair kernel, const Conv2dOptions& options);

Ref max_pool2d(const Ref& x, const MaxPool2dOptions& options);
Ref max_pool2d_backward(const Ref& g, const Ref& x, const MaxPool2dOptions& options);
Ref max_pool2d_pick(const Ref& u, const Ref& x, const MaxPool2dOptions& options);
Ref avg_pool2d(const Ref& x, const AvgPool2dOptions& options);
Ref avg_pool2d_backward(const Ref& g, Pair size, const AvgPool2dOptions& options);

}  // namespace xgrad::test::reference
