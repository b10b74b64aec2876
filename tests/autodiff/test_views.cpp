// Views: every combination of bounds and steps against Python's rules, memory shared or not, gradients through chains.
// Not here: the rule of each op (test_registry.cpp).
#include "reference/shaping.hpp"
#include "support/error_text.hpp"
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/gradcheck.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <optional>

using namespace xgrad;
using placeholders::_;
using test::error_text_here;
using test::reference::Entry;

namespace {

Bound bound(std::optional<std::int64_t> value) { return value ? Bound(*value) : Bound(_); }

Tensor numbered(const Shape& shape) { return reshape(arange(shape.numel()), shape); }

}  // namespace

TEST_CASE("every start:stop:step of short axes, against Python's rules") {
  int combinations = 0;
  for (std::int64_t extent = 0; extent <= 5; ++extent) {
    const Tensor x = arange(extent);
    std::vector<std::optional<std::int64_t>> bounds = {std::nullopt};
    for (std::int64_t b = -extent - 2; b <= extent + 2; ++b) bounds.push_back(b);
    for (const auto& start : bounds)
      for (const auto& stop : bounds)
        for (std::int64_t step = -extent - 2; step <= extent + 2; ++step) {
          if (step == 0) continue;
          ++combinations;
          const std::vector<std::int64_t> want =
              test::reference::picked({Entry::Kind::slice, start, stop, step}, extent);
          const Tensor got = view(x, range(bound(start), bound(stop), step));
          const test::Ref ref = test::to_ref(got);
          const bool right = ref.shape == test::Extents{static_cast<std::int64_t>(want.size())} &&
                             std::equal(want.begin(), want.end(), ref.values.begin(), ref.values.end());
          CHECK_MESSAGE(right, "extent " << extent << ", start " << start.value_or(-99) << ", stop "
                                         << stop.value_or(-99) << ", step " << step);
        }
  }
  CHECK(combinations > 5000);
}

TEST_CASE("bounds and steps as large as they come") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(),
                         least = std::numeric_limits<std::int64_t>::min();
  const Tensor x = numbered({3, 4});
  CHECK(array_equal(view(x, range(least, most)), x));
  CHECK(array_equal(view(x, range(0, 3, most)), tensor({{0, 1, 2, 3}})));
  CHECK(array_equal(view(x, range(_, _, least)), tensor({{8, 9, 10, 11}})));
  CHECK(array_equal(view(x, range(most, least, -1)), tensor({{8, 9, 10, 11}, {4, 5, 6, 7}, {0, 1, 2, 3}})));
  CHECK(view(x, range(most, _)).shape() == Shape{0, 4});
}

TEST_CASE("views share memory, copies do not") {
  const Tensor x = zeros({4, 6}, float64);
  const Tensor parts[] = {view(x, 1),
                          view(x, all(), range(_, _, 2)),
                          view(x, range(_, _, -1)),
                          transpose(x),
                          reshape(x, {24}),
                          expand_dims(x, 0),
                          squeeze(expand_dims(x, 1)),
                          broadcast_to(x, {2, 4, 6}),
                          reshape(view(x, range(1, 3)), {12}),
                          contiguous(x),
                          x.detach()};
  for (const Tensor& part : parts) CHECK(part.state()->storage == x.state()->storage);
  fill_(view(x, 1, 2), 7);
  CHECK(view(x, 1, 2).item() == 7);
  CHECK(sum(x).item() == 7);
  CHECK(view(transpose(x), 2, 1).item() == 7);
  const Tensor copies[] = {clone(x), reshape(transpose(x), {24}), contiguous(transpose(x)), x + 0, concatenate({x})};
  for (const Tensor& copy : copies) CHECK(copy.state()->storage != x.state()->storage);
}

TEST_CASE("a view outlives its base, also where data lies inside the base's block") {
  for (const std::int64_t n : {3, 300}) {
    Tensor part;
    {
      const Tensor x = full({n}, 5.0, {.dtype = float64});
      part = reshape(view(x, range(_, _, -1)), {n, 1});
    }
    CHECK(sum(part).item() == 5.0 * static_cast<double>(n));
    part = view(view(part, range(1, 3)), 1);
    CHECK(part.item() == 5);
  }
}

TEST_CASE("chains of views: values and gradients") {
  const Tensor x = test::values({2, 3, 4}).set_requires_grad();
  const auto chain = [](const std::vector<Tensor>& v) {
    const Tensor t = transpose(v[0], {2, 0, 1});                    // (4, 2, 3)
    const Tensor s = view(t, range(_, _, -2), all(), range(1, _));  // (2, 2, 2)
    const Tensor r = reshape(s, {4, 2});
    return view(expand_dims(r, 1), ellipsis(), -1) * broadcast_to(view(r, 0, 0), {4, 1});
  };
  CHECK(gradcheck(chain, {x}));
  CHECK(gradgradcheck(chain, {x}));
  const Tensor y = numbered({2, 3, 4});
  const test::Ref got = test::to_ref(view(transpose(y, {2, 0, 1}), range(_, _, -2), all(), range(1, _)));
  CHECK(got.values == std::vector<long double>{7, 11, 19, 23, 5, 9, 17, 21});
}

