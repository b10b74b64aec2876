// Strided copies: runs where the strides allow, tiles where one side walks against the other.
// Not here: arithmetic (elementwise.cpp).
#include <xgrad/autodiff/loops/strided.hpp>

#include <xgrad/autodiff/loops/iteration.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/transpose.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>
#include <cstring>

namespace xgrad::loops {
namespace {

struct Walk {
  std::int64_t rows, columns;
  std::int64_t source_row, source_column, target_row, target_column;
};

template <class T>
void copy_run(const T* source, T* target, const Walk& walk) {
  if (walk.source_column == 1 && walk.target_column == 1) {
    for (std::int64_t r = 0; r < walk.rows; ++r)
      std::copy_n(source + r * walk.source_row, walk.columns, target + r * walk.target_row);
    return;
  }
  if (walk.source_row == 1 && walk.target_column == 1)
    return copy_transposed(source, walk.source_column, target, walk.target_row, walk.rows, walk.columns);
  if (walk.source_column == 1 && walk.target_row == 1)
    return copy_transposed(source, walk.source_row, target, walk.target_column, walk.columns, walk.rows);
  // Square tiles keep both sides in cache when one is read along columns.
  constexpr std::int64_t tile = 16;
  for (std::int64_t r0 = 0; r0 < walk.rows; r0 += tile)
    for (std::int64_t c0 = 0; c0 < walk.columns; c0 += tile)
      for (std::int64_t r = r0; r < std::min(r0 + tile, walk.rows); ++r)
        for (std::int64_t c = c0; c < std::min(c0 + tile, walk.columns); ++c)
          target[r * walk.target_row + c * walk.target_column] = source[r * walk.source_row + c * walk.source_column];
}

template <class T>
void copy_elements(const Array& source, const Array& target) {
  const Iteration<2> it(source.shape, {std::to_array(source.strides), std::to_array(target.strides)});
  it.outer_parts(std::min(2, it.rank), 1, [&](const auto& offsets, const Iteration<2>& part) {
    const Walk walk{part.extent(1),    part.extent(0),    part.stride(0, 1),
                    part.stride(0, 0), part.stride(1, 1), part.stride(1, 0)};
    copy_run(source.as<const T>() + offsets[0], target.as<T>() + offsets[1], walk);
  });
}

}  // namespace

void copy(const Array& source, const Array& target) {
  if (source.numel == 0) return;
  switch (size_of(source.dtype)) {
    case 1: return copy_elements<unsigned char>(source, target);
    case 4: return copy_elements<float>(source, target);
    default: return copy_elements<double>(source, target);
  }
}

void clear(const Array& target) {
  const auto size = static_cast<std::int64_t>(size_of(target.dtype));
  parallel_elements(target.numel, size > 4 ? 2 : 1, [&](std::int64_t begin, std::int64_t end) {
    std::memset(target.as<unsigned char>() + begin * size, 0, static_cast<std::size_t>((end - begin) * size));
  });
}

void fill(const Array& value, const Array& target) {
  visit_dtype(target.dtype, [&]<class T>() {
    parallel_elements(target.numel, sizeof(T) > 4 ? 2 : 1,
                      [one = *value.as<const T>(), out = target.as<T>()](std::int64_t begin, std::int64_t end) {
                        std::fill(out + begin, out + end, one);
                      });
  });
}

Tensor packed(const Array& source) {
  Tensor result = Tensor::adopt(detail::new_state());
  result.state()->shape = source.shape;
  result.state()->dtype = source.dtype;
  detail::allocate_data(result.state());
  copy(source, *result.state());
  return result;
}

Packed::Packed(const Array& array) : array_(&array) {
  if (array.contiguous) return;
  copy_ = packed(array);
  array_ = &copy_.array();
}

}  // namespace xgrad::loops
