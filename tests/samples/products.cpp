// Samples of matmul and linear: below and above the size where a BLAS takes over.
// Not here: layouts, which every sample is tried in anyway.
#include "samples/samples.hpp"

#include "reference/reductions.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/products.hpp>

namespace xgrad::test::samples {
namespace {

Sample product(const Shape& a, const Shape& b, bool transpose_a = false, bool transpose_b = false) {
  return {
      xgrad::to_string(a) + (transpose_a ? "^T" : "") + " by " + xgrad::to_string(b) + (transpose_b ? "^T" : ""),
      {values(a, -2, 2, 1), values(b, -2, 2, 2)},
      [=](const Tensors& v) { return matmul(v[0], v[1], {.transpose_a = transpose_a, .transpose_b = transpose_b}); },
      [=](const Refs& v) { return reference::matmul(v[0], v[1], transpose_a, transpose_b); }};
}

Sample affine(const Shape& x, std::int64_t out) {
  return {xgrad::to_string(x) + " to " + std::to_string(out),
          {values(x, -2, 2, 1), values({out, x[x.rank() - 1]}, -2, 2, 2), values({out}, -2, 2, 3)},
          [](const Tensors& v) { return linear(v[0], v[1], v[2]); },
          [](const Refs& v) { return reference::linear(v[0], v[1], v[2]); }};
}

}  // namespace

std::vector<OpSamples> products() {
  OpSamples matmul_samples{"matmul", 4, 4, {}, {}, true};
  for (const bool ta : {false, true})
    for (const bool tb : {false, true}) {
      const auto add = [&](Shape a, Shape b) {
        if (ta) std::swap(a[a.rank() - 1], a[a.rank() - 2]);
        if (tb) std::swap(b[b.rank() - 1], b[b.rank() - 2]);
        matmul_samples.samples.push_back(product(a, b, ta, tb));
      };
      add({2, 3}, {3, 4});
      add({1, 1}, {1, 1});
      add({1, 9}, {9, 1});
      add({8, 1}, {1, 7});
      add({5, 17}, {17, 3});
      add({0, 3}, {3, 2});
      add({2, 0}, {0, 3});
      add({2, 3}, {3, 0});
      add({2, 3, 4}, {2, 4, 5});
      add({3, 4}, {2, 4, 2});
      add({2, 3, 4}, {4, 5});
      add({2, 1, 3, 4}, {3, 4, 2});
      add({0, 3, 4}, {4, 5});
      add({33, 33}, {33, 33});
    }
  for (const auto& [a, b] : std::vector<std::pair<Shape, Shape>>{
           {{4}, {4}}, {{4}, {4, 3}}, {{3, 4}, {4}}, {{2, 3, 4}, {4}}, {{4}, {2, 4, 3}}, {{0}, {0}}, {{1}, {1}}})
    matmul_samples.samples.push_back(product(a, b));
  matmul_samples.samples.push_back(product({4}, {3, 4}, false, true));
  matmul_samples.samples.push_back(product({4, 3}, {4}, true, false));
  matmul_samples.errors = {
      fails<ShapeError>(
          "inner extents",
          [] {
            matmul(ones({2, 3}, float64), ones({4, 5}, float64));
          },
          "matmul: inner extents differ: got 3 and 4, want equal ones; operands (2, 3) float64, (4, 5) "
          "float64; at HERE"),
      fails<DtypeError>(
          "dtypes",
          [] {
            matmul(ones({2, 3}, float64), ones({3, 5}, float32));
          },
          "matmul: dtypes differ: got float64 and float32, want equal ones; .to(float64) converts; "
          "operands (2, 3) float64, (3, 5) float32; at HERE"),
      fails<DtypeError>(
          "integers",
          [] {
            matmul(ones({2, 3}, int64), ones({3, 5}, float32));
          },
          "matmul: products are defined for floating dtypes: got int64 as operand 0, want float32 or "
          "float64; .to(float32) converts; operands (2, 3) int64, (3, 5) float32; at HERE"),
      fails<ShapeError>(
          "batches",
          [] {
            matmul(ones({2, 3, 4}, float64), ones({3, 4, 5}, float64));
          },
          "matmul: shapes cannot be broadcast: got (2,) and (3,), want extents that are equal or 1, from "
          "the last axis on; operands (2, 3, 4) float64, (3, 4, 5) float64; at HERE"),
      fails<ShapeError>(
          "0-d operand",
          [] {
            matmul(ones({2, 3}, float64), 2.0);
          },
          "matmul: an operand has no axes: want 1 or more; multiply takes scalars; operands (2, 3) "
          "float64, () float32; at HERE"),
      fails<ShapeError>(
          "transposed vector",
          [] {
            matmul(ones({3}, float64), ones({3, 2}, float64), {true, false});
          },
          "matmul: a vector has no transpose: want 2 axes or more; operands (3,) float64, (3, 2) "
          "float64; at HERE"),
  };

  OpSamples linear_samples{"linear", 4, 4, {}, {}, true};
  for (const Shape& x :
       std::vector<Shape>{{2, 3}, {1, 1}, {17, 9}, {0, 3}, {2, 0}, {4}, {2, 3, 4}, {2, 0, 3}, {2, 3, 0}})
    for (const std::int64_t out : {1, 5, 0}) linear_samples.samples.push_back(affine(x, out));
  linear_samples.samples.push_back(affine({33, 33}, 32));
  linear_samples.errors = {
      fails<ShapeError>(
          "weight",
          [] {
            linear(ones({2, 3}), ones({3}), ones({2}));
          },
          "linear: the weight is not a matrix: got (3,), want (out, in); operands (2, 3) float32, (3,) "
          "float32, (2,) float32; at HERE"),
      fails<ShapeError>(
          "features",
          [] {
            linear(ones({2, 3}), ones({5, 4}), ones({5}));
          },
          "linear: the last extent of x is not the number of input features: got (2, 3), want (..., 4); "
          "operands (2, 3) float32, (5, 4) float32, (5,) float32; at HERE"),
      fails<ShapeError>(
          "bias",
          [] {
            linear(ones({2, 3}), ones({5, 3}), ones({4}));
          },
          "linear: the bias does not fit the weight: got (4,), want (5,); operands (2, 3) float32, (5, 3) "
          "float32, (4,) float32; at HERE"),
      fails<DtypeError>(
          "dtypes",
          [] {
            linear(ones({2, 3}), ones({5, 3}), ones({5}, float64));
          },
          "linear: dtypes differ: got float32 and float64, want equal ones; .to(float32) converts; "
          "operands (2, 3) float32, (5, 3) float32, (5,) float64; at HERE"),
      fails<ShapeError>(
          "weight, without bias",
          [] {
            linear(ones({2, 3}), ones({3}));
          },
          "linear: the weight is not a matrix: want (out, in); operands (2, 3) float32, (3,) float32; "
          "at HERE"),
  };
  return {matmul_samples, linear_samples};
}

}  // namespace xgrad::test::samples
