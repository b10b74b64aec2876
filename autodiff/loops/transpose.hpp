// Copies of matrices that lie the other way round, block by block in registers.
// Not here: other strides (strided.cpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace xgrad::loops {

using Float4 = float __attribute__((vector_size(16)));
using Double2 = double __attribute__((vector_size(16)));

template <class Vector>
Vector load_vector(const void* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof vector);
  return vector;
}
template <class Vector>
void store_vector(Vector vector, void* to) {
  std::memcpy(to, &vector, sizeof vector);
}

/// How many rows and columns transpose_block copies at once.
template <class T>
inline constexpr std::int64_t block_size = sizeof(T) == 4   ? 4
                                           : sizeof(T) == 8 ? 2
                                                            : 1;

/// target[r * target_step + c] = source[c * source_step + r] for one block.
inline void transpose_block(const float* source, std::int64_t source_step, float* target, std::int64_t target_step) {
  const auto a = load_vector<Float4>(source), b = load_vector<Float4>(source + source_step);
  const auto c = load_vector<Float4>(source + 2 * source_step), d = load_vector<Float4>(source + 3 * source_step);
  const Float4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Float4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store_vector<Float4>(__builtin_shufflevector(ab, cd, 0, 1, 4, 5), target);
  store_vector<Float4>(__builtin_shufflevector(ab, cd, 2, 3, 6, 7), target + target_step);
  store_vector<Float4>(__builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5), target + 2 * target_step);
  store_vector<Float4>(__builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7), target + 3 * target_step);
}
inline void transpose_block(const double* source, std::int64_t source_step, double* target, std::int64_t target_step) {
  const auto a = load_vector<Double2>(source), b = load_vector<Double2>(source + source_step);
  store_vector<Double2>(__builtin_shufflevector(a, b, 0, 2), target);
  store_vector<Double2>(__builtin_shufflevector(a, b, 1, 3), target + target_step);
}
inline void transpose_block(const unsigned char* source, std::int64_t, unsigned char* target, std::int64_t) {
  *target = *source;
}

/// target[r * target_step + c] = source[c * source_step + r] for all r < rows and c < columns.
template <class T>
void copy_transposed(const T* source, std::int64_t source_step, T* target, std::int64_t target_step, std::int64_t rows,
                     std::int64_t columns) {
  constexpr std::int64_t block = block_size<T>;
  // Both sides of a tile stay in the first cache; two lines of each column at once.
  constexpr std::int64_t tile = 16, tall = 32;
  const std::int64_t whole_rows = rows / block * block, whole_columns = columns / block * block;
  for (std::int64_t r0 = 0; r0 < whole_rows; r0 += tall)
    for (std::int64_t c0 = 0; c0 < whole_columns; c0 += tile)
      for (std::int64_t r = r0; r < std::min(r0 + tall, whole_rows); r += block)
        for (std::int64_t c = c0; c < std::min(c0 + tile, whole_columns); c += block)
          transpose_block(source + c * source_step + r, source_step, target + r * target_step + c, target_step);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
      target[r * target_step + c] = source[c * source_step + r];
}

}  // namespace xgrad::loops
