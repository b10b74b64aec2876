// Nested loops over strided operands of one shape, collapsed to as few axes as the strides allow.
// Not here: what happens inside the loops (elementwise.cpp, strided.cpp).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace xgrad::loops {

/// The strides of `array` seen as an array of the larger shape `target`: 0 along broadcast axes.
std::array<std::int64_t, max_rank> broadcast_strides(const Array& array, const Shape& target);

template <int n>
struct Iteration {
  int rank = 0;
  std::int64_t extents[max_rank];
  std::int64_t strides[n][max_rank];

  Iteration(const Shape& shape, const std::array<std::array<std::int64_t, max_rank>, n>& operand_strides) {
    const auto operand_stride = [&](int operand, int axis) {
      return operand_strides[static_cast<std::size_t>(operand)][static_cast<std::size_t>(axis)];
    };
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 1) continue;
      bool merges = rank > 0;
      for (int k = 0; k < n && merges; ++k) merges = strides[k][rank - 1] == operand_stride(k, axis) * shape[axis];
      if (merges)
        extents[rank - 1] *= shape[axis];
      else
        extents[rank++] = shape[axis];
      for (int k = 0; k < n; ++k) strides[k][rank - 1] = operand_stride(k, axis);
    }
  }

  /// The extent of the axis that is `from_last` axes before the last; 1 where there is none.
  std::int64_t extent(int from_last) const { return rank > from_last ? extents[rank - 1 - from_last] : 1; }
  std::int64_t stride(int operand, int from_last) const {
    return rank > from_last ? strides[operand][rank - 1 - from_last] : 0;
  }

  /// Calls f(offsets) for every index of the axes before the last `inner` ones, in row-major order.
  template <class F>
  void outer(int inner, F&& f) const {
    const int outer_rank = rank - inner;
    std::int64_t index[max_rank] = {};
    std::array<std::int64_t, n> offsets = {};
    for (;;) {
      f(offsets);
      int axis = outer_rank - 1;
      for (; axis >= 0; --axis) {
        for (int k = 0; k < n; ++k) offsets[static_cast<std::size_t>(k)] += strides[k][axis];
        if (++index[axis] < extents[axis]) break;
        for (int k = 0; k < n; ++k) offsets[static_cast<std::size_t>(k)] -= strides[k][axis] * extents[axis];
        index[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

  /// Calls f(offsets, part) likewise, maybe in several threads, where `part` is this iteration or one over some indices
  /// of one axis: extents differ, strides do not. An element costs `cost` (parallel.hpp).
  template <class F>
  void outer_parts(int inner, std::int64_t cost, F&& f) const {
    std::int64_t count = 1;
    for (int axis = 0; axis < rank; ++axis) count *= extents[axis];
    if (rank == 0 || count * cost < least_cost) return outer(inner, [&](const auto& offsets) { f(offsets, *this); });
    // Kernels of two axes write whole rows.
    const int axis = axis_to_cut(inner == 2 ? rank - 1 : rank);
    parallel_for(extents[axis], count / extents[axis] * cost, [&](std::int64_t begin, std::int64_t end) {
      Iteration part = *this;
      part.extents[axis] = end - begin;
      part.outer(inner, [&](std::array<std::int64_t, n> offsets) {
        for (int k = 0; k < n; ++k) offsets[static_cast<std::size_t>(k)] += begin * strides[k][axis];
        f(offsets, part);
      });
    });
  }

 private:
  /// The first axis that is long enough for any number of threads, or the longest: what lies together stays together.
  int axis_to_cut(int axes) const {
    int longest = 0;
    for (int axis = 0; axis < axes; ++axis) {
      if (extents[axis] >= 64) return axis;
      if (extents[axis] > extents[longest]) longest = axis;
    }
    return longest;
  }
};

}  // namespace xgrad::loops
