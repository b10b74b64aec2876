// Small matrix products for any strides: tiles of c in registers, vectors along n, masked at the edge.
// Not here: the choice between this and a BLAS, and batches (product.hpp).
#pragma once

#include <xgrad/autodiff/kernels/product_tile.hpp>

namespace xgrad::kernels {
namespace {

template <class T>
struct Matrix {
  const T* p;
  std::int64_t row;
  std::int64_t column;
  const T* at(std::int64_t i, std::int64_t j) const { return p + i * row + j * column; }
};

// What c starts from: a bias row, the c of an earlier block of k, or zeros (null).
template <class T>
struct Start {
  const T* p;
  std::int64_t row;
};

// tile_product for 1, 2, ... `most` rows.
template <class T>
struct Tiles {
  std::int64_t most;
  void (*of_rows[8])(const Panel<T>& panel, const T* a, const T* start, T* c);
};
template <class T, class First, class Second, int rows>
consteval auto tile_or_null() {
  constexpr int most = Second::vectors == 0 ? 8 : rows_of_two_vectors;
  if constexpr (rows <= most)
    return tile_product<T, rows, First, Second>;
  else
    return nullptr;
}
template <class T, class First, class Second>
constexpr Tiles<T> tiles = {
    Second::vectors == 0 ? 8 : rows_of_two_vectors,
    {tile_or_null<T, First, Second, 1>(), tile_or_null<T, First, Second, 2>(), tile_or_null<T, First, Second, 3>(),
     tile_or_null<T, First, Second, 4>(), tile_or_null<T, First, Second, 5>(), tile_or_null<T, First, Second, 6>(),
     tile_or_null<T, First, Second, 7>(), tile_or_null<T, First, Second, 8>()}};

// The tiles for n <= 2 width columns.
template <class T>
inline const Tiles<T>& tiles_for(std::int64_t n) {
  constexpr std::int64_t w = width<T>;
  using Quarter = Edge<T, QuarterVector<T>>;
  using Half = Edge<T, HalfVector<T>>;
  using Most = Edge<T, FullVector<T>>;
  if (n < w) {
    if (n <= QuarterVector<T>::width) return tiles<T, Quarter, Nothing<T>>;
    if (n <= HalfVector<T>::width) return tiles<T, Half, Nothing<T>>;
    return tiles<T, Most, Nothing<T>>;
  }
  if (n == w) return tiles<T, Whole<T>, Nothing<T>>;
  if (n == 2 * w) return tiles<T, Whole<T>, Whole<T>>;
  if (n - w <= QuarterVector<T>::width) return tiles<T, Whole<T>, Quarter>;
  if (n - w <= HalfVector<T>::width) return tiles<T, Whole<T>, Half>;
  return tiles<T, Whole<T>, Most>;
}

// c = start + a b for n <= 2 width columns; b has contiguous rows. The last two tiles share their rows: none is left
// with a single one.
template <class T>
[[gnu::always_inline]] inline void panel_product(std::int64_t m, std::int64_t n, std::int64_t k, const Matrix<T>& a,
                                                 const T* b, std::int64_t b_row, const Start<T>& start, T* c,
                                                 std::int64_t c_row) {
  const Tiles<T>& kernels = tiles_for<T>(n);
  const Panel<T> panel{k, a.row, a.column, b, b_row, start.row, c_row, n % width<T>};
  const T* from = a.p;
  const T* initial = start.p;
  while (m > 0) {
    const std::int64_t rows = m <= kernels.most ? m : m < 2 * kernels.most ? (m + 1) / 2 : kernels.most;
    kernels.of_rows[rows - 1](panel, from, initial, c);
    from += rows * a.row;
    if (initial != nullptr) initial += rows * start.row;
    c += rows * c_row;
    m -= rows;
  }
}

constexpr std::int64_t packed_depth = 128;

// packed[p, j] = b[p, j] with contiguous rows of `row` elements.
template <class T>
[[gnu::noinline]] void pack_any(std::int64_t k, std::int64_t n, const Matrix<T>& b, T* packed, std::int64_t row) {
  for (std::int64_t p = 0; p < k; ++p)
    for (std::int64_t j = 0; j < n; ++j) packed[p * row + j] = *b.at(p, j);
}

// The same for a b contiguous along k, whose columns are b_column apart: transposed in squares, which may write up to
// the next multiple of square<T> in both directions.
template <class T>
[[gnu::noinline]] void pack_transposed(std::int64_t k, std::int64_t n, const T* b, std::int64_t b_column, T* packed,
                                       std::int64_t row) {
  constexpr std::int64_t s = square<T>;
  for (; k >= s; k -= s) {
    const T* from = b;
    std::int64_t j = 0;
    for (; j + s <= n; j += s) {
      transpose_square(from, b_column, packed + j, row);
      from += s * b_column;
    }
    if (j < n) transpose_partial(from, b_column, packed + j, row, n - j, s);
    b += s;
    packed += s * row;
  }
  if (k == 0) return;
  for (std::int64_t j = 0; j < n; j += s) {
    transpose_partial(b, b_column, packed + j, row, n - j < s ? n - j : s, k);
    b += s * b_column;
  }
}

template <class T>
[[gnu::noinline]] void packed_product(std::int64_t m, std::int64_t n, std::int64_t k, const Matrix<T>& a,
                                      const Matrix<T>& b, const T* bias, T* c) {
  constexpr std::int64_t most = 2 * width<T>;
  alignas(64) T packed[packed_depth * most];
  static_assert(packed_depth % square<T> == 0 && width<T> % square<T> == 0);
  for (std::int64_t j = 0; j < n; j += most) {
    const std::int64_t columns = n - j < most ? n - j : most;
    const std::int64_t row = columns <= width<T> ? width<T> : most;
    Start<T> start{bias == nullptr ? nullptr : bias + j, 0};
    for (std::int64_t p = 0; p < k; p += packed_depth) {
      const std::int64_t depth = k - p < packed_depth ? k - p : packed_depth;
      if (b.row == 1)
        pack_transposed(depth, columns, b.at(p, j), b.column, packed, row);
      else
        pack_any<T>(depth, columns, {b.at(p, j), b.row, b.column}, packed, row);
      panel_product<T>(m, columns, depth, {a.at(0, p), a.row, a.column}, packed, row, start, c + j, n);
      start = {c + j, n};
    }
  }
}

template <class T>
[[gnu::noinline]] void direct_product(std::int64_t m, std::int64_t n, std::int64_t k, const Matrix<T>& a,
                                      const Matrix<T>& b, const T* bias, T* c) {
  constexpr std::int64_t most = 2 * width<T>;
  for (std::int64_t j = 0; j < n; j += most)
    panel_product<T>(m, n - j < most ? n - j : most, k, a, b.p + j, b.row, {bias == nullptr ? nullptr : bias + j, 0},
                     c + j, n);
}

// sums[i] += x * row i of b, i < width: rows past the last one repeat it, so that all sums stay in registers.
template <class T, class Load>
[[gnu::always_inline]] inline void add_to_dots(Batch<T>* sums, Batch<T> x, const T* row, std::int64_t b_row,
                                               std::int64_t count, Load load_row) {
  for (std::int64_t i = 0; i < width<T>; ++i) {
    sums[i] = fma(x, load_row(row), sums[i]);
    if (i + 1 < count) row += b_row;
  }
}

// c[j] = dot(a, row j of b) + bias[j]: k elements each, contiguous.
template <class T>
[[gnu::noinline]] void dot_products(std::int64_t n, std::int64_t k, const T* a, const T* b, std::int64_t b_row,
                                    const T* bias, T* c) {
  constexpr std::int64_t w = width<T>;
  for (std::int64_t j = 0; j < n; j += w) {
    const std::int64_t count = n - j < w ? n - j : w;
    const T* rows = b + j * b_row;
    Batch<T> sums[w];
    for (std::int64_t i = 0; i < w; ++i) sums[i] = splat<T>(0);
    std::int64_t p = 0;
    for (; p + w <= k; p += w) {
      const auto load_row = [](const T* q) { return load_at(q); };
      add_to_dots(sums, load_at(a + p), rows + p, b_row, count, load_row);
    }
    if (p < k) {
      const auto load_row = [rest = k - p](const T* q) { return load_first(q, rest); };
      add_to_dots(sums, load_row(a + p), rows + p, b_row, count, load_row);
    }
    const Batch<T> result = sum_of_each(sums);
    if (count == w)
      store_at(c + j, bias == nullptr ? result : result + load_at(bias + j));
    else
      store_first(c + j, bias == nullptr ? result : result + load_first(bias + j, count), count);
  }
}

// c^T = b^T a^T, through a buffer: for n <= width / 2 so small that vectors along n would be mostly empty.
template <class T>
[[gnu::noinline]] void transposed_product(std::int64_t m, std::int64_t n, std::int64_t k, const Matrix<T>& a,
                                          const Matrix<T>& b, const T* bias, T* c) {
  constexpr std::int64_t most = 2 * width<T>;
  T buffer[width<T> * most];
  for (std::int64_t i = 0; i < m; i += most) {
    const std::int64_t rows = m - i < most ? m - i : most;
    panel_product<T>(n, rows, k, {b.p, b.column, b.row}, a.at(i, 0), a.column, {nullptr, 0}, buffer, rows);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < n; ++j)
        c[(i + r) * n + j] = buffer[j * rows + r] + (bias == nullptr ? T(0) : bias[j]);
  }
}

template <class T>
[[gnu::noinline]] void add_to_all(T* c, std::int64_t n, T value) {
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) store_at(c + i, load_at(c + i) + splat<T>(value));
  if (i < n) store_first(c + i, load_first(c + i, n - i) + splat<T>(value), n - i);
}

