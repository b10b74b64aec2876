// Copies and sums of runs: neighbouring windows hold neighbouring elements.
// Not here: how much of an image is unfolded at a time (convolution.cpp).
#include <xgrad/autodiff/loops/columns.hpp>

#include <xgrad/autodiff/kernels/kernels.hpp>

#include <algorithm>

namespace xgrad::loops {
namespace {

/// Calls run(first element of the image, first place in the columns, count) for elements inside the image that belong
/// to neighbouring windows, and gap(first place, count) for the padding between.
template <class Run, class Gap>
void each_run(std::int64_t channels, const Windows2d& windows, Span panel, Run&& run, Gap&& gap) {
  const auto& [rows, columns] = windows;
  const std::int64_t width = columns.count;
  std::int64_t place = 0;
  for (std::int64_t channel = 0; channel < channels; ++channel)
    for (std::int64_t k = 0; k < rows.kernel; ++k)
      for (std::int64_t l = 0; l < columns.kernel; ++l) {
        const Span across = windows_inside(columns, l);
        const std::int64_t first = element_of(columns, across.begin, l);
        for (std::int64_t o = panel.begin; o < panel.end; ++o, place += width) {
          const std::int64_t row = element_of(rows, o, k);
          if (row < 0 || row >= rows.extent || across.size() == 0) {
            gap(place, width);
            continue;
          }
          gap(place, across.begin);
          run((channel * rows.extent + row) * columns.extent + first, place + across.begin, across.size());
          gap(place + across.end, width - across.end);
        }
      }
}

}  // namespace

template <class T>
void unfold(const T* image, std::int64_t channels, const Windows2d& windows, Span panel, T* columns) {
  const std::int64_t step = windows.columns.stride;
  const auto copy = [&](std::int64_t from, std::int64_t to, std::int64_t count) {
    if (step == 1)
      std::copy_n(image + from, count, columns + to);
    else
      for (std::int64_t i = 0; i < count; ++i) columns[to + i] = image[from + i * step];
  };
  const auto clear = [&](std::int64_t to, std::int64_t count) { std::fill_n(columns + to, count, T{0}); };
  each_run(channels, windows, panel, copy, clear);
}

template <class T>
void fold(const T* columns, std::int64_t channels, const Windows2d& windows, Span panel, T* image) {
  const std::int64_t step = windows.columns.stride;
  const auto sum = kernels::table().loops<T>().plain_binary[static_cast<int>(kernels::Binary::add)];
  const auto add = [&](std::int64_t to, std::int64_t from, std::int64_t count) {
    if (step == 1)
      sum(image + to, columns + from, image + to, count);
    else
      for (std::int64_t i = 0; i < count; ++i) image[to + i * step] += columns[from + i];
  };
  each_run(channels, windows, panel, add, [](std::int64_t, std::int64_t) {});
}

template void unfold(const float*, std::int64_t, const Windows2d&, Span, float*);
template void unfold(const double*, std::int64_t, const Windows2d&, Span, double*);
template void fold(const float*, std::int64_t, const Windows2d&, Span, float*);
template void fold(const double*, std::int64_t, const Windows2d&, Span, double*);

}  // namespace xgrad::loops
