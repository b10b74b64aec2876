// Elementwise loops: unary, binary, comparisons, where, y = beta y + alpha x.
// Not here: the functions (elementwise_functions.hpp). A result never depends on an element's place: tails run the same
// code.
#pragma once

#include <xgrad/autodiff/kernels/elementwise_functions.hpp>

namespace xgrad::kernels {
namespace {

template <class Op, class T>
void unary(const T* x, T* out, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) store_at(out + i, Op::of(load_at(x + i)));
  if (i < n) store_tail(out + i, Op::of(load_tail(x + i, n - i)), n - i);
}

// An operand within a row: consecutive elements, or one for all columns.
template <class E, class T>
struct Consecutive {
  const E* p;
  Batch<T> at(std::int64_t i) const { return load_at(p + i); }
  Batch<T> first(std::int64_t i, std::int64_t n) const { return load_tail(p + i, n); }
};
template <class T>
struct Consecutive<bool, T> {
  const bool* p;
  Mask<T> at(std::int64_t i) const { return load_bools<T>(p + i, width<T>); }
  Mask<T> first(std::int64_t i, std::int64_t n) const { return load_bools<T>(p + i, n); }
};
template <class E, class T>
struct Repeated {
  Batch<T> value;
  explicit Repeated(const E* p) : value(*p) {}
  Batch<T> at(std::int64_t) const { return value; }
  Batch<T> first(std::int64_t, std::int64_t) const { return value; }
};
template <class T>
struct Repeated<bool, T> {
  Mask<T> value;
  explicit Repeated(const bool* p) : value(*p) {}
  Mask<T> at(std::int64_t) const { return value; }
  Mask<T> first(std::int64_t, std::int64_t) const { return value; }
};

template <class T>
inline void store_result(T* p, Batch<T> v) {
  store_at(p, v);
}
template <class T>
inline void store_result(T* p, Batch<T> v, std::int64_t n) {
  store_tail(p, v, n);
}
template <class T>
inline void store_result(bool* p, Mask<T> m) {
  store_bools(p, m, width<T>);
}
template <class T>
inline void store_result(bool* p, Mask<T> m, std::int64_t n) {
  store_bools(p, m, n);
}

template <class Op, class T, class Out, class... In>
inline void row(Out* out, std::int64_t columns, const In&... in) {
  std::int64_t i = 0;
  for (; i + width<T> <= columns; i += width<T>) store_result<T>(out + i, Op::of(in.at(i)...));
  if (i < columns) store_result<T>(out + i, Op::of(in.first(i, columns - i)...), columns - i);
}

template <class E>
struct Operand {
  const E* p;
  Steps steps;
};

// An operand whose column step is known: 1 or, if repeated, 0.
template <class E, class T, bool repeated>
struct Cursor {
  const E* p;
  std::int64_t step;
  auto at_row(std::int64_t r) const {
    if constexpr (repeated)
      return Repeated<E, T>{p + r * step};
    else
      return Consecutive<E, T>{p + r * step};
  }
};

template <class T, class E, class Continuation>
inline void with_cursor(Operand<E> in, Continuation next) {
  if (in.steps.column == 1)
    next(Cursor<E, T, false>{in.p, in.steps.row});
  else
    next(Cursor<E, T, true>{in.p, in.steps.row});
}

template <class Op, class T, class Out, class... C>
inline void all_rows(Out* out, std::int64_t rows, std::int64_t columns, C... in) {
  if (columns < width<T>) {
    for (std::int64_t r = 0; r < rows; ++r, out += columns)
      store_result<T>(out, Op::of(in.at_row(r).first(0, columns)...), columns);
  } else {
    for (std::int64_t r = 0; r < rows; ++r) row<Op, T>(out + r * columns, columns, in.at_row(r)...);
  }
}

template <class Op, class T, class Out, class A>
inline void rows_and_columns(Out* out, std::int64_t rows, std::int64_t columns, Operand<A> a, Operand<A> b) {
  with_cursor<T>(a, [&](auto ca) { with_cursor<T>(b, [&](auto cb) { all_rows<Op, T>(out, rows, columns, ca, cb); }); });
}
template <class Op, class T, class Out, class C, class A>
inline void rows_and_columns(Out* out, std::int64_t rows, std::int64_t columns, Operand<C> c, Operand<A> a,
                             Operand<A> b) {
  with_cursor<T>(c, [&](auto cc) {
    with_cursor<T>(
        a, [&](auto ca) { with_cursor<T>(b, [&](auto cb) { all_rows<Op, T>(out, rows, columns, cc, ca, cb); }); });
  });
}

// A vector's worth of elements any step apart, copied side by side.
template <class E, class T>
struct Gathered {
  E elements[width<T>] = {};
  Gathered(Operand<E> in, std::int64_t from, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) elements[i] = in.p[(from + i) * in.steps.row];
  }
};

