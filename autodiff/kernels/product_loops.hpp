// Small matrix products for any strides: tiles of c in registers, vectors along n, masked at the edge.
// Not here: the choice between this and a BLAS, and batches (product.hpp).
#pragma once

#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

template <class T>
struct Matrix {
  const T* p;
  std::int64_t row;
  std::int64_t column;
  const T* at(std::int64_t i, std::int64_t j) const { return p + i * row + j * column; }
  Matrix transposed() const { return {p, column, row}; }
};

// What a tile starts from: a bias row, the c of an earlier block of k, or zeros.
template <class T>
struct Start {
  const T* p;
  std::int64_t row;
};

// No vector behind the full ones.
template <class T>
struct NoTail {};

template <class V>
constexpr bool is_vector = true;
template <class T>
constexpr bool is_vector<NoTail<T>> = false;

// Sums along k that one accumulator would wait for: a tile this small gets several.
template <int vectors>
constexpr int chains = vectors >= 4 ? 1 : vectors >= 2 ? 2 : 4;

template <class T, int rows, int full, class Tail>
struct Tile {
  using V = FullVector<T>;
  V body[rows][full == 0 ? 1 : full];
  Tail tail[rows];

  [[gnu::always_inline]] void clear() {
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < full; ++j) body[i][j] = V::zero();
      if constexpr (is_vector<Tail>) tail[i] = Tail::zero();
    }
  }
  [[gnu::always_inline]] void load_start(Start<T> start, std::int64_t rest) {
    if (start.p == nullptr) return clear();
    for (int i = 0; i < rows; ++i) {
      const T* p = start.p + i * start.row;
      for (int j = 0; j < full; ++j) body[i][j] = V::load(p + j * V::width);
      if constexpr (is_vector<Tail>) tail[i] = Tail::load_first(p + full * V::width, rest);
    }
  }
  // += a[:, p] b[p, :]
  [[gnu::always_inline]] void add_outer(const T* a, std::int64_t a_row, const T* b, std::int64_t rest) {
    V full_b[full == 0 ? 1 : full];
    Tail tail_b;
    for (int j = 0; j < full; ++j) full_b[j] = V::load(b + j * V::width);
    if constexpr (is_vector<Tail>) tail_b = Tail::load_first(b + full * V::width, rest);
    for (int i = 0; i < rows; ++i) {
      const T* factor = a + i * a_row;
      for (int j = 0; j < full; ++j) body[i][j].add_product(V::broadcast(factor), full_b[j]);
      if constexpr (is_vector<Tail>) tail[i].add_product(Tail::broadcast(factor), tail_b);
    }
  }
  [[gnu::always_inline]] void add(const Tile& other) {
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < full; ++j) body[i][j].add(other.body[i][j]);
      if constexpr (is_vector<Tail>) tail[i].add(other.tail[i]);
    }
  }
  [[gnu::always_inline]] void store(T* c, std::int64_t c_row, std::int64_t rest) const {
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < full; ++j) body[i][j].store(c + i * c_row + j * V::width);
      if constexpr (is_vector<Tail>) tail[i].store_first(c + i * c_row + full * V::width, rest);
    }
  }
};

// c[rows, columns] = start + a b; b has contiguous rows.
template <class T, int rows, int full, class Tail>
void tile_product(std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_row, Start<T> start, T* c, std::int64_t c_row,
                  std::int64_t rest) {
  constexpr int count = chains<rows*(full + is_vector<Tail>)>;
  Tile<T, rows, full, Tail> sums[count];
  sums[0].load_start(start, rest);
  const T* pa = a.p;
  if constexpr (count > 1) {
    for (int s = 1; s < count; ++s) sums[s].clear();
    for (; k >= count; k -= count) {
      for (int s = 0; s < count; ++s) sums[s].add_outer(pa + s * a.column, a.row, b + s * b_row, rest);
      pa += count * a.column;
      b += count * b_row;
    }
  }
  for (; k > 0; --k) {
    sums[0].add_outer(pa, a.row, b, rest);
    pa += a.column;
    b += b_row;
  }
  if constexpr (count == 4) {
    sums[0].add(sums[1]);
    sums[2].add(sums[3]);
    sums[0].add(sums[2]);
  } else if constexpr (count == 2) {
    sums[0].add(sums[1]);
  }
  sums[0].store(c, c_row, rest);
}