TEST_CASE("overlapping views add their gradients") {
  const Tensor x = test::values({5}).set_requires_grad();
  sum(view(x, range(0, 3)) + view(x, range(2, 5))).backward();
  CHECK(array_equal(x.grad(), tensor({1., 1., 2., 1., 1.}, float64)));
}

TEST_CASE("contiguous is the tensor itself where it can be") {
  const Tensor x = ones({2, 3});
  CHECK(contiguous(x).state() == x.state());
  CHECK(contiguous(transpose(x)).is_contiguous());
  CHECK(view(ones({1, 5}), range(0, 1, 3)).is_contiguous());
  CHECK(transpose(ones({1, 5})).is_contiguous());
  CHECK(transpose(ones({0, 5})).is_contiguous());
}

TEST_CASE("slice, and what it shares with view") {
  const Tensor x = numbered({3, 4});
  CHECK(array_equal(slice(x, 1, 1, 3), view(x, all(), range(1, 3))));
  CHECK(array_equal(slice(x, -2, 0, 2), view(x, range(0, 2))));
  CHECK(slice(x, 0, 3, 3).shape() == Shape{0, 4});
  CHECK(error_text_here<IndexError>([&] { slice(x, 2, 0, 1); }) ==
        "slice: axis out of range: got 2, want -2 to 1; operands (3, 4) int64");
}

TEST_CASE("the operands of a view op may be scalars") {
  CHECK(reshape(2.5, {1, 1}).shape() == Shape{1, 1});
  CHECK(array_equal(broadcast_to(3, {2}), tensor({3, 3})));
  CHECK(expand_dims(1, 0).shape() == Shape{1});
  CHECK(view(7, newaxis()).shape() == Shape{1});
}

TEST_CASE("more than eight axes cannot be") {
  const Tensor x = ones({1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(error_text_here<ShapeError>([&] { view(x, newaxis()); }) ==
        "view: shape: too many axes: got more than 8; operands (1, 1, 1, 1, 1, 1, 1, 1) float32");
  CHECK(error_text_here<ShapeError>([&] {
          reshape(x, {1, 1, 1, 1, 1, 1, 1, 1, 1});
        }) == "reshape: shape: too many axes: got more than 8; operands (1, 1, 1, 1, 1, 1, 1, 1) float32");
}

TEST_CASE("transposed copies are right in whole blocks, at their edges and beyond") {
  for (const Dtype dtype : {bool_, int64, float32, float64})
    for (const std::int64_t rows : {1, 2, 3, 4, 5, 15, 16, 17, 37})
      for (const std::int64_t columns : {1, 2, 3, 4, 7, 16, 33}) {
        CAPTURE(rows);
        CAPTURE(columns);
        const Tensor x =
            (dtype == bool_ ? equal(numbered({rows, columns}), rows) : numbered({rows, columns})).to(dtype);
        const Tensor from_transposed = contiguous(transpose(x));
        Tensor to_transposed = zeros({columns, rows}, dtype);
        copy_(transpose(to_transposed), x);
        for (std::int64_t r = 0; r < rows; ++r)
          for (std::int64_t c = 0; c < columns; ++c) {
            const double expected = x.to(float64).data<double>()[r * columns + c];
            REQUIRE(from_transposed.to(float64).data<double>()[c * rows + r] == expected);
            REQUIRE(to_transposed.to(float64).data<double>()[c * rows + r] == expected);
          }
      }
}

// Elementwise work of two operands copies one that lies across in bands; these take several, of rows and of columns.
TEST_CASE("operands that lie across give the same bits as their copies") {
  const auto same = [](const Tensor& a, const Tensor& b) {
    REQUIRE(!b.is_contiguous());
    const Tensor copy = clone(b);
    REQUIRE(copy.is_contiguous());
    CHECK(array_equal(add(a, b), add(a, copy)));
    CHECK(array_equal(add(b, a), add(copy, a)));
    CHECK(array_equal(add(b, b), add(copy, copy)));
    CHECK(array_equal(equal(a, b), equal(a, copy)));
  };
  for (const Shape& shape : {Shape{300, 70}, Shape{70, 3000}, Shape{3000, 33}, Shape{2, 90, 2100}}) {
    Shape turned = shape;
    std::swap(turned[shape.rank() - 1], turned[shape.rank() - 2]);
    const auto across = [&](const Tensor& x) { return shape.rank() == 2 ? transpose(x) : transpose(x, {0, 2, 1}); };
    for (const Dtype dtype : {bool_, int64, float32, float64}) {
      const Tensor a = (numbered(shape) * 7).to(dtype), b = (numbered(turned) * 5).to(dtype);
      same(a, across(b));
      same(view(a, 0), view(across(b), 0));
    }
    same(sum(numbered(shape).to(float32), 0), across(numbered(turned).to(float32)));
  }
}
