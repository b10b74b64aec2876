// Samples of take_along_axis and of its adjoint.
// Not here: slices (slicing.cpp).
#include "samples/samples.hpp"

#include "reference/losses.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/indexing.hpp>
#include <xgrad/autodiff/tape.hpp>

namespace xgrad::test::samples {
namespace {

struct Case {
  Shape shape, taken;
  int axis;
};
const std::vector<Case> cases = {
    {{5}, {3}, 0},
    {{5}, {9}, -1},
    {{4, 3}, {4, 1}, 1},
    {{4, 3}, {4, 5}, -1},
    {{4, 3}, {2, 3}, 0},
    {{2, 3, 4}, {2, 5, 4}, 1},
    {{2, 3, 4}, {2, 3, 1}, 2},
    {{3, 2}, {3, 0}, 1},
    {{0, 2}, {0, 3}, 1},
};

// Indices from the front and from the end.
Tensor indices(const Case& c) {
  const int n = static_cast<int>(c.shape[c.axis < 0 ? c.axis + c.shape.rank() : c.axis]);
  return integers(c.taken, -n, n);
}

int counted(const Case& c) { return c.axis < 0 ? c.axis + c.shape.rank() : c.axis; }

std::string title(const Case& c) {
  return xgrad::to_string(c.taken) + " of " + xgrad::to_string(c.shape) + " along " + std::to_string(c.axis);
}

}  // namespace

std::vector<OpSamples> indexing() {
  OpSamples take{"take_along_axis", 0, 0, {}, {}};
  OpSamples put{"take_along_axis_backward", 2, 2, {}, {}};
  for (const Case& c : cases) {
    for (const Tensor& x : {values(c.shape), integers(c.shape, -9, 9), bools(c.shape)})
      take.samples.push_back({title(c) + " " + name(x.dtype()),
                              {x, indices(c)},
                              [c](const Tensors& v) { return take_along_axis(v[0], v[1], c.axis); },
                              [c](const Refs& v) { return reference::take_along_axis(v[0], v[1], counted(c)); }});
    put.samples.push_back(
        {title(c),
         {values(c.taken), indices(c)},
         [c](const Tensors& v) {
           const Tensor x = zeros(c.shape, {.dtype = v[0].dtype(), .requires_grad = true});
           const EnableGrad guard;
           return grad(take_along_axis(x, v[1], c.axis), x, {.cotangents = {v[0]}, .create_graph = true});
         },
         [c](const Refs& v) { return reference::put_along_axis(v[0], v[1], extents(c.shape), counted(c)); }});
  }
  take.errors = {
      fails<IndexError>(
          "index out of range",
          [] {
            take_along_axis(ones({2, 3}, float64), tensor({{0, 1}, {2, 3}}), 1);
          },
          "take_along_axis: index out of range: got 3 at (1, 1), want -3 to 2; operands (2, 3) float64, (2, 2) int64; "
          "at HERE"),
      fails<IndexError>(
          "index out of range from the end",
          [] {
            take_along_axis(ones({2, 3}, float64), tensor({{-3}, {-4}}), 1);
          },
          "take_along_axis: index out of range: got -4 at (1, 0), want -3 to 2; operands (2, 3) float64, (2, 1) int64; "
          "at HERE"),
      fails<IndexError>(
          "axis out of range", [] { take_along_axis(ones({3}, float64), tensor({0}), 1); },
          "take_along_axis: axis out of range: got 1, want -1 to 0; operands (3,) float64; at HERE"),
      fails<ShapeError>(
          "other extents",
          [] {
            take_along_axis(ones({2, 3}, float64), zeros({3, 1}, int64), 1);
          },
          "take_along_axis: the shapes differ along other axes than 1: got indices of (3, 1) for (2, 3); operands "
          "(2, 3) float64, (3, 1) int64; at HERE"),
      fails<ShapeError>(
          "another rank",
          [] {
            take_along_axis(ones({2, 3}, float64), zeros({2}, int64), 1);
          },
          "take_along_axis: the shapes differ along other axes than 1: got indices of (2,) for (2, 3); operands "
          "(2, 3) float64, (2,) int64; at HERE"),
      fails<DtypeError>(
          "floating indices", [] { take_along_axis(ones({3}, float64), ones({3}, float64), 0); },
          "take_along_axis: the indices are not int64: got float64; operands (3,) float64, (3,) float64; at HERE"),
      fails<ValueError>(
          "undefined indices", [] { take_along_axis(ones({3}, float64), Tensor(), 0); },
          "take_along_axis: operand 1 is an undefined tensor; at HERE"),
  };
  put.errors = {
      fails<ShapeError>(
          "a cotangent that does not fit",
          [] {
            const Tensor x = ones({3}, {.dtype = float64, .requires_grad = true});
            grad(take_along_axis(x, tensor({0}), 0), x, {.cotangents = {ones({3}, float64)}});
          },
          "grad: the cotangent does not fit the output: got (3,) float64, want (1,) float64; at HERE"),
  };
  return {take, put};
}

}  // namespace xgrad::test::samples
