// Samples of reshape, transpose, restride (squeeze and expand_dims), broadcast_to, concatenate, clone, astype.
// Not here: slices (slicing.cpp).
#include "samples/samples.hpp"

#include "reference/elementwise.hpp"
#include "reference/shaping.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>

namespace xgrad::test::samples {
namespace {

const Tensor& matrix() {
  static const Tensor x = ones({2, 3}, float64);
  return x;
}

OpSamples reshape_samples() {
  OpSamples result{"reshape", 0, 0, {}, {}};
  const auto add = [&](const Tensor& x, const Shape& shape) {
    result.samples.push_back({xgrad::to_string(x.shape()) + " " + name(x.dtype()) + " to " + xgrad::to_string(shape),
                              {x},
                              [=](const Tensors& v) { return reshape(v[0], shape); },
                              [=](const Refs& v) { return reference::reshape(v[0], extents(shape)); }});
  };
  add(values({2, 6}), {3, 4});
  add(values({2, 3, 4}), {24});
  add(values({24}), {2, 3, 2, 2});
  add(values({}), {1, 1});
  add(values({1}), {});
  add(values({2, 0}), {0, 5});
  add(values({17}), {17});
  add(integers({2, 4}, -5, 5), {8});
  add(bools({2, 4}), {4, 2});
  result.samples.push_back({"with an extent of -1",
                            {values({2, 3, 4})},
                            [](const Tensors& v) {
                              return reshape(v[0], {4, -1});
                            },
                            [](const Refs& v) {
                              return reference::reshape(v[0], {4, 6});
                            }});
  result.errors = {
      fails<ShapeError>(
          "another number of elements",
          [] {
            reshape(matrix(), {4, 2});
          },
          "reshape: the number of elements differs: got 6, want 8 for shape (4, 2); operands (2, 3) "
          "float64; at HERE"),
      fails<ShapeError>(
          "two times -1",
          [] {
            reshape(matrix(), {-1, -1});
          },
          "reshape: only one extent can be -1; operands (2, 3) float64; at HERE"),
      fails<ShapeError>(
          "nothing fits",
          [] {
            reshape(matrix(), {4, -1});
          },
          "reshape: no extent fits in place of -1: got 6 elements, want a multiple of 4; operands (2, 3) "
          "float64; at HERE"),
  };
  return result;
}

OpSamples transpose_samples() {
  OpSamples result{"transpose", 0, 0, {}, {}};
  const auto add = [&](const Tensor& x, std::vector<int> order) {
    std::vector<int> positive = order;
    for (int& axis : positive) axis += axis < 0 ? x.rank() : 0;
    std::string name = xgrad::to_string(x.shape()) + " in order";
    for (const int axis : order) name += " " + std::to_string(axis);
    result.samples.push_back({name,
                              {x},
                              [=](const Tensors& v) { return transpose(v[0], order); },
                              [=](const Refs& v) { return reference::transpose(v[0], positive); }});
  };
  add(values({2, 3}), {1, 0});
  add(values({2, 3}), {0, 1});
  add(values({2, 3}), {-1, 0});
  add(values({2, 3, 4}), {2, 0, 1});
  add(values({2, 3, 4, 2}), {3, 1, 0, 2});
  add(values({0, 3}), {1, 0});
  add(values({7}), {0});
  add(values({}), {});
  add(integers({2, 3}, 0, 9), {1, 0});
  add(bools({2, 3}), {1, 0});
  result.samples.push_back({"all axes reversed",
                            {values({2, 3, 4})},
                            [](const Tensors& v) { return transpose(v[0]); },
                            [](const Refs& v) {
                              return reference::transpose(v[0], {2, 1, 0});
                            }});
  result.errors = {
      fails<ValueError>(
          "an axis twice",
          [] {
            transpose(matrix(), {0, 0});
          },
          "transpose: the order does not name every axis once: got axis 0 twice; operands (2, 3) float64; "
          "at HERE"),
      fails<ValueError>(
          "too few axes", [] { transpose(matrix(), {0}); },
          "transpose: the order does not name every axis once: got 1 axes, want 2; operands (2, 3) "
          "float64; at HERE"),
      fails<ValueError>(
          "far too many axes", [] { transpose(matrix(), std::vector<int>(9, 0)); },
          "transpose: the order does not name every axis once: got 9 axes, want 2; operands (2, 3) "
          "float64; at HERE"),
      fails<IndexError>(
          "axis out of range",
          [] {
            transpose(matrix(), {0, 2});
          },
          "transpose: axis out of range: got 2, want -2 to 1; operands (2, 3) float64; at HERE"),
  };
  return result;
}

OpSamples restride_samples() {
  OpSamples result{"restride", 0, 0, {}, {}};
  const auto expand = [&](const Tensor& x, int axis, const Extents& shape) {
    result.samples.push_back({"expand_dims of " + xgrad::to_string(x.shape()) + " at " + std::to_string(axis),
                              {x},
                              [=](const Tensors& v) { return expand_dims(v[0], axis); },
                              [=](const Refs& v) { return reference::reshape(v[0], shape); }});
  };
  const auto drop = [&](const Tensor& x, const Axes& axes, const Extents& shape) {
    result.samples.push_back({"squeeze of " + xgrad::to_string(x.shape()) + " to " + to_string(shape),
                              {x},
                              [=](const Tensors& v) { return squeeze(v[0], axes); },
                              [=](const Refs& v) { return reference::reshape(v[0], shape); }});
  };
  expand(values({}), 0, {1});
  expand(values({3}), 0, {1, 3});
  expand(values({3}), 1, {3, 1});
  expand(values({2, 3}), -1, {2, 3, 1});
  expand(values({2, 3}), -2, {2, 1, 3});
  expand(values({2, 3}), -3, {1, 2, 3});
  expand(values({2, 0}), 1, {2, 1, 0});
  expand(bools({2}), 0, {1, 2});
  drop(values({1, 3, 1}), {}, {3});
  drop(values({1, 3, 1}), 0, {3, 1});
  drop(values({1, 3, 1}), {-1, 0}, {3});
  drop(values({2, 3}), {}, {2, 3});
  drop(values({1, 1}), {}, {});
  drop(values({1, 0, 1}), 2, {1, 0});
  result.errors = {
      fails<ShapeError>(
          "an axis that is longer", [] { squeeze(matrix(), 1); },
          "squeeze: only axes of extent 1 can go: got extent 3 along axis 1; operands (2, 3) float64; at "
          "HERE"),
      fails<IndexError>(
          "axis out of range", [] { expand_dims(matrix(), 3); },
          "expand_dims: axis out of range: got 3, want -3 to 2; operands (2, 3) float64; at HERE"),
      fails<ShapeError>(
          "too many axes",
          [] {
            expand_dims(ones({1, 1, 1, 1, 1, 1, 1, 1}, float64), 0);
          },
          "expand_dims: shape: too many axes: got more than 8; operands (1, 1, 1, 1, 1, 1, 1, 1) "
          "float64; at HERE"),
  };
  return result;
}

OpSamples broadcast_samples() {
  OpSamples result{"broadcast_to", 0, 0, {}, {}};
  const auto add = [&](const Tensor& x, const Shape& shape) {
    result.samples.push_back({xgrad::to_string(x.shape()) + " to " + xgrad::to_string(shape),
                              {x},
                              [=](const Tensors& v) { return broadcast_to(v[0], shape); },
                              [=](const Refs& v) { return reference::broadcast_to(v[0], extents(shape)); }});
  };
  add(values({}), {});
  add(values({}), {2, 3});
  add(values({3}), {2, 3});
  add(values({2, 1}), {2, 5});
  add(values({1, 3}), {4, 3});
  add(values({1, 1}), {4, 3});
  add(values({2, 1, 3}), {4, 2, 5, 3});
  add(values({2, 3}), {2, 3});
  add(values({1}), {0});
  add(values({2, 1}), {3, 2, 0});
  add(integers({1, 3}, 0, 5), {2, 3});
  add(bools({2, 1}), {2, 3});
  result.errors = {
      fails<ShapeError>(
          "another extent",
          [] {
            broadcast_to(matrix(), {2, 4});
          },
          "broadcast_to: the shape cannot be broadcast: got (2, 3), want (2, 4); operands (2, 3) float64; "
          "at HERE"),
      fails<ShapeError>(
          "fewer axes", [] { broadcast_to(matrix(), {3}); },
          "broadcast_to: the shape cannot be broadcast: got (2, 3), want (3,); operands (2, 3) float64; "
          "at HERE"),
  };
  return result;
}

OpSamples concatenate_samples() {
  OpSamples result{"concatenate", 0, 0, {}, {}};
  const auto add = [&](std::string name, Tensors parts, int axis) {
    const int place = axis < 0 ? axis + parts[0].rank() : axis;
    result.samples.push_back({std::move(name), std::move(parts), [=](const Tensors& v) { return concatenate(v, axis); },
                              [=](const Refs& v) { return reference::concatenate(v, place); }});
  };
  add("rows", {values({2, 3}), values({1, 3}), values({4, 3}, -2, 2, 1)}, 0);
  add("columns", {values({2, 3}), values({2, 1}), values({2, 8}, -2, 2, 1)}, 1);
  add("axis -1", {values({2, 3}), values({2, 2}, -2, 2, 5)}, -1);
  add("the middle", {values({2, 1, 3}), values({2, 4, 3}, -2, 2, 1)}, 1);
  add("one", {values({2, 3})}, 0);
  add("vectors", {values({7}), values({1}), values({9}, -2, 2, 1)}, 0);
  add("an empty one", {values({2, 3}), values({0, 3}), values({1, 3}, -2, 2, 6)}, 0);
  add("six",
      {values({1}, -2, 2, 1), values({2}), values({1}, -2, 2, 3), values({3}), values({4}), values({1}, -2, 2, 9)}, 0);
  add("int64 and float64", {integers({2}, 0, 9), values({3})}, 0);
  add("bool and int64", {bools({2}), integers({3}, 0, 9)}, 0);
  add("float32 and float64", {ones({2}, float32), values({3})}, 0);
  result.errors = {
      fails<ValueError>(
          "no tensors", [] { concatenate({}); }, "concatenate: no tensors: got 0, want 1 or more; at HERE"),
      fails<ShapeError>(
          "other extents",
          [] {
            concatenate({matrix(), ones({2, 4}, float64)}, 0);
          },
          "concatenate: shapes differ in more than axis 0: got (2, 4) as operand 1, want one like (2, 3); "
          "operands (2, 3) float64, (2, 4) float64; at HERE"),
      fails<ShapeError>(
          "other ranks",
          [] {
            concatenate({matrix(), ones({2}, float64)}, 0);
          },
          "concatenate: shapes differ in more than axis 0: got (2,) as operand 1, want one like (2, 3); "
          "operands (2, 3) float64, (2,) float64; at HERE"),
      fails<IndexError>(
          "axis out of range", [] { concatenate({matrix()}, 2); },
          "concatenate: axis out of range: got 2, want -2 to 1; operands (2, 3) float64; at HERE"),
      fails<ValueError>(
          "undefined operand",
          [] {
            concatenate({matrix(), Tensor()});
          },
          "concatenate: operand 1 is an undefined tensor; at HERE"),
  };
  return result;
}

OpSamples clone_samples() {
  OpSamples result{"clone", 0, 0, {}, {}};
  for (const Tensor& x :
       {values({}), values({0}), values({17}), values({2, 3, 4}), integers({5}, -9, 9), bools({3, 3})})
    result.samples.push_back({xgrad::to_string(x.shape()) + " " + name(x.dtype()),
                              {x},
                              [](const Tensors& v) { return clone(v[0]); },
                              [](const Refs& v) { return v[0]; }});
  result.errors = {fails<ValueError>(
      "undefined operand", [] { clone(Tensor()); }, "clone: operand 0 is an undefined tensor; at HERE")};
  return result;
}

OpSamples astype_samples() {
  OpSamples result{"astype", 0, 0, {}, {}};
  const auto add = [&](const Tensor& x, Dtype dtype) {
    result.samples.push_back({std::string(name(x.dtype())) + " " + xgrad::to_string(x.shape()) + " to " + name(dtype),
                              {x},
                              [=](const Tensors& v) { return astype(v[0], dtype); },
                              [=](const Refs& v) { return reference::astype(v[0], dtype); }});
  };
  for (const Shape& shape : std::vector<Shape>{{}, {0}, {17}, {3, 5}}) add(values(shape), float64);
  for (const Dtype dtype : {bool_, int64, float32, float64}) {
    add(integers({2, 4}, -3, 3), dtype);
    add(bools({2, 4}), dtype);
    add(ones({3}, float32), dtype);
  }
  result.errors = {fails<ValueError>(
      "undefined operand", [] { astype(Tensor(), float64); }, "astype: operand 0 is an undefined tensor; at HERE")};
  return result;
}

}  // namespace

std::vector<OpSamples> shaping() {
  return {reshape_samples(),     transpose_samples(), restride_samples(), broadcast_samples(),
          concatenate_samples(), clone_samples(),     astype_samples()};
}

}  // namespace xgrad::test::samples
