// Which axes an operation works on, as users write them and as ops store them.
// Not here: the operations (reductions.hpp, shaping.hpp).
#pragma once

#include <xgrad/autodiff/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace xgrad {

/// Axes as users write them: one number, a list, or nothing for all of them; negative ones count from the end.
class Axes {
 public:
  Axes() : all_(true) {}
  Axes(int axis) : axes_{axis}, count_(1) {}
  Axes(std::initializer_list<int> axes) : Axes(axes.begin(), axes.size()) {}
  Axes(const std::vector<int>& axes) : Axes(axes.data(), axes.size()) {}

  /// One bit for each axis of a tensor of that rank. Errors: IndexError out of range, ValueError for an axis named
  /// twice.
  std::uint32_t mask(int rank) const;
  bool all() const { return all_; }

 private:
  /// Errors: ValueError for more than max_rank axes.
  Axes(const int* axes, std::size_t count);

  int axes_[max_rank] = {};
  int count_ = 0;
  bool all_ = false;
};

/// From 0 to rank - 1. Errors: IndexError.
int normalize_axis(int axis, int rank);

}  // namespace xgrad
