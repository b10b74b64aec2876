// A tile of a product's result in registers: up to 8 rows of one or two vectors.
// Not here: the loops over tiles (product_loops.hpp).
#pragma once

#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

// The columns of a tile are one or two of these: a whole vector, the first `rest` elements of one, nothing.
template <class T>
struct Whole {
  static constexpr int vectors = 1;
  FullVector<T> v;
  [[gnu::always_inline]] static Whole zero() { return {FullVector<T>::zero()}; }
  [[gnu::always_inline]] static Whole load(const T* p, std::int64_t) { return {FullVector<T>::load(p)}; }
  [[gnu::always_inline]] void store(T* p, std::int64_t) const { v.store(p); }
  [[gnu::always_inline]] void add(Whole other) { v.add(other.v); }
  [[gnu::always_inline]] void add_product(const T* factor, Whole b) {
    v.add_product(FullVector<T>::broadcast(factor), b.v);
  }
};
template <class T, class Vector>
struct Edge {
  static constexpr int vectors = 1;
  Vector v;
  [[gnu::always_inline]] static Edge zero() { return {Vector::zero()}; }
  [[gnu::always_inline]] static Edge load(const T* p, std::int64_t rest) { return {Vector::load_first(p, rest)}; }
  [[gnu::always_inline]] void store(T* p, std::int64_t rest) const { v.store_first(p, rest); }
  [[gnu::always_inline]] void add(Edge other) { v.add(other.v); }
  [[gnu::always_inline]] void add_product(const T* factor, Edge b) { v.add_product(Vector::broadcast(factor), b.v); }
};
template <class T>
struct Nothing {
  static constexpr int vectors = 0;
  [[gnu::always_inline]] static Nothing zero() { return {}; }
  [[gnu::always_inline]] static Nothing load(const T*, std::int64_t) { return {}; }
  [[gnu::always_inline]] void store(T*, std::int64_t) const {}
  [[gnu::always_inline]] void add(Nothing) {}
  [[gnu::always_inline]] void add_product(const T*, Nothing) {}
};

// The second part, if there is one, lies behind a whole vector.
template <class T, class First, class Second>
struct Row {
  First first;
  Second second;
  [[gnu::always_inline]] static Row zero() { return {First::zero(), Second::zero()}; }
  [[gnu::always_inline]] static Row load(const T* p, std::int64_t rest) {
    return {First::load(p, rest), Second::load(p + width<T>, rest)};
  }
  [[gnu::always_inline]] void store(T* p, std::int64_t rest) const {
    first.store(p, rest);
    second.store(p + width<T>, rest);
  }
  [[gnu::always_inline]] void add(const Row& other) {
    first.add(other.first);
    second.add(other.second);
  }
  [[gnu::always_inline]] void add_product(const T* factor, const Row& b) {
    first.add_product(factor, b.first);
    second.add_product(factor, b.second);
  }
};

// Rows as members of members: compilers keep an array of vectors in memory.
template <class T, int rows, class R>
struct Tile {
  R top;
  Tile<T, rows - 1, R> below;
  [[gnu::always_inline]] static Tile zero() { return {R::zero(), Tile<T, rows - 1, R>::zero()}; }
  [[gnu::always_inline]] static Tile load(const T* p, std::int64_t row, std::int64_t rest) {
    return {R::load(p, rest), Tile<T, rows - 1, R>::load(p + row, row, rest)};
  }
  [[gnu::always_inline]] void store(T* p, std::int64_t row, std::int64_t rest) const {
    top.store(p, rest);
    below.store(p + row, row, rest);
  }
  [[gnu::always_inline]] void add(const Tile& other) {
    top.add(other.top);
    below.add(other.below);
  }
  // += a b for a column a and a row b.
  [[gnu::always_inline]] void add_outer(const T* a, std::int64_t a_row, const R& b) {
    top.add_product(a, b);
    below.add_outer(a + a_row, a_row, b);
  }
};
template <class T, class R>
struct Tile<T, 0, R> {
  [[gnu::always_inline]] static Tile zero() { return {}; }
  [[gnu::always_inline]] static Tile load(const T*, std::int64_t, std::int64_t) { return {}; }
  [[gnu::always_inline]] void store(T*, std::int64_t, std::int64_t) const {}
  [[gnu::always_inline]] void add(const Tile&) {}
  [[gnu::always_inline]] void add_outer(const T*, std::int64_t, const R&) {}
};

// A column of tiles: all rows of c, at most two vectors wide. b has contiguous rows.
template <class T>
struct Panel {
  std::int64_t k;
  std::int64_t a_row;
  std::int64_t a_column;
  const T* b;
  std::int64_t b_row;
  std::int64_t start_row;
  std::int64_t c_row;
  std::int64_t rest;  // elements in an Edge
};

// c = start (zeros if null) + a b for `rows` rows. A small tile has several sums along k, or it would wait for each.
template <class T, int rows, class First, class Second>
void tile_product(const Panel<T>& panel, const T* a, const T* start, T* c) {
  using R = Row<T, First, Second>;
  using Sums = Tile<T, rows, R>;
  constexpr int vectors = rows * (First::vectors + Second::vectors);
  const std::int64_t rest = panel.rest;
  const std::int64_t a_row = panel.a_row;
  const std::int64_t a_column = panel.a_column;
  const std::int64_t b_row = panel.b_row;
  const T* b = panel.b;
  std::int64_t k = panel.k;
  Sums sums = start == nullptr ? Sums::zero() : Sums::load(start, panel.start_row, rest);
  if constexpr (vectors < 4) {
    Sums second = Sums::zero();
    if constexpr (vectors == 1) {
      Sums third = Sums::zero();
      Sums fourth = Sums::zero();
      for (; k >= 4; k -= 4) {
        sums.add_outer(a, a_row, R::load(b, rest));
        second.add_outer(a + a_column, a_row, R::load(b + b_row, rest));
        third.add_outer(a + 2 * a_column, a_row, R::load(b + 2 * b_row, rest));
        fourth.add_outer(a + 3 * a_column, a_row, R::load(b + 3 * b_row, rest));
        a += 4 * a_column;
        b += 4 * b_row;
      }
      sums.add(third);
      second.add(fourth);
    }
    for (; k >= 2; k -= 2) {
      sums.add_outer(a, a_row, R::load(b, rest));
      second.add_outer(a + a_column, a_row, R::load(b + b_row, rest));
      a += 2 * a_column;
      b += 2 * b_row;
    }
    sums.add(second);
  }
  for (; k > 0; --k) {
    sums.add_outer(a, a_row, R::load(b, rest));
    a += a_column;
    b += b_row;
  }
  sums.store(c, panel.c_row, rest);
}

}  // namespace
}  // namespace xgrad::kernels
