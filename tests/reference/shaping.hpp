// Changes of shape, the naive way: where does each element of the result come from.
// Not here: anything of the library's views.
#pragma once

#include "support/ref.hpp"

#include <optional>

namespace xgrad::test::reference {

Ref reshape(const Ref& x, const Extents& shape);
Ref transpose(const Ref& x, const std::vector<int>& order);
Ref swap_last_axes(const Ref& x);
Ref broadcast_to(const Ref& x, const Extents& shape);
Ref concatenate(const Refs& tensors, int axis);

/// One entry of a Python subscript: an index, a slice, None or an ellipsis.
struct Entry {
  enum class Kind { index, slice, none, ellipsis };
  Kind kind;
  std::optional<std::int64_t> start = {}, stop = {};
  std::int64_t step = 1;
};
/// The positions that Python's start:stop:step picks from a list of the given length.
std::vector<std::int64_t> picked(const Entry& slice, std::int64_t extent);
Ref subscript(const Ref& x, std::vector<Entry> entries);
/// Zeros of the given shape, with x at the places that the subscript picks.
Ref embed(const Ref& x, const Extents& shape, std::vector<Entry> entries);

}  // namespace xgrad::test::reference