// Columns of one element: the rows side by side.
template <class Op, class T, class Out, class... E>
[[gnu::noinline]] void single_column(Out* out, std::int64_t rows, Operand<E>... in) {
  for (std::int64_t done = 0; done < rows; done += width<T>) {
    const std::int64_t n = rows - done < width<T> ? rows - done : width<T>;
    row<Op, T>(out + done, n, Consecutive<E, T>{Gathered<E, T>(in, done, n).elements}...);
  }
}

template <class Op, class T, class Out, class... E>
inline void elementwise(Out* out, std::int64_t rows, std::int64_t columns, Operand<E>... in) {
  if (rows == 0 || columns == 0) return;
  if (rows != 1) {
    if (columns == 1) {
      if (((in.steps.row != 0 && in.steps.row != 1) || ...)) return single_column<Op, T>(out, rows, in...);
      ((in.steps.column = in.steps.row), ...);
      columns = rows;
      rows = 1;
    } else if (((in.steps.column == 1 ? in.steps.row == columns : in.steps.row == 0) && ...)) {
      columns *= rows;
      rows = 1;
    }
  }
  rows_and_columns<Op, T>(out, rows, columns, in...);
}

template <class Op, class T>
void binary(const T* a, Steps sa, const T* b, Steps sb, T* out, std::int64_t rows, std::int64_t columns) {
  elementwise<Op, T>(out, rows, columns, Operand<T>{a, sa}, Operand<T>{b, sb});
}
template <class Op, class T>
void plain_binary(const T* a, const T* b, T* out, std::int64_t n) {
  row<Op, T>(out, n, Consecutive<T, T>{a}, Consecutive<T, T>{b});
}
template <class Op, class T>
void ternary(const T* a, Steps sa, const T* b, Steps sb, const T* c, Steps sc, T* out, std::int64_t rows,
             std::int64_t columns) {
  elementwise<Op, T>(out, rows, columns, Operand<T>{a, sa}, Operand<T>{b, sb}, Operand<T>{c, sc});
}
template <class Op, class T>
void compare(const T* a, Steps sa, const T* b, Steps sb, bool* out, std::int64_t rows, std::int64_t columns) {
  elementwise<Op, T>(out, rows, columns, Operand<T>{a, sa}, Operand<T>{b, sb});
}
// a > b is b < a.
template <class Op, class T>
void compare_swapped(const T* a, Steps sa, const T* b, Steps sb, bool* out, std::int64_t rows, std::int64_t columns) {
  compare<Op, T>(b, sb, a, sa, out, rows, columns);
}
template <class T>
void where(const bool* condition, Steps sc, const T* a, Steps sa, const T* b, Steps sb, T* out, std::int64_t rows,
           std::int64_t columns) {
  elementwise<Where, T>(out, rows, columns, Operand<bool>{condition, sc}, Operand<T>{a, sa}, Operand<T>{b, sb});
}

template <class T>
inline Batch<T> leaky(Batch<T> g, Batch<T> x, Batch<T> slope) {
  return xsimd::select(x > splat<T>(0), g, slope * g);
}
template <class T>
void leaky_relu(const T* g, const T* x, T slope, T* out, std::int64_t n) {
  const Batch<T> s = splat<T>(slope);
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) store_at(out + i, leaky(load_at(g + i), load_at(x + i), s));
  if (i < n) store_tail(out + i, leaky(load_tail(g + i, n - i), load_tail(x + i, n - i), s), n - i);
}

template <class T>
void axpby(T* y, T beta, const T* x, T alpha, std::int64_t n) {
  const Batch<T> b = splat<T>(beta);
  const Batch<T> a = splat<T>(alpha);
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) store_at(y + i, fma(a, load_at(x + i), b * load_at(y + i)));
  if (i < n) store_tail(y + i, fma(a, load_tail(x + i, n - i), b * load_tail(y + i, n - i)), n - i);
}

}  // namespace
}  // namespace xgrad::kernels
