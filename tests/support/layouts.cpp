// Layouts are set up in a state directly, so that these tests do not rest on the slicing that they test.
// Not here: checks.
#include "support/layouts.hpp"

#include "support/ref.hpp"

#include <xgrad/autodiff/creation.hpp>

#include <cstring>
#include <limits>

namespace xgrad::test {
namespace {

Tensor poison(std::int64_t size, Dtype dtype) {
  Tensor memory = empty({size}, dtype);
  for (std::int64_t i = 0; i < size; ++i) {
    if (dtype == float32) memory.mutable_data<float>()[i] = std::numeric_limits<float>::quiet_NaN();
    if (dtype == float64) memory.mutable_data<double>()[i] = std::numeric_limits<double>::quiet_NaN();
    if (dtype == int64) memory.mutable_data<std::int64_t>()[i] = std::numeric_limits<std::int64_t>::max();
    if (dtype == bool_) memory.mutable_data<bool>()[i] = true;
  }
  return memory;
}

}  // namespace

const char* name(Layout layout) {
  constexpr const char* names[] = {"steps of two", "reversed", "transposed", "a window"};
  return names[static_cast<int>(layout)];
}

Tensor with_layout(const Tensor& x, Layout layout) {
  const int rank = x.rank();
  Shape outer = x.shape();  // the extents of the memory, in the order of x's axes
  std::int64_t step = 1, first = 0;
  if (layout == Layout::steps_of_two) {
    step = 2;
    for (int axis = 0; axis < rank; ++axis)
      if (axis == 0 || axis == rank - 1) outer[axis] = 2 * outer[axis] + 1;
  }
  if (layout == Layout::window) {
    first = 1;
    for (int axis = 0; axis < rank; ++axis) outer[axis] += 2;
  }
  std::int64_t strides[max_rank] = {};
  std::int64_t next = 1, offset = rank == 0 ? 3 : 0;
  for (int i = 0; i < rank; ++i) {
    const int axis = layout == Layout::transposed ? i : rank - 1 - i;
    strides[axis] = next;
    next *= outer[axis];
  }
  for (int axis = 0; axis < rank; ++axis) {
    if (layout == Layout::reversed) {
      offset += strides[axis] * (x.shape(axis) - 1);
      strides[axis] = -strides[axis];
    } else if (layout == Layout::steps_of_two && (axis == 0 || axis == rank - 1)) {
      strides[axis] *= step;
    }
    offset += first * strides[axis];
  }
  if (x.size() == 0) offset = 0;

  Tensor result = poison(next + 4, x.dtype()).detach();
  Array& array = *result.state();
  const std::size_t bytes = size_of(x.dtype());
  array.shape = x.shape();
  array.numel = x.size();
  array.data = static_cast<unsigned char*>(array.data) + offset * static_cast<std::int64_t>(bytes);
  std::memcpy(array.strides, strides, sizeof strides);
  std::int64_t expected = 1;
  array.contiguous = true;
  for (int axis = rank - 1; axis >= 0; --axis) {
    if (x.shape(axis) != 1) array.contiguous &= strides[axis] == expected;
    expected *= x.shape(axis);
  }
  array.contiguous |= x.size() == 0;

  for (std::int64_t n = 0; n < x.size(); ++n) {
    const Extents index = index_of(n, extents(x.shape()));
    std::int64_t from = 0, to = 0;
    for (int axis = 0; axis < rank; ++axis) {
      from += index[static_cast<std::size_t>(axis)] * x.array().strides[axis];
      to += index[static_cast<std::size_t>(axis)] * strides[axis];
    }
    std::memcpy(array.as<unsigned char>() + to * static_cast<std::int64_t>(bytes),
                x.array().as<const unsigned char>() + from * static_cast<std::int64_t>(bytes), bytes);
  }
  return result;
}

}  // namespace xgrad::test