template <class T, int full, class Tail, int rows>
inline void last_rows(std::int64_t m, std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_row, Start<T> start, T* c,
                      std::int64_t c_row, std::int64_t rest) {
  if constexpr (rows > 0) {
    if (m == rows)
      tile_product<T, rows, full, Tail>(k, a, b, b_row, start, c, c_row, rest);
    else
      last_rows<T, full, Tail, rows - 1>(m, k, a, b, b_row, start, c, c_row, rest);
  }
}

// All rows of one column of tiles.
template <class T, int full, class Tail>
void column_product(std::int64_t m, std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_row, Start<T> start, T* c,
                    std::int64_t c_row, std::int64_t rest) {
  constexpr int rows = full + is_vector<Tail> == 1 ? 8 : rows_of_two_vectors;
  std::int64_t i = 0;
  for (; i + rows <= m; i += rows) {
    tile_product<T, rows, full, Tail>(k, {a.at(i, 0), a.row, a.column}, b, b_row, {start.p, start.row}, c + i * c_row,
                                      c_row, rest);
    if (start.p != nullptr) start.p += rows * start.row;
  }
  if (i < m)
    last_rows<T, full, Tail, rows - 1>(m - i, k, {a.at(i, 0), a.row, a.column}, b, b_row, start, c + i * c_row, c_row,
                                       rest);
}

template <class T, int full>
inline void column_product_with_tail(std::int64_t m, std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_row,
                                     Start<T> start, T* c, std::int64_t c_row, std::int64_t rest) {
  if (rest <= QuarterVector<T>::width)
    column_product<T, full, QuarterVector<T>>(m, k, a, b, b_row, start, c, c_row, rest);
  else if (rest <= HalfVector<T>::width)
    column_product<T, full, HalfVector<T>>(m, k, a, b, b_row, start, c, c_row, rest);
  else
    column_product<T, full, FullVector<T>>(m, k, a, b, b_row, start, c, c_row, rest);
}

// c[m, n] for n of at most two vectors.
template <class T>
inline void panel_product(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_row,
                          Start<T> start, T* c, std::int64_t c_row) {
  constexpr std::int64_t w = width<T>;
  if (n < w)
    column_product_with_tail<T, 0>(m, k, a, b, b_row, start, c, c_row, n);
  else if (n == w)
    column_product<T, 1, NoTail<T>>(m, k, a, b, b_row, start, c, c_row, 0);
  else if (n < 2 * w)
    column_product_with_tail<T, 1>(m, k, a, b, b_row, start, c, c_row, n - w);
  else
    column_product<T, 2, NoTail<T>>(m, k, a, b, b_row, start, c, c_row, 0);
}

constexpr std::int64_t packed_depth = 128;

// packed[p, j] = b[p, j] with contiguous rows of `row` elements.
template <class T>
inline void pack(std::int64_t k, std::int64_t n, Matrix<T> b, T* packed, std::int64_t row) {
  constexpr std::int64_t s = square<T>;
  if (b.row != 1) {
    for (std::int64_t p = 0; p < k; ++p)
      for (std::int64_t j = 0; j < n; ++j) packed[p * row + j] = *b.at(p, j);
    return;
  }
  // Contiguous along k: squares are transposed in registers. `packed` has room for whole squares.
  std::int64_t j = 0;
  for (; j + s <= n; j += s) {
    std::int64_t p = 0;
    for (; p + s <= k; p += s) transpose_square(b.at(p, j), b.column, packed + p * row + j, row);
    for (; p < k; ++p)
      for (std::int64_t jj = j; jj < j + s; ++jj) packed[p * row + jj] = *b.at(p, jj);
  }
  for (; j < n; ++j)
    for (std::int64_t p = 0; p < k; ++p) packed[p * row + j] = *b.at(p, j);
}

template <class T>
[[gnu::noinline]] void packed_product(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b,
                                      Start<T> start, T* c, std::int64_t c_row) {
  constexpr std::int64_t most = 2 * width<T>;
  alignas(64) T packed[packed_depth * most];
  for (std::int64_t j = 0; j < n; j += most) {
    const std::int64_t columns = n - j < most ? n - j : most;
    const std::int64_t row = columns <= width<T> ? width<T> : most;
    Start<T> from{start.p == nullptr ? nullptr : start.p + j, start.row};
    for (std::int64_t p = 0; p < k; p += packed_depth) {
      const std::int64_t depth = k - p < packed_depth ? k - p : packed_depth;
      pack<T>(depth, columns, {b.at(p, j), b.row, b.column}, packed, row);
      panel_product<T>(m, columns, depth, {a.at(0, p), a.row, a.column}, packed, row, from, c + j, c_row);
      from = {c + j, c_row};
    }
  }
}

