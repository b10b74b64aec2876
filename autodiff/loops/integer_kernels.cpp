// Plain loops: the compiler vectorises what matters here.
// Not here: division and everything else that gives floating results; operands are converted before.
#include <xgrad/autodiff/loops/integer_kernels.hpp>

#include <xgrad/autodiff/error.hpp>

#include <algorithm>
#include <string>
#include <type_traits>

namespace xgrad::loops {
namespace {

using kernels::Binary;
using kernels::Compare;
using kernels::Steps;
using kernels::Unary;

// Signed overflow is undefined in C++; unsigned arithmetic gives the wrapped bits.
std::int64_t wrap(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }
std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

struct Negative {
  std::int64_t operator()(std::int64_t x) const { return wrap(0 - bits(x)); }
};
struct Square {
  std::int64_t operator()(std::int64_t x) const { return wrap(bits(x) * bits(x)); }
};
struct Abs {
  std::int64_t operator()(std::int64_t x) const { return x < 0 ? wrap(0 - bits(x)) : x; }
};
struct Sign {
  std::int64_t operator()(std::int64_t x) const { return (x > 0) - (x < 0); }
};
struct Relu {
  std::int64_t operator()(std::int64_t x) const { return std::max<std::int64_t>(x, 0); }
};
struct Add {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const { return wrap(bits(a) + bits(b)); }
};
struct Subtract {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const { return wrap(bits(a) - bits(b)); }
};
struct Multiply {
  std::int64_t operator()(std::int64_t a, std::int64_t b) const { return wrap(bits(a) * bits(b)); }
};
struct Power {
  std::int64_t operator()(std::int64_t base, std::int64_t exponent) const {
    if (exponent < 0)
      throw ValueError("integers have no negative powers: got exponent " + std::to_string(exponent) +
                       ", want 0 or more, or a floating base");
    std::uint64_t result = 1;
    for (std::uint64_t square = bits(base); exponent != 0; exponent >>= 1, square *= square)
      if (exponent & 1) result *= square;
    return wrap(result);
  }
};
struct Maximum {
  template <class T>
  T operator()(T a, T b) const {
    return std::max(a, b);
  }
};
struct Minimum {
  template <class T>
  T operator()(T a, T b) const {
    return std::min(a, b);
  }
};

template <class T, class F>
void unary_loop(const T* x, T* out, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = F{}(x[i]);
}

template <class In, class Out, class F>
void binary_loop(const In* a, Steps sa, const In* b, Steps sb, Out* out, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t r = 0; r < rows; ++r, a += sa.row, b += sb.row, out += columns)
    for (std::int64_t c = 0; c < columns; ++c) out[c] = F{}(a[c * sa.column], b[c * sb.column]);
}

template <class T>
void where_loop(const bool* condition, Steps sc, const T* a, Steps sa, const T* b, Steps sb, T* out, std::int64_t rows,
                std::int64_t columns) {
  for (std::int64_t r = 0; r < rows; ++r, condition += sc.row, a += sa.row, b += sb.row, out += columns)
    for (std::int64_t c = 0; c < columns; ++c) out[c] = condition[c * sc.column] ? a[c * sa.column] : b[c * sb.column];
}

struct Equal {
  template <class T>
  bool operator()(T a, T b) const {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a != b;
  }
};
struct Less {
  template <class T>
  bool operator()(T a, T b) const {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a <= b;
  }
};
struct Greater {
  template <class T>
  bool operator()(T a, T b) const {
    return a > b;
  }
};
struct GreaterEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a >= b;
  }
};

}  // namespace

template <class T>
kernels::UnaryFn<T> integer_unary(Unary kind) {
  if constexpr (std::is_same_v<T, std::int64_t>) {
    switch (kind) {
      case Unary::negative: return unary_loop<T, Negative>;
      case Unary::square: return unary_loop<T, Square>;
      case Unary::abs: return unary_loop<T, Abs>;
      case Unary::sign: return unary_loop<T, Sign>;
      case Unary::relu: return unary_loop<T, Relu>;
      default: return nullptr;
    }
  }
  return nullptr;
}

template <class T>
kernels::BinaryFn<T> integer_binary(Binary kind) {
  if constexpr (std::is_same_v<T, std::int64_t>) {
    switch (kind) {
      case Binary::add: return binary_loop<T, T, Add>;
      case Binary::subtract: return binary_loop<T, T, Subtract>;
      case Binary::multiply: return binary_loop<T, T, Multiply>;
      case Binary::power: return binary_loop<T, T, Power>;
      case Binary::maximum: return binary_loop<T, T, Maximum>;
      case Binary::minimum: return binary_loop<T, T, Minimum>;
      default: return nullptr;
    }
  }
  switch (kind) {
    case Binary::add:
    case Binary::maximum: return binary_loop<T, T, Maximum>;
    case Binary::multiply:
    case Binary::minimum: return binary_loop<T, T, Minimum>;
    default: return nullptr;
  }
}

template <class T>
kernels::CompareFn<T> integer_compare(Compare kind) {
  switch (kind) {
    case Compare::equal: return binary_loop<T, bool, Equal>;
    case Compare::not_equal: return binary_loop<T, bool, NotEqual>;
    case Compare::less: return binary_loop<T, bool, Less>;
    case Compare::less_equal: return binary_loop<T, bool, LessEqual>;
    case Compare::greater: return binary_loop<T, bool, Greater>;
    default: return binary_loop<T, bool, GreaterEqual>;
  }
}

template <class T>
kernels::WhereFn<T> integer_where() {
  return where_loop<T>;
}

template kernels::UnaryFn<bool> integer_unary(Unary);
template kernels::UnaryFn<std::int64_t> integer_unary(Unary);
template kernels::BinaryFn<bool> integer_binary(Binary);
template kernels::BinaryFn<std::int64_t> integer_binary(Binary);
template kernels::CompareFn<bool> integer_compare(Compare);
template kernels::CompareFn<std::int64_t> integer_compare(Compare);
template kernels::WhereFn<bool> integer_where();
template kernels::WhereFn<std::int64_t> integer_where();

}  // namespace xgrad::loops
