// Slices in xtensor's words: `view(a, range(0, 3), all())`.
// Not here: picking elements by tensors of indices or masks.
#pragma once

#include <xgrad/autodiff/arg.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

namespace xgrad {

namespace placeholders {
/// A bound left open, as in `range(2, _)`.
struct Open {};
inline constexpr Open _{};
}  // namespace placeholders

/// One entry of `view`: an index, a range, or one of all(), newaxis(), ellipsis().
struct Slice {
  enum class Kind : std::uint8_t { index, range, newaxis, ellipsis };

  template <std::integral T>
  Slice(T index) : kind(Kind::index), start(static_cast<std::int64_t>(index)) {}
  explicit Slice(Kind entry_kind) : kind(entry_kind) {}

  Kind kind;
  std::optional<std::int64_t> start = {};
  std::optional<std::int64_t> stop = {};
  std::int64_t step = 1;
};

/// A bound of a range: a number or `_`.
struct Bound {
  template <std::integral T>
  Bound(T number) : value(static_cast<std::int64_t>(number)) {}
  Bound(placeholders::Open) {}
  std::optional<std::int64_t> value = {};
};

/// start, start + step, ... before stop; negative bounds count from the end, bounds beyond the ends are clipped, the
/// step may be negative: exactly Python's start:stop:step.
Slice range(Bound start, Bound stop, std::int64_t step = 1);
/// 0 up to stop.
Slice range(Bound stop);
/// The whole axis.
Slice all();
/// A new axis of extent 1.
Slice newaxis();
/// As many all() as there are axes left over.
Slice ellipsis();

/// A view of part of a tensor; axes not mentioned stay whole, an index drops its axis. Differentiable. A view shares
/// the memory of a leaf or constant; with the result of a recorded operation it may or may not: clone it before
/// writing.
/// Errors: IndexError for an index out of range or too many entries; ValueError for a step of 0 or a second ellipsis.
Tensor view(Arg x, const std::vector<Slice>& slices);
namespace detail {
Tensor view_of(const Arg& x, std::initializer_list<Slice> slices);
}
template <std::convertible_to<Slice>... S>
Tensor view(Arg x, S... slices) {
  return detail::view_of(x, {Slice(slices)...});
}

/// view along one axis, start <= stop within its extent.
Tensor slice(Arg x, int axis, std::int64_t start, std::int64_t stop);

}  // namespace xgrad
