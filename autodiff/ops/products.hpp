// Products of matrices and vectors.
// Not here: decompositions and solvers.
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad {

struct MatmulOptions {
  bool transpose_a = false;  ///< use the transpose of a's last two axes; costs nothing
  bool transpose_b = false;
};

/// The matrix product a b. 2-d operands: [m, k] [k, n] -> [m, n]. More axes in front are batches and broadcast. A 1-d
/// operand is a row on the left, a column on the right, and its axis does not appear in the result. Transposed views
/// cost no copy. Errors: ShapeError, also for an extent above 2^31 - 1; DtypeError unless both have the same floating
/// dtype.
Tensor matmul(Arg a, Arg b, MatmulOptions options = {});

/// x W^T + b: x [..., in], weight [out, in], bias [out] -> [..., out]. Errors: as matmul.
Tensor linear(Arg x, Arg weight, Arg bias);
/// x W^T.
Tensor linear(Arg x, Arg weight);

}  // namespace xgrad