// A column is a row of the transposed product.
template <class T>
[[gnu::noinline]] void column_product(std::int64_t m, std::int64_t k, const Matrix<T>& a, const Matrix<T>& b,
                                      const T* bias, T* c) {
  if (a.row == 1 || k == 0)
    direct_product<T>(1, m, k, {b.p, b.column, b.row}, {a.p, a.column, 1}, nullptr, c);
  else if (a.column == 1 && b.row == 1)
    dot_products<T>(m, k, b.p, a.p, a.row, nullptr, c);
  else
    packed_product<T>(1, m, k, {b.p, b.column, b.row}, {a.p, a.column, a.row}, nullptr, c);
  if (bias != nullptr) add_to_all(c, m, *bias);
}

template <class T>
void product(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, std::int64_t a_row, std::int64_t a_column,
             const T* b, std::int64_t b_row, std::int64_t b_column, const T* bias, T* c) {
  const Matrix<T> left{a, a_row, a_column};
  // Measured: below this the lanes that are filled along m win over those that stay empty along n.
  const bool is_narrow =
      n <= width<T> / 2 && n * static_cast<std::int64_t>(sizeof(T)) <= 16 && m >= 4 * n && a_row == 1;
  if (b_column == 1 && !is_narrow && n > 1 && n <= 2 * width<T>)
    return panel_product<T>(m, n, k, left, b, b_row, {bias, 0}, c, n);
  const Matrix<T> right{b, b_row, b_column};
  if (n == 1)
    column_product<T>(m, k, left, right, bias, c);
  else if (is_narrow)
    transposed_product<T>(m, n, k, left, right, bias, c);
  else if (b_column == 1 || k == 0)
    direct_product<T>(m, n, k, left, right, bias, c);
  else if (m == 1 && b_row == 1 && a_column == 1)
    dot_products<T>(n, k, a, b, b_column, bias, c);
  else
    packed_product<T>(m, n, k, left, right, bias, c);
}

}  // namespace
}  // namespace xgrad::kernels
