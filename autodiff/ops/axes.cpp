// Checks of axes.
// Not here: anything about data.
#include <xgrad/autodiff/ops/axes.hpp>

#include <xgrad/autodiff/error.hpp>

#include <algorithm>

namespace xgrad {

int normalize_axis(int axis, int rank) {
  if (axis < -rank || axis >= rank)
    throw IndexError(
        "axis out of range: got " + std::to_string(axis) + ", want " +
        (rank == 0 ? std::string("none for a 0-d tensor") : std::to_string(-rank) + " to " + std::to_string(rank - 1)));
  return axis < 0 ? axis + rank : axis;
}

Axes::Axes(const int* axes, std::size_t count) : count_(static_cast<int>(count)) {
  if (count > static_cast<std::size_t>(max_rank))
    throw ValueError("too many axes: got " + std::to_string(count) + ", want at most " + std::to_string(max_rank));
  std::copy_n(axes, count, axes_);
}

std::uint32_t Axes::mask(int rank) const {
  if (all_) return (1U << rank) - 1;
  std::uint32_t mask = 0;
  for (int i = 0; i < count_; ++i) {
    const int axis = axes_[i];
    const std::uint32_t bit = 1U << normalize_axis(axis, rank);
    if (mask & bit) throw ValueError("an axis is named twice: got " + std::to_string(axis));
    mask |= bit;
  }
  return mask;
}

}  // namespace xgrad
