// Matrix products and the affine map of a linear layer.
// Not here: which kernel computes them (loops/product.cpp).
#include <xgrad/autodiff/ops/products.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/product.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/scope.hpp>

namespace xgrad {
namespace {

void check_inner(std::int64_t a, std::int64_t b) {
  if (a != b)
    throw ShapeError("inner extents differ: got " + std::to_string(a) + " and " + std::to_string(b) +
                     ", want equal ones");
}

constexpr Op matmul_op{checked({
    .name = "matmul",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto [transpose_a, transpose_b] = attrs.get<MatmulOptions>();
          ops::check_product_dtypes(in);
          const Shape &a = in[0].shape, &b = in[1].shape;
          const int ra = a.rank(), rb = b.rank();
          check_inner(a[transpose_a ? ra - 2 : ra - 1], b[transpose_b ? rb - 1 : rb - 2]);
          const std::int64_t rows = a[transpose_a ? ra - 1 : ra - 2], columns = b[transpose_b ? rb - 2 : rb - 1];
          out[0].dtype = in[0].dtype;
          if (ra == 2 && rb == 2) [[likely]] {
            out[0].shape = a;
            out[0].shape[0] = rows;
            out[0].shape[1] = columns;
          } else {
            out[0].shape = loops::broadcast(Shape(a.begin(), ra - 2), Shape(b.begin(), rb - 2));
            out[0].shape.push_back(rows);
            out[0].shape.push_back(columns);
          }
        },
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto [transpose_a, transpose_b] = attrs.get<MatmulOptions>();
          loops::product(in[0], transpose_a, in[1], transpose_b, nullptr, out[0]);
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const auto [ta, tb] = r.attrs<MatmulOptions>();
      Tensor by_a, by_b;
      if (r.needs(0)) {
        const Arg b = r.input(1);
        by_a = ta ? matmul(b, ct[0], {tb, true}) : matmul(ct[0], b, {false, !tb});
      }
      if (r.needs(1)) {
        const Arg a = r.input(0);
        by_b = tb ? matmul(ct[0], a, {true, ta}) : matmul(a, ct[0], {!ta, false});
      }
      return {by_a, by_b};
    },
    .saves = {{saved_input(1), saved_input(0)}},
    .broadcasts = true,
})};

// Everything but the last axis in one.
Tensor as_rows(Arg x) {
  if (x.rank() == 2) return x;
  const Shape& shape = x.shape();
  std::int64_t rows = 1;
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) rows *= shape[axis];
  return reshape(x, Shape{rows, shape[shape.rank() - 1]});
}

// One op, not a product and a sum: the kernel adds the bias while the product is in registers.
constexpr Op linear_op{checked({
    .name = "linear",
    .infer =
        [](Inputs in, Attrs, Outputs out) {
          ops::check_product_dtypes(in);
          const Shape &x = in[0].shape, &weight = in[1].shape, &bias = in[2].shape;
          if (weight.rank() != 2)
            throw ShapeError("the weight is not a matrix: got " + to_string(weight) + ", want (out, in)");
          if (x.rank() < 2 || x[x.rank() - 1] != weight[1])
            throw ShapeError("the last extent of x is not the number of input features: got " + to_string(x) +
                             ", want (..., " + std::to_string(weight[1]) + ")");
          if (bias.rank() != 1 || bias[0] != weight[0])
            throw ShapeError("the bias does not fit the weight: got " + to_string(bias) + ", want (" +
                             std::to_string(weight[0]) + ",)");
          out[0].shape = x;
          out[0].shape[x.rank() - 1] = weight[0];
          out[0].dtype = in[0].dtype;
        },
    .forward = [](Inputs in, Attrs, Outputs out) { loops::product(in[0], false, in[1], true, &in[2], out[0]); },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Tensor rows = as_rows(ct[0]);
      return {r.needs(0) ? matmul(ct[0], r.input(1)) : Tensor(),
              r.needs(1) ? matmul(rows, as_rows(r.input(0)), {.transpose_a = true}) : Tensor(),
              r.needs(2) ? sum_to(rows, r.input_shape(2)) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0), 0}},
})};

}  // namespace

Tensor matmul(Arg a, Arg b, MatmulOptions options) {
  ops::check_defined("matmul", a, b);
  const int rank_a = a.rank(), rank_b = b.rank();
  if (rank_a == 2 && rank_b == 2) [[likely]]
    return record<matmul_op>({a, b}, options);
  const CompositeScope scope(a);
  const auto fail = [&](const char* what) {
    throw ShapeError(
        with_context("matmul", what, describe(a.tensor()) + ", " + describe(b.tensor()), detail::user_site(a.site())));
  };
  if (rank_a == 0 || rank_b == 0) fail("an operand has no axes: want 1 or more; multiply takes scalars");
  if ((rank_a == 1 && options.transpose_a) || (rank_b == 1 && options.transpose_b))
    fail("a vector has no transpose: want 2 axes or more");
  if (rank_a == 1) return squeeze(matmul(expand_dims(a, 0), b, options), rank_b == 1 ? -1 : -2);
  if (rank_b == 1) return squeeze(matmul(a, expand_dims(b, 1), options), -1);
  // A batch times one matrix is one product with more rows.
  if (rank_b == 2 && !options.transpose_a && a.shape().numel() > 0) {
    Shape shape = a.shape();
    shape[rank_a - 1] = b.shape()[options.transpose_b ? 0 : 1];
    if (a.shape(-1) == b.shape()[options.transpose_b ? 1 : 0])
      return reshape(record<matmul_op>({Arg(as_rows(a), a.site()), b}, options), shape);
  }
  return record<matmul_op>({a, b}, options);
}

Tensor linear(Arg x, Arg weight, Arg bias) {
  ops::check_defined("linear", x, weight, bias);
  if (x.rank() == 2) [[likely]]
    return record<linear_op>({x, weight, bias});
  const CompositeScope scope(x);
  if (x.rank() == 1) return squeeze(record<linear_op>({Arg(expand_dims(x, 0), x.site()), weight, bias}), 0);
  return record<linear_op>({Arg(contiguous(x), x.site()), weight, bias});
}

Tensor linear(Arg x, Arg weight) {
  ops::check_defined("linear", x, weight);
  if (weight.rank() != 2)
    throw ShapeError(with_context("linear", "the weight is not a matrix: want (out, in)",
                                  describe(x.tensor()) + ", " + describe(weight.tensor()),
                                  detail::user_site(x.site())));
  return matmul(x, weight, {.transpose_b = true});
}

}  // namespace xgrad
