// A number for each of the two axes of an image.
// Not here: what the numbers mean (ops/convolution.hpp, ops/pooling.hpp).
#pragma once

#include <concepts>
#include <cstdint>

namespace xgrad {

/// One number for both axes of an image, or one for each: `2` or `{2, 1}`, rows (height) before columns (width).
struct Pair {
  template <std::integral T>
  constexpr Pair(T both) : rows(static_cast<std::int64_t>(both)), columns(static_cast<std::int64_t>(both)) {}
  template <std::integral T, std::integral U>
  constexpr Pair(T down, U across)
      : rows(static_cast<std::int64_t>(down)), columns(static_cast<std::int64_t>(across)) {}

  std::int64_t rows;
  std::int64_t columns;
};

}  // namespace xgrad
