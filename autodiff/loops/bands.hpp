// Operands that lie the other way round, brought into line a band of rows at a time.
// Not here: the copy itself (transpose.hpp); whole copies (strided.hpp).
#pragma once

#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/transpose.hpp>
#include <xgrad/autodiff/pool.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace xgrad::loops {

/// True if rows, not columns, are next to each other in memory.
inline bool lies_across(kernels::Steps steps) { return steps.row == 1 && steps.column != 0 && steps.column != 1; }

/// What of a rows x columns run is copied at once: little enough to be still in the second cache when it is read.
struct BandSize {
  std::int64_t rows;
  std::int64_t columns;

  BandSize(std::int64_t all_rows, std::int64_t all_columns, std::size_t element) {
    constexpr std::int64_t widest = 2048, fewest_rows = 32, bytes = 1 << 17;
    columns = std::min(all_columns, widest);
    const std::int64_t fitting = bytes / (columns * static_cast<std::int64_t>(element));
    rows = std::min(all_rows, std::max(fitting / fewest_rows, std::int64_t{1}) * fewest_rows);
  }
};

template <class T>
class BandOperand {
 public:
  BandOperand(const T* data, kernels::Steps steps, const BandSize& band)
      : data_(reinterpret_cast<const Bits*>(data)),
        steps_(steps),
        copy_(lies_across(steps) ? static_cast<std::size_t>(band.rows * band.columns) : 0) {}

  /// Makes the rows x columns from (row, column) on the current ones.
  void move_to(std::int64_t row, std::int64_t column, std::int64_t rows, std::int64_t columns) {
    current_ = data_ + row * steps_.row + column * steps_.column;
    now_ = steps_;
    if (copy_.empty()) return;
    copy_transposed(current_, steps_.column, copy_.data(), columns, rows, columns);
    current_ = copy_.data();
    now_ = {columns, 1};
  }
  const T* row(std::int64_t r) const { return reinterpret_cast<const T*>(current_ + r * now_.row); }
  kernels::Steps steps() const { return now_; }

 private:
  // What copy_transposed copies in place of a T.
  using Bits = std::conditional_t<sizeof(T) == 1, unsigned char, std::conditional_t<sizeof(T) == 4, float, double>>;

  const Bits* data_;
  kernels::Steps steps_;
  std::vector<Bits, detail::PoolAllocator<Bits>> copy_;
  const Bits* current_ = nullptr;
  kernels::Steps now_ = {};
};

/// kernel(a, b, out) over rows x columns of which an operand lies across.
template <class In, class Out, class Kernel>
void run_in_bands(Kernel kernel, const In* a, kernels::Steps sa, const In* b, kernels::Steps sb, Out* out,
                  std::int64_t rows, std::int64_t columns) {
  const BandSize band(rows, columns, sizeof(In));
  BandOperand<In> left(a, sa, band), right(b, sb, band);
  for (std::int64_t c = 0; c < columns; c += band.columns) {
    const std::int64_t width = std::min(band.columns, columns - c);
    for (std::int64_t r = 0; r < rows; r += band.rows) {
      const std::int64_t height = std::min(band.rows, rows - r);
      left.move_to(r, c, height, width);
      right.move_to(r, c, height, width);
      if (width == columns) {
        kernel(left.row(0), left.steps(), right.row(0), right.steps(), out + r * columns, height, columns);
        continue;
      }
      for (std::int64_t i = 0; i < height; ++i)
        kernel(left.row(i), left.steps(), right.row(i), right.steps(), out + (r + i) * columns + c, 1, width);
    }
  }
}

}  // namespace xgrad::loops
