// Copies and sums of runs: neighbouring windows hold neighbouring elements.
// Not here: how much of an image is unfolded at a time (convolution.cpp).
#include <xgrad/autodiff/loops/columns.hpp>

#include <xgrad/autodiff/kernels/kernels.hpp>

#include <algorithm>

namespace xgrad::loops {
namespace {

/// One row of the columns: element (k, l) of a channel in all windows of a panel. Those inside the image are a block of
/// rows x columns, which starts `start` elements into the row of the columns and `source` elements into the image; all
/// others are padding.
struct Block {
  std::int64_t rows, columns;
  std::int64_t start, source;
  bool is_one_run;  ///< what lies between its rows is as long in the image as in the columns
};

Block block_of(const Windows2d& windows, Span panel, std::int64_t channel, std::int64_t k, std::int64_t l) {
  const auto& [rows, columns] = windows;
  const Span across = windows_inside(columns, l), all_down = windows_inside(rows, k);
  const Span down{std::max(all_down.begin, panel.begin), std::min(all_down.end, panel.end)};
  if (down.size() <= 0 || across.size() == 0) return {};
  const std::int64_t row = channel * rows.extent + element_of(rows, down.begin, k);
  return {down.size(), across.size(), (down.begin - panel.begin) * columns.count + across.begin,
          row * columns.extent + element_of(columns, across.begin, l),
          columns.stride == 1 && rows.stride * columns.extent == columns.count};
}

/// Calls f(row of the columns, block).
template <class F>
void each_block(std::int64_t channels, const Windows2d& windows, Span panel, F&& f) {
  std::int64_t row = 0;
  for (std::int64_t channel = 0; channel < channels; ++channel)
    for (std::int64_t k = 0; k < windows.rows.kernel; ++k)
      for (std::int64_t l = 0; l < windows.columns.kernel; ++l) f(row++, block_of(windows, panel, channel, k, l));
}

/// Clears what lies between the rows of a block. A few elements in each: the inner loop goes down.
template <class T>
void clear_between(T* first, const Block& block, std::int64_t width) {
  for (std::int64_t column = block.columns; column < width; ++column)
    for (std::int64_t row = 0; row + 1 < block.rows; ++row) first[row * width + column] = 0;
}

}  // namespace

template <class T>
void unfold(const T* image, std::int64_t channels, const Windows2d& windows, Span panel, T* columns) {
  const std::int64_t width = windows.columns.count, places = panel.size() * width;
  const std::int64_t step = windows.columns.stride, row_step = windows.rows.stride * windows.columns.extent;
  each_block(channels, windows, panel, [&](std::int64_t row, const Block& block) {
    T* const target = columns + row * places;
    if (block.rows == 0) {
      std::fill_n(target, places, T{0});
      return;
    }
    T* const first = target + block.start;
    const T* const source = image + block.source;
    const std::int64_t run = (block.rows - 1) * width + block.columns;
    std::fill_n(target, block.start, T{0});
    std::fill_n(first + run, places - block.start - run, T{0});
    if (block.is_one_run)
      std::copy_n(source, run, first);
    else
      for (std::int64_t i = 0; i < block.rows; ++i)
        if (step == 1)
          std::copy_n(source + i * row_step, block.columns, first + i * width);
        else
          for (std::int64_t j = 0; j < block.columns; ++j) first[i * width + j] = source[i * row_step + j * step];
    clear_between(first, block, width);
  });
}

template <class T>
void fold(T* columns, std::int64_t channels, const Windows2d& windows, Span panel, T* image) {
  const std::int64_t width = windows.columns.count, places = panel.size() * width;
  const std::int64_t step = windows.columns.stride, row_step = windows.rows.stride * windows.columns.extent;
  const auto add = kernels::table().loops<T>().plain_binary[static_cast<int>(kernels::Binary::add)];
  each_block(channels, windows, panel, [&](std::int64_t row, const Block& block) {
    if (block.rows == 0) return;
    T* const first = columns + row * places + block.start;
    T* const target = image + block.source;
    if (block.is_one_run) {
      clear_between(first, block, width);
      add(target, first, target, (block.rows - 1) * width + block.columns);
      return;
    }
    for (std::int64_t i = 0; i < block.rows; ++i)
      if (step == 1)
        add(target + i * row_step, first + i * width, target + i * row_step, block.columns);
      else
        for (std::int64_t j = 0; j < block.columns; ++j) target[i * row_step + j * step] += first[i * width + j];
  });
}

template void unfold(const float*, std::int64_t, const Windows2d&, Span, float*);
template void unfold(const double*, std::int64_t, const Windows2d&, Span, double*);
template void fold(float*, std::int64_t, const Windows2d&, Span, float*);
template void fold(double*, std::int64_t, const Windows2d&, Span, double*);

}  // namespace xgrad::loops
