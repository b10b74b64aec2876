// The references of shaping.hpp.
// Not here: elementwise operations and reductions.
#include "reference/shaping.hpp"

#include <numeric>

namespace xgrad::test::reference {
namespace {

// Whole slices in place of the ellipsis and after the last entry.
std::vector<Entry> complete(std::vector<Entry> entries, std::size_t rank) {
  std::size_t named = 0, ellipsis = entries.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].kind == Entry::Kind::ellipsis) ellipsis = i;
    named += entries[i].kind == Entry::Kind::index || entries[i].kind == Entry::Kind::slice;
  }
  const std::vector<Entry> whole(rank - named, Entry{Entry::Kind::slice});
  if (ellipsis < entries.size()) entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(ellipsis));
  entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(ellipsis), whole.begin(), whole.end());
  return entries;
}

struct Selection {
  std::vector<std::vector<std::int64_t>> positions;  // one list an axis of x
  Extents shape;                                     // of the result
};

Selection select(const Extents& shape, const std::vector<Entry>& entries) {
  Selection selection;
  for (const Entry& entry : complete(entries, shape.size())) {
    if (entry.kind == Entry::Kind::none) {
      selection.shape.push_back(1);
      continue;
    }
    const std::int64_t extent = shape[selection.positions.size()];
    if (entry.kind == Entry::Kind::index) {
      selection.positions.push_back({*entry.start < 0 ? *entry.start + extent : *entry.start});
    } else {
      selection.positions.push_back(picked(entry, extent));
      selection.shape.push_back(static_cast<std::int64_t>(selection.positions.back().size()));
    }
  }
  return selection;
}

// The numbers in x of the elements that the result has, in order.
std::vector<std::int64_t> sources(const Extents& shape, const Selection& selection) {
  Extents sizes;
  for (const auto& list : selection.positions) sizes.push_back(static_cast<std::int64_t>(list.size()));
  std::vector<std::int64_t> result;
  for (std::int64_t n = 0; n < count(sizes); ++n) {
    Extents index = index_of(n, sizes);
    for (std::size_t axis = 0; axis < index.size(); ++axis)
      index[axis] = selection.positions[axis][static_cast<std::size_t>(index[axis])];
    result.push_back(number_of(index, shape));
  }
  return result;
}

}  // namespace

Ref reshape(const Ref& x, const Extents& shape) { return {shape, x.dtype, x.values}; }

Ref transpose(const Ref& x, const std::vector<int>& order) {
  Ref result{{}, x.dtype, {}};
  for (const int axis : order) result.shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
  for (std::int64_t n = 0; n < x.size(); ++n) {
    const Extents index = index_of(n, result.shape);
    Extents from(index.size());
    for (std::size_t i = 0; i < index.size(); ++i) from[static_cast<std::size_t>(order[i])] = index[i];
    result.values.push_back(x.values[static_cast<std::size_t>(number_of(from, x.shape))]);
  }
  return result;
}

Ref swap_last_axes(const Ref& x) {
  std::vector<int> order(x.shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order.end()[-1], order.end()[-2]);
  return transpose(x, order);
}

Ref broadcast_to(const Ref& x, const Extents& shape) {
  Ref result{shape, x.dtype, {}};
  for (std::int64_t n = 0; n < count(shape); ++n) {
    const Extents index = index_of(n, shape);
    Extents from(x.shape.size());
    for (std::size_t axis = 0; axis < from.size(); ++axis)
      from[axis] = x.shape[axis] == 1 ? 0 : index[axis + shape.size() - from.size()];
    result.values.push_back(x.values[static_cast<std::size_t>(number_of(from, x.shape))]);
  }
  return result;
}

Ref concatenate(const Refs& tensors, int axis) {
  const std::size_t place = static_cast<std::size_t>(axis);
  Ref result{tensors[0].shape, bool_, {}};
  result.shape[place] = 0;
  for (const Ref& tensor : tensors) {
    result.shape[place] += tensor.shape[place];
    result.dtype = std::max(result.dtype, tensor.dtype);
  }
  for (std::int64_t n = 0; n < count(result.shape); ++n) {
    Extents index = index_of(n, result.shape);
    std::size_t which = 0;
    while (index[place] >= tensors[which].shape[place]) index[place] -= tensors[which++].shape[place];
    const long double value = tensors[which].values[static_cast<std::size_t>(number_of(index, tensors[which].shape))];
    result.values.push_back(result.dtype == float32 ? static_cast<float>(value) : value);
  }
  return result;
}

// By the language reference: a bound below 0 counts from the end; then walk, and keep what lies inside the list.
std::vector<std::int64_t> picked(const Entry& slice, std::int64_t extent) {
  std::vector<std::int64_t> positions;
  const auto from_end = [&](std::int64_t bound) { return bound < 0 ? bound + extent : bound; };
  if (slice.step > 0) {
    const std::int64_t start = std::max<std::int64_t>(slice.start ? from_end(*slice.start) : 0, 0);
    const std::int64_t stop = slice.stop ? from_end(*slice.stop) : extent;
    for (std::int64_t i = start; i < stop && i < extent; i += slice.step) positions.push_back(i);
  } else {
    const std::int64_t start = std::min(slice.start ? from_end(*slice.start) : extent - 1, extent - 1);
    const std::int64_t stop = slice.stop ? from_end(*slice.stop) : -1;
    for (std::int64_t i = start; i > stop && i >= 0; i += slice.step) positions.push_back(i);
  }
  return positions;
}

Ref subscript(const Ref& x, std::vector<Entry> entries) {
  const Selection selection = select(x.shape, entries);
  Ref result{selection.shape, x.dtype, {}};
  for (const std::int64_t source : sources(x.shape, selection))
    result.values.push_back(x.values[static_cast<std::size_t>(source)]);
  return result;
}

Ref embed(const Ref& x, const Extents& shape, std::vector<Entry> entries) {
  Ref result{shape, x.dtype, std::vector<long double>(static_cast<std::size_t>(count(shape)), 0)};
  std::size_t next = 0;
  for (const std::int64_t target : sources(shape, select(shape, entries)))
    result.values[static_cast<std::size_t>(target)] = x.values[next++];
  return result;
}

}  // namespace xgrad::test::reference