template <class T>
inline void direct_product(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b, Start<T> start,
                           T* c, std::int64_t c_row) {
  constexpr std::int64_t most = 2 * width<T>;
  for (std::int64_t j = 0; j < n; j += most)
    panel_product<T>(m, n - j < most ? n - j : most, k, a, b.p + j, b.row,
                     {start.p == nullptr ? nullptr : start.p + j, start.row}, c + j, c_row);
}

// c[j] = start[j] + dot(a, row j of b): k elements each, contiguous.
template <class T>
void dot_products(std::int64_t n, std::int64_t k, const T* a, const T* b, std::int64_t b_row, Start<T> start, T* c) {
  constexpr std::int64_t w = width<T>;
  for (std::int64_t j = 0; j < n; j += w) {
    const std::int64_t count = n - j < w ? n - j : w;
    // Rows past the end repeat the last one, so that the sums stay in registers.
    const T* rows[w];
    Batch<T> sums[w];
    for (std::int64_t i = 0; i < w; ++i) {
      rows[i] = b + (j + (i < count ? i : count - 1)) * b_row;
      sums[i] = splat<T>(0);
    }
    std::int64_t p = 0;
    for (; p + w <= k; p += w) {
      const Batch<T> x = load_at(a + p);
      for (std::int64_t i = 0; i < w; ++i) sums[i] = fma(x, load_at(rows[i] + p), sums[i]);
    }
    if (p < k) {
      const Batch<T> x = load_first(a + p, k - p);
      for (std::int64_t i = 0; i < w; ++i) sums[i] = fma(x, load_first(rows[i] + p, k - p), sums[i]);
    }
    Batch<T> result = sum_of_each(sums);
    if (count == w) {
      if (start.p != nullptr) result = result + load_at(start.p + j);
      store_at(c + j, result);
    } else {
      if (start.p != nullptr) result = result + load_first(start.p + j, count);
      store_first(c + j, result, count);
    }
  }
}

// c^T = b^T a^T, through a buffer: for n so small that vectors along n would be mostly empty.
template <class T>
[[gnu::noinline]] void transposed_product(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b,
                                          const T* bias, T* c) {
  constexpr std::int64_t most = 2 * width<T>;
  T buffer[width<T> * most];
  for (std::int64_t i = 0; i < m; i += most) {
    const std::int64_t rows = m - i < most ? m - i : most;
    panel_product<T>(n, rows, k, b.transposed(), a.at(i, 0), a.column, {nullptr, 0}, buffer, rows);
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < n; ++j)
        c[(i + r) * n + j] = buffer[j * rows + r] + (bias == nullptr ? T(0) : bias[j]);
  }
}

template <class T>
inline void product_of(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b, const T* bias, T* c) {
  const Start<T> start{bias, 0};
  if (k == 0)
    direct_product<T>(m, n, 0, a, b, start, c, n);
  else if (b.column == 1 && n > width<T> / 2)
    direct_product<T>(m, n, k, a, b, start, c, n);
  else if (a.row == 1 && n <= width<T> / 2 && m > n)
    transposed_product<T>(m, n, k, a, b, bias, c);
  else if (b.column == 1)
    direct_product<T>(m, n, k, a, b, start, c, n);
  else if (m == 1 && b.row == 1 && a.column == 1)
    dot_products<T>(n, k, a.p, b.p, b.column, start, c);
  else
    packed_product<T>(m, n, k, a, b, start, c, n);
}

template <class T>
void product(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, std::int64_t a_row, std::int64_t a_column,
             const T* b, std::int64_t b_row, std::int64_t b_column, const T* bias, T* c) {
  if (n != 1) return product_of<T>(m, n, k, {a, a_row, a_column}, {b, b_row, b_column}, bias, c);
  // A column is a row of the transposed product.
  product_of<T>(1, m, k, {b, b_column, b_row}, {a, a_column, a_row}, nullptr, c);
  if (bias != nullptr)
    for (std::int64_t i = 0; i < m; ++i) c[i] += *bias;
}

}  // namespace
}  // namespace xgrad::kernels
