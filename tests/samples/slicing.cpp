// Samples of view and of its adjoint.
// Not here: all combinations of bounds and steps (autodiff/test_views.cpp).
#include "samples/samples.hpp"

#include "reference/shaping.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/tape.hpp>

namespace xgrad::test::samples {
namespace {

using placeholders::_;
using reference::Entry;

struct Case {
  const char* name;
  Shape shape;
  std::vector<Slice> slices;
  std::vector<Entry> entries;
};

Entry index(std::int64_t i) { return {Entry::Kind::index, i}; }
Entry part(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step = 1) {
  return {Entry::Kind::slice, start, stop, step};
}
const Entry whole = {Entry::Kind::slice};
const Entry none = {Entry::Kind::none};
const Entry dots = {Entry::Kind::ellipsis};

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"x[()]", {}, {}, {}},
      {"x[3]", {7}, {3}, {index(3)}},
      {"x[-1]", {7}, {-1}, {index(-1)}},
      {"x[2:5]", {7}, {range(2, 5)}, {part(2, 5)}},
      {"x[:5]", {7}, {range(5)}, {part({}, 5)}},
      {"x[4:]", {7}, {range(4, _)}, {part(4, {})}},
      {"x[::2]", {7}, {range(_, _, 2)}, {part({}, {}, 2)}},
      {"x[::-1]", {7}, {range(_, _, -1)}, {part({}, {}, -1)}},
      {"x[5:1:-2]", {7}, {range(5, 1, -2)}, {part(5, 1, -2)}},
      {"x[5:2]", {7}, {range(5, 2)}, {part(5, 2)}},
      {"x[-3:99]", {7}, {range(-3, 99)}, {part(-3, 99)}},
      {"x[0:3, :]", {5, 4}, {range(0, 3), all()}, {part(0, 3), whole}},
      {"x[:, 1:3]", {5, 4}, {all(), range(1, 3)}, {whole, part(1, 3)}},
      {"x[1]", {5, 4}, {1}, {index(1)}},
      {"x[:, -2]", {5, 4}, {all(), -2}, {whole, index(-2)}},
      {"x[::2, ::-3]", {5, 4}, {range(_, _, 2), range(_, _, -3)}, {part({}, {}, 2), part({}, {}, -3)}},
      {"x[1, 2]", {5, 4}, {1, 2}, {index(1), index(2)}},
      {"x[None, 1:3]", {5, 4}, {newaxis(), range(1, 3)}, {none, part(1, 3)}},
      {"x[..., 0]", {2, 3, 4}, {ellipsis(), 0}, {dots, index(0)}},
      {"x[1, ..., 1:]", {2, 3, 4}, {1, ellipsis(), range(1, _)}, {index(1), dots, part(1, {})}},
      {"x[..., None]", {2, 3}, {ellipsis(), newaxis()}, {dots, none}},
      {"x[:, None, ::2, None, 1]",
       {2, 3, 4},
       {all(), newaxis(), range(_, _, 2), newaxis(), 1},
       {whole, none, part({}, {}, 2), none, index(1)}},
      {"x[:, 0:0]", {2, 3}, {all(), range(0, 0)}, {whole, part(0, 0)}},
      {"x[:, ::-1]", {2, 0}, {all(), range(_, _, -1)}, {whole, part({}, {}, -1)}},
  };
  return list;
}

}  // namespace

std::vector<OpSamples> slicing() {
  OpSamples view_samples{"view", 0, 0, {}, {}};
  OpSamples adjoint{"view_backward", 0, 0, {}, {}};
  for (const Case& c : cases()) {
    view_samples.samples.push_back({c.name,
                                    {values(c.shape)},
                                    [&c](const Tensors& v) { return view(v[0], c.slices); },
                                    [&c](const Refs& v) { return reference::subscript(v[0], c.entries); }});
    const Shape part_shape = view(zeros(c.shape, float64), c.slices).shape();
    adjoint.samples.push_back({c.name,
                               {values(part_shape, -2, 2, 1)},
                               [&c](const Tensors& v) {
                                 const Tensor x = zeros(c.shape, {.dtype = v[0].dtype(), .requires_grad = true});
                                 const EnableGrad guard;
                                 return grad(view(x, c.slices), x, {.cotangents = {v[0]}, .create_graph = true});
                               },
                               [&c](const Refs& v) { return reference::embed(v[0], extents(c.shape), c.entries); }});
  }
  for (const Tensor& x : {integers({5, 4}, -9, 9), bools({5, 4})})
    view_samples.samples.push_back({name(x.dtype()),
                                    {x},
                                    [](const Tensors& v) { return view(v[0], 1, range(_, _, 2)); },
                                    [](const Refs& v) {
                                      return reference::subscript(v[0], {index(1), part({}, {}, 2)});
                                    }});
  view_samples.errors = {
      fails<IndexError>(
          "index out of range",
          [] {
            view(ones({2, 3}, float64), 0, 3);
          },
          "view: index out of range: got 3 along axis 1, want -3 to 2; operands (2, 3) float64; at HERE"),
      fails<IndexError>(
          "index out of range from the end",
          [] {
            view(ones({2, 3}, float64), -3);
          },
          "view: index out of range: got -3 along axis 0, want -2 to 1; operands (2, 3) float64; at HERE"),
      fails<IndexError>(
          "too many indices",
          [] {
            view(ones({2, 3}, float64), 0, 0, all());
          },
          "view: too many indices: got 3, want at most 2; operands (2, 3) float64; at HERE"),
      fails<ValueError>(
          "a step of 0",
          [] {
            view(ones({2, 3}, float64), range(0, 2, 0));
          },
          "view: the step of a range is 0; operands (2, 3) float64; at HERE"),
      fails<ValueError>(
          "two ellipses",
          [] {
            view(ones({2, 3}, float64), ellipsis(), ellipsis());
          },
          "view: more than one ellipsis; operands (2, 3) float64; at HERE"),
  };
  adjoint.errors = {
      fails<ShapeError>(
          "a cotangent that does not fit",
          [] {
            const Tensor x = ones({3}, {.dtype = float64, .requires_grad = true});
            grad(view(x, range(2)), x, {.cotangents = {ones({3}, float64)}});
          },
          "grad: the cotangent does not fit the output: got (3,) float64, want (2,) float64; at HERE"),
  };
  return {view_samples, adjoint};
}

}  // namespace xgrad::test::samples
