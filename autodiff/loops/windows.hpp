// Windows that slide along an axis: where their elements lie, and which of them are inside the array.
// Not here: what is computed in a window (convolution.cpp, pooling.cpp).
#pragma once

#include <cstdint>

namespace xgrad::loops {

/// Windows along one axis: element k < kernel of window o < count lies at o stride - padding + k dilation, which may be
/// outside [0, extent).
struct Windows {
  std::int64_t extent, kernel, stride, padding, dilation, count;
};

/// Windows of an image.
struct Windows2d {
  Windows rows, columns;
};

/// The integers from begin on, before end.
struct Span {
  std::int64_t begin, end;
  std::int64_t size() const { return end - begin; }
};

/// The i in [0, count) with 0 <= start + i step < extent.
inline Span inside(std::int64_t start, std::int64_t step, std::int64_t count, std::int64_t extent) {
  const auto first_from = [&](std::int64_t bound) {
    if (bound <= start) return std::int64_t{0};
    if (start + (count - 1) * step < bound) return count;
    return (bound - start + step - 1) / step;
  };
  return {first_from(0), first_from(extent)};
}

/// Where element k of window o lies.
inline std::int64_t element_of(const Windows& windows, std::int64_t o, std::int64_t k) {
  return o * windows.stride - windows.padding + k * windows.dilation;
}

/// The windows whose element k is inside.
inline Span windows_inside(const Windows& windows, std::int64_t k) {
  return inside(element_of(windows, 0, k), windows.stride, windows.count, windows.extent);
}

/// The elements of window o that are inside.
inline Span elements_inside(const Windows& windows, std::int64_t o) {
  return inside(element_of(windows, o, 0), windows.dilation, windows.kernel, windows.extent);
}

}  // namespace xgrad::loops
