// Elementwise kernels of the table in use (XGRAD_SIMD picks another) against long double loops.
// Not here: reductions and products (test_kernels_reduce.cpp, test_kernels_product.cpp).
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <xgrad/autodiff/kernels/kernels.hpp>

#include "kernel_reference.hpp"
#include "support/error_text.hpp"

using namespace kernel_test;
using namespace xgrad::kernels;

namespace {

using Real = long double;

struct UnaryCase {
  Unary function;
  const char* name;
  Real (*reference)(Real);
  double bound_f32;
  double bound_f64;
};

Real sign_of(Real x) { return std::isnan(x) ? x : static_cast<Real>((x > 0) - (x < 0)); }
Real sigmoid_of(Real x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
Real softplus_of(Real x) { return std::isnan(x) ? x : std::fmax(x, Real(0)) + std::log1p(std::exp(-std::abs(x))); }

const UnaryCase unary_cases[] = {
    {Unary::negative, "negative", [](Real x) { return -x; }, 0, 0},
    {Unary::exp, "exp", [](Real x) { return std::exp(x); }, 1.2, 1.2},
    {Unary::log, "log", [](Real x) { return std::log(x); }, 1, 1},
    {Unary::sqrt, "sqrt", [](Real x) { return std::sqrt(x); }, 0.5, 0.5},
    {Unary::square, "square", [](Real x) { return x * x; }, 0.5, 0.5},
    {Unary::abs, "abs", [](Real x) { return std::abs(x); }, 0, 0},
    {Unary::sign, "sign", sign_of, 0, 0},
    {Unary::sin, "sin", [](Real x) { return std::sin(x); }, 1, 1},
    {Unary::cos, "cos", [](Real x) { return std::cos(x); }, 1, 1},
    {Unary::tanh, "tanh", [](Real x) { return std::tanh(x); }, 2, 2},
    {Unary::sigmoid, "sigmoid", sigmoid_of, 2.5, 2},
    {Unary::relu, "relu", [](Real x) { return x <= 0 ? Real(0) : x; }, 0, 0},
    {Unary::softplus, "softplus", softplus_of, 2.5, 2.5},
    {Unary::log_sigmoid, "log_sigmoid", [](Real x) { return -softplus_of(-x); }, 2.5, 2.5},
};

template <class T>
UnaryFn<T> kernel(Unary f) {
  return table().loops<T>().unary[static_cast<int>(f)];
}
template <class T>
BinaryFn<T> kernel(Binary f) {
  return table().loops<T>().binary[static_cast<int>(f)];
}
template <class T>
CompareFn<T> kernel(Compare f) {
  return table().loops<T>().compare[static_cast<int>(f)];
}

// Where the elements of an operand with such steps begin, and how many its storage has.
struct Layout {
  Steps steps;
  std::int64_t begin;
  std::int64_t size;
};

// Every meaning of steps: dense, padded, overlapping, reversed, one row for all, one column for all, one element.
std::vector<Layout> layouts(std::int64_t rows, std::int64_t columns) {
  std::vector<Layout> all;
  for (const std::int64_t column : {std::int64_t{1}, std::int64_t{0}})
    for (const std::int64_t row :
         {columns, columns + 3, std::int64_t{1}, std::int64_t{2}, -(columns + 1), std::int64_t{0}}) {
      const std::int64_t reach = (rows > 0 ? rows - 1 : 0) * std::abs(row);
      all.push_back({{row, column}, row < 0 ? reach : 0, reach + columns + 1});
    }
  return all;
}

// A copy without a spare byte, so that a sanitizer sees any access outside.
template <class T>
std::unique_ptr<T[]> exactly(const std::vector<T>& values, std::int64_t n) {
  std::unique_ptr<T[]> copy(new T[static_cast<std::size_t>(n)]);
  for (std::int64_t i = 0; i < n; ++i) copy[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(i)];
  return copy;
}

}  // namespace

TEST_CASE("XGRAD_SIMD names the table, and one table serves all") {
  const char* level = std::getenv("XGRAD_SIMD");
  if (level != nullptr) CHECK(table().level == std::string(level));
  CHECK(&table() == &table());
}

TEST_CASE("XGRAD_SIMD may not name a table that there is not") {
  const Table& before = table();
  const char* set = std::getenv("XGRAD_SIMD");
  const std::string level = set != nullptr ? set : "";
  setenv("XGRAD_SIMD", "mmx", 1);
  const std::string text = xgrad::test::error_text<xgrad::ValueError>([] { xgrad::kernels::detail::choose(); });
  CHECK(text.starts_with("XGRAD_SIMD: not an instruction set of this processor: got \"mmx\", want one of "));
  CHECK(text.find(before.level) != std::string::npos);
  CHECK(&table() == &before);
  setenv("XGRAD_SIMD", level.c_str(), 1);  // an empty one counts as none
  CHECK(&xgrad::kernels::detail::choose() == &before);
}

TEST_CASE_TEMPLATE("unary kernels are within their ulps, also in place", T, float, double) {
  for (const UnaryCase& f : unary_cases) {
    const double bound = sizeof(T) == 4 ? f.bound_f32 : f.bound_f64;
    for (const std::int64_t n :
         {sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6], sizes[7], sizes[8], sizes[9], sizes[10],
          sizes[11], sizes[12], sizes[13], std::int64_t{100000}}) {
      const auto x = any_values<T>(n, 1 + static_cast<unsigned>(n));
      const auto in = exactly(x, n);
      const auto out = exactly(x, n);
      kernel<T>(f.function)(in.get(), out.get(), n);
      double worst = 0;
      T at = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double distance = ulps(out[i], f.reference(static_cast<Real>(x[i])));
        if (distance > worst) at = x[i];
        worst = std::max(worst, distance);
      }
      CHECK_MESSAGE(worst <= bound, f.name, " of ", n, " elements: ", worst, " ulps at ", at);

      kernel<T>(f.function)(in.get(), in.get(), n);
      bool in_place = true;
      for (std::size_t i = 0; i < x.size(); ++i) in_place = in_place && same(in[i], out[i]);
      CHECK_MESSAGE(in_place, f.name, " in place, ", n);
    }
  }
}

TEST_CASE_TEMPLATE("a unary result does not depend on the element's place, and nothing else is written", T, float,
                   double) {
  const auto x = any_values<T>(100, 5);
  for (const UnaryCase& f : unary_cases) {
    std::vector<T> whole(x.size());
    kernel<T>(f.function)(x.data(), whole.data(), 100);
    for (std::int64_t from = 0; from < 20; ++from) {
      for (std::int64_t n = 0; n < 40; ++n) {
        std::vector<T> part(100, T(-7));
        kernel<T>(f.function)(x.data() + from, part.data() + from, n);
        bool good = true;
        for (std::int64_t i = 0; i < 100; ++i) {
          const auto u = static_cast<std::size_t>(i);
          good = good && same(part[u], i >= from && i < from + n ? whole[u] : T(-7));
        }
        REQUIRE_MESSAGE(good, f.name, " from ", from, " for ", n);
      }
    }
  }
}

TEST_CASE_TEMPLATE("signs of zero and special results", T, float, double) {
  const T inf = std::numeric_limits<T>::infinity();
  const auto of = [](Unary f, T x) {
    T y = T(-7);
    kernel<T>(f)(&x, &y, 1);
    return y;
  };
  CHECK(same(of(Unary::sign, T(-0.0)), T(0)));
  CHECK(same(of(Unary::relu, T(-0.0)), T(0)));
  CHECK(same(of(Unary::relu, T(-3)), T(0)));
  CHECK(same(of(Unary::negative, T(0)), T(-0.0)));
  CHECK(same(of(Unary::abs, T(-0.0)), T(0)));
  CHECK(same(of(Unary::sin, T(-0.0)), T(-0.0)));
  CHECK(same(of(Unary::tanh, T(-0.0)), T(-0.0)));
  CHECK(same(of(Unary::tanh, inf), T(1)));
  CHECK(same(of(Unary::tanh, -inf), T(-1)));
  CHECK(same(of(Unary::sigmoid, T(1e4)), T(1)));
  CHECK(same(of(Unary::sigmoid, T(-1e4)), T(0)));
  CHECK(same(of(Unary::sigmoid, T(0)), T(0.5)));
  CHECK(same(of(Unary::exp, -inf), T(0)));
  CHECK(same(of(Unary::exp, T(0)), T(1)));
  CHECK(same(of(Unary::log, T(0)), -inf));
  CHECK(same(of(Unary::log, T(-0.0)), -inf));
  CHECK(same(of(Unary::log, T(1)), T(0)));
  CHECK(same(of(Unary::cos, T(0)), T(1)));
}

// Multiples of pi / 2 from k = 1 on, the doubles beside them, and numbers where more digits of pi are needed.
TEST_CASE_TEMPLATE("sin and cos reduce their argument exactly", T, float, double) {
  const Real half_pi = std::acos(-1.0L) / 2;
  std::vector<T> x;
  for (int k = 1; k < 3000000; k += 1 + k / 1000) {
    const T near = static_cast<T>(k * half_pi);
    for (const T at : {near, std::nextafter(near, T(0)), std::nextafter(near, T(1e9))}) x.push_back(at);
  }
  for (const double at : {1e5, 1048576.0, 1048577.0, 1e10, 1e22}) x.push_back(static_cast<T>(at));
  // The doubles below 2^20 that come closest to a multiple of pi / 2 (continued fractions of 2^e 2 / pi).
  for (const double at : {0x1.6c6cbc45dc8dep+5, 0x1.67e57cdd4dc54p+15, 0x1.39c6fd67805a7p+18, 0x1.39c6fd67805a7p+19})
    x.push_back(static_cast<T>(at));
  std::vector<T> y(x.size());
  for (const auto f : {Unary::sin, Unary::cos}) {
    kernel<T>(f)(x.data(), y.data(), static_cast<std::int64_t>(x.size()));
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!std::isfinite(x[i])) continue;
      const Real at = static_cast<Real>(x[i]);
      worst = std::max(worst, ulps(y[i], f == Unary::sin ? std::sin(at) : std::cos(at)));
    }
    CHECK(worst <= 1);
  }
}

namespace {

template <class T>
struct BinaryCase {
  Binary function;
  const char* name;
  Real (*reference)(Real, Real);
  double bound;
};

// The bounds of the last ones hold for |y| <= 1, which is what the functions give.
template <class T>
std::vector<BinaryCase<T>> binary_cases() {
  return {
      {Binary::add, "add", [](Real a, Real b) { return a + b; }, 0.5},
      {Binary::subtract, "subtract", [](Real a, Real b) { return a - b; }, 0.5},
      {Binary::multiply, "multiply", [](Real a, Real b) { return a * b; }, 0.51},
      {Binary::divide, "divide", [](Real a, Real b) { return a / b; }, 0.51},
      {Binary::power, "power", [](Real a, Real b) { return std::pow(a, b); }, 1},
      {Binary::maximum, "maximum", [](Real a, Real b) { return std::isnan(a) || a > b ? a : b; }, 0},
      {Binary::minimum, "minimum", [](Real a, Real b) { return std::isnan(a) || a < b ? a : b; }, 0},
      {Binary::relu_backward, "relu_backward", [](Real g, Real y) { return y <= 0 ? Real(0) : g; }, 0},
  };
}

}  // namespace

TEST_CASE_TEMPLATE("binary kernels are right for every layout of both operands", T, float, double) {
  for (const auto& f : binary_cases<T>()) {
    for (const auto& extents : {std::pair<std::int64_t, std::int64_t>{1, 1},
                                {1, 4},
                                {1, 33},
                                {5, 1},
                                {21, 10},
                                {3, 16},
                                {4, 35},
                                {40, 1},
                                {0, 5},
                                {5, 0}}) {
      const std::int64_t rows = extents.first, columns = extents.second;
      for (const Layout& la : layouts(rows, columns)) {
        for (const Layout& lb : layouts(rows, columns)) {
          const auto a = any_values<T>(la.size, 11);
          const auto b = any_values<T>(lb.size, 12);
          std::vector<T> out(static_cast<std::size_t>(rows * columns + 1), T(-7));
          kernel<T>(f.function)(a.data() + la.begin, la.steps, b.data() + lb.begin, lb.steps, out.data(), rows,
                                columns);
          double worst = 0;
          for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t c = 0; c < columns; ++c) {
              const T x = a[static_cast<std::size_t>(la.begin + r * la.steps.row + c * la.steps.column)];
              const T y = b[static_cast<std::size_t>(lb.begin + r * lb.steps.row + c * lb.steps.column)];
              const Real want = f.reference(static_cast<Real>(x), static_cast<Real>(y));
              worst = std::max(worst, ulps(out[static_cast<std::size_t>(r * columns + c)], want));
            }
          }
          REQUIRE_MESSAGE(worst <= f.bound, f.name, " ", rows, " x ", columns, ": ", worst);
          REQUIRE(out.back() == T(-7));
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("a binary result has the same bits dense, strided, repeated and in place", T, float, double) {
  const std::int64_t n = 77;
  const auto a = any_values<T>(n, 21);
  const T second = T(2);
  for (int f = 0; f < static_cast<int>(Binary::count); ++f) {
    const BinaryFn<T> run = kernel<T>(static_cast<Binary>(f));
    const std::vector<T> b(static_cast<std::size_t>(n), second);
    std::vector<T> dense(a.size());
    run(a.data(), {n, 1}, b.data(), {n, 1}, dense.data(), 1, n);
    std::vector<T> other(a.size());
    table().loops<T>().plain_binary[f](a.data(), b.data(), other.data(), n);
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(same(dense[i], other[i]));
    run(a.data(), {n, 1}, &second, {0, 0}, other.data(), 1, n);
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(same(dense[i], other[i]));
    run(a.data(), {7, 1}, &second, {0, 0}, other.data(), 11, 7);
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(same(dense[i], other[i]));
    run(a.data() + n - 1, {-1, 0}, &second, {0, 1}, other.data(), n, 1);
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(same(dense[a.size() - 1 - i], other[i]));
    other = a;
    run(other.data(), {n, 1}, b.data(), {n, 1}, other.data(), 1, n);
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(same(dense[i], other[i]));
    other = b;
    run(a.data(), {7, 1}, other.data(), {7, 1}, other.data(), 11, 7);
    for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(same(dense[i], other[i]));
  }
}

TEST_CASE_TEMPLATE("backward kernels follow their formulas", T, float, double) {
  const std::int64_t n = 1000;
  const auto g = unit_values<T>(n, 31);
  const auto y = unit_values<T>(n, 32);
  std::vector<T> out(g.size());
  const Real eps = std::numeric_limits<T>::epsilon();
  kernel<T>(Binary::sigmoid_backward)(g.data(), {n, 1}, y.data(), {n, 1}, out.data(), 1, n);
  for (std::size_t i = 0; i < g.size(); ++i)
    REQUIRE(ulps(out[i], static_cast<Real>(g[i]) * y[i] * (1 - static_cast<Real>(y[i]))) <= 2);
  kernel<T>(Binary::tanh_backward)(g.data(), {n, 1}, y.data(), {n, 1}, out.data(), 1, n);
  for (std::size_t i = 0; i < g.size(); ++i) {
    const Real want = static_cast<Real>(g[i]) * (1 - static_cast<Real>(y[i]) * y[i]);
    REQUIRE(std::abs(static_cast<Real>(out[i]) - want) <= eps * std::abs(static_cast<Real>(g[i])));
  }
}

TEST_CASE_TEMPLATE("power has the C library's special cases", T, float, double) {
  const T inf = std::numeric_limits<T>::infinity();
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const auto power = [](T a, T b) {
    T out = T(-7);
    kernel<T>(Binary::power)(&a, {0, 0}, &b, {0, 0}, &out, 1, 1);
    return out;
  };
  CHECK(same(power(nan, T(0)), T(1)));
  CHECK(same(power(T(1), nan), T(1)));
  CHECK(same(power(T(0), T(-2)), inf));
  CHECK(same(power(T(-0.0), T(-1)), -inf));
  CHECK(same(power(T(-2), T(3)), T(-8)));
  CHECK(same(power(T(-2), T(0.5)), nan));
  CHECK(same(power(T(-0.0), T(0.5)), T(0)));
  CHECK(same(power(-inf, T(0.5)), inf));
  CHECK(same(power(-inf, T(-1)), T(-0.0)));
  CHECK(same(power(T(3), T(2)), T(9)));
  CHECK(same(power(T(4), T(-1)), T(0.25)));
}

TEST_CASE_TEMPLATE("power of every pair of special operands is the C library's", T, float, double) {
  using Limits = std::numeric_limits<T>;
  const T even = std::ldexp(T(1), Limits::digits);  // from here on all numbers are even integers
  std::vector<T> special = {T(0),
                            T(0.5),
                            T(1),
                            T(1.5),
                            T(2),
                            T(3),
                            T(1e-3),
                            T(127),
                            T(1e10),
                            T(1e30),
                            even - 1,
                            even,
                            even / 2,
                            even + 2,
                            even / 2 - 1,
                            even / 4 + 1,
                            even / 2 - T(0.5),
                            Limits::max(),
                            Limits::min(),
                            Limits::denorm_min(),
                            Limits::infinity(),
                            1 + Limits::epsilon(),
                            1 - Limits::epsilon()};
  for (std::size_t i = special.size(); i-- > 0;) special.push_back(-special[i]);
  special.push_back(Limits::quiet_NaN());
  std::vector<T> a, b;
  for (const T x : special)
    for (const T y : special) {
      a.push_back(x);
      b.push_back(y);
    }
  std::vector<T> out(a.size());
  const auto n = static_cast<std::int64_t>(a.size());
  kernel<T>(Binary::power)(a.data(), {n, 1}, b.data(), {n, 1}, out.data(), 1, n);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Real want = std::pow(static_cast<Real>(a[i]), static_cast<Real>(b[i]));
    REQUIRE_MESSAGE(ulps(out[i], want) <= 1, a[i], " to ", b[i], ": ", out[i], ", want ", static_cast<T>(want));
    REQUIRE(std::isnan(out[i]) == std::isnan(want));
    if (!std::isnan(want)) REQUIRE(std::signbit(out[i]) == std::signbit(want));
  }
}

TEST_CASE_TEMPLATE("power is rounded almost correctly, from the smallest result to the largest", T, float, double) {
  using Limits = std::numeric_limits<T>;
  std::mt19937_64 random(71);
  std::uniform_real_distribution<double> exponent(Limits::min_exponent - Limits::digits, Limits::max_exponent);
  std::uniform_real_distribution<double> unit(0, 1);
  const std::int64_t n = 200000;
  std::vector<T> a, b, out(n);
  for (std::int64_t i = 0; i < n; ++i) {
    // Bases near 1, of ordinary size, and of any size.
    const double base = i % 3 == 0   ? 1 + std::ldexp(unit(random) - 0.5, static_cast<int>(-20 * unit(random)))
                        : i % 3 == 1 ? std::exp2(6 * unit(random) - 3)
                                     : std::exp2(exponent(random));
    a.push_back(static_cast<T>(base));
    b.push_back(static_cast<T>(exponent(random) / std::log2(static_cast<double>(a.back()))));
  }
  kernel<T>(Binary::power)(a.data(), {n, 1}, b.data(), {n, 1}, out.data(), 1, n);
  double worst = 0;
  for (std::size_t i = 0; i < out.size(); ++i)
    worst = std::max(worst, ulps(out[i], std::pow(static_cast<Real>(a[i]), static_cast<Real>(b[i]))));
  CHECK(worst <= (sizeof(T) == 4 ? 0.6 : 0.75));
}

TEST_CASE_TEMPLATE("derivatives of powers follow their formulas, for every layout", T, float, double) {
  for (const auto& extents : {std::pair<std::int64_t, std::int64_t>{1, 1}, {1, 5}, {9, 1}, {21, 10}, {3, 33}}) {
    const std::int64_t rows = extents.first, columns = extents.second;
    for (const Layout& lg : layouts(rows, columns))
      for (const Layout& la : layouts(rows, columns))
        for (const Layout& lb : layouts(rows, columns)) {
          const auto g = unit_values<T>(lg.size, 81);
          auto a = unit_values<T>(la.size, 82);
          const auto b = unit_values<T>(lb.size, 83);
          for (T& x : a) x += T(1.25);
          std::vector<T> by_base(static_cast<std::size_t>(rows * columns + 1), T(-7)), by_exponent = by_base;
          const auto run = [&](Ternary kind, std::vector<T>& out) {
            table().loops<T>().ternary[static_cast<int>(kind)](g.data() + lg.begin, lg.steps, a.data() + la.begin,
                                                               la.steps, b.data() + lb.begin, lb.steps, out.data(),
                                                               rows, columns);
          };
          run(Ternary::power_base_backward, by_base);
          run(Ternary::power_exponent_backward, by_exponent);
          double worst = 0;
          for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c) {
              const auto at = [&](const Layout& l, const std::vector<T>& values) {
                return static_cast<Real>(
                    values[static_cast<std::size_t>(l.begin + r * l.steps.row + c * l.steps.column)]);
              };
              const auto place = static_cast<std::size_t>(r * columns + c);
              const Real x = at(la, a), y = at(lb, b), w = at(lg, g);
              worst = std::max(worst, ulps(by_base[place], w * y * std::pow(x, y - 1)));
              worst = std::max(worst, ulps(by_exponent[place], w * y * std::log(x)));
            }
          REQUIRE(worst <= 4);
          REQUIRE(by_base.back() == T(-7));
          REQUIRE(by_exponent.back() == T(-7));
        }
  }
}

TEST_CASE_TEMPLATE("maximum and minimum let NaN through from both sides", T, float, double) {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  for (const Binary f : {Binary::maximum, Binary::minimum}) {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{33}}) {
      const std::vector<T> ones(static_cast<std::size_t>(n), T(1));
      const std::vector<T> nans(static_cast<std::size_t>(n), nan);
      std::vector<T> out(ones.size());
      kernel<T>(f)(ones.data(), {n, 1}, nans.data(), {n, 1}, out.data(), 1, n);
      for (const T x : out) CHECK(std::isnan(x));
      kernel<T>(f)(nans.data(), {n, 1}, ones.data(), {n, 1}, out.data(), 1, n);
      for (const T x : out) CHECK(std::isnan(x));
    }
  }
}

TEST_CASE_TEMPLATE("comparisons write bools for every layout", T, float, double) {
  bool (*const references[])(T, T) = {
      [](T a, T b) { return a == b; }, [](T a, T b) { return a != b; }, [](T a, T b) { return a < b; },
      [](T a, T b) { return a <= b; }, [](T a, T b) { return a > b; },  [](T a, T b) { return a >= b; },
  };
  for (int f = 0; f < static_cast<int>(Compare::count); ++f) {
    for (const auto& extents :
         {std::pair<std::int64_t, std::int64_t>{1, 1}, {1, 3}, {1, 100}, {7, 1}, {21, 10}, {3, 17}, {4, 33}}) {
      const std::int64_t rows = extents.first, columns = extents.second;
      for (const Layout& la : layouts(rows, columns)) {
        for (const Layout& lb : layouts(rows, columns)) {
          auto a = any_values<T>(la.size, 41);
          const auto b = any_values<T>(lb.size, 42);
          for (std::size_t i = 0; i < std::min(a.size(), b.size()); i += 3) a[i] = b[i];
          std::unique_ptr<bool[]> out(new bool[static_cast<std::size_t>(rows * columns + 1)]);
          out[static_cast<std::size_t>(rows * columns)] = true;
          kernel<T>(static_cast<Compare>(f))(a.data() + la.begin, la.steps, b.data() + lb.begin, lb.steps, out.get(),
                                             rows, columns);
          bool good = out[static_cast<std::size_t>(rows * columns)];
          for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t c = 0; c < columns; ++c) {
              const T x = a[static_cast<std::size_t>(la.begin + r * la.steps.row + c * la.steps.column)];
              const T y = b[static_cast<std::size_t>(lb.begin + r * lb.steps.row + c * lb.steps.column)];
              unsigned char byte;
              std::memcpy(&byte, &out[static_cast<std::size_t>(r * columns + c)], 1);
              good = good && byte == (references[f](x, y) ? 1 : 0);
            }
          }
          REQUIRE_MESSAGE(good, "comparison ", f, " ", rows, " x ", columns);
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("where chooses for every layout", T, float, double) {
  for (const auto& extents :
       {std::pair<std::int64_t, std::int64_t>{1, 1}, {1, 5}, {1, 100}, {9, 1}, {21, 10}, {3, 33}}) {
    const std::int64_t rows = extents.first, columns = extents.second;
    for (const Layout& lc : layouts(rows, columns)) {
      for (const Layout& la : layouts(rows, columns)) {
        for (const Layout& lb : layouts(rows, columns)) {
          const auto a = any_values<T>(la.size, 51);
          const auto b = any_values<T>(lb.size, 52);
          std::mt19937 random(53);
          std::unique_ptr<bool[]> condition(new bool[static_cast<std::size_t>(lc.size)]);
          for (std::int64_t i = 0; i < lc.size; ++i) condition[static_cast<std::size_t>(i)] = random() % 2 == 0;
          std::vector<T> out(static_cast<std::size_t>(rows * columns + 1), T(-7));
          table().loops<T>().where(condition.get() + lc.begin, lc.steps, a.data() + la.begin, la.steps,
                                   b.data() + lb.begin, lb.steps, out.data(), rows, columns);
          bool good = out.back() == T(-7);
          for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t c = 0; c < columns; ++c) {
              const auto at = [&](const Layout& l) {
                return static_cast<std::size_t>(l.begin + r * l.steps.row + c * l.steps.column);
              };
              good = good &&
                     same(out[static_cast<std::size_t>(r * columns + c)], condition[at(lc)] ? a[at(la)] : b[at(lb)]);
            }
          }
          REQUIRE(good);
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("axpby is a scaled sum", T, float, double) {
  for (const std::int64_t n : sizes) {
    const auto x = unit_values<T>(n, 61);
    const auto y = unit_values<T>(n, 62);
    std::vector<T> out = y;
    out.push_back(T(-7));
    table().loops<T>().axpby(out.data(), T(0.9), x.data(), T(-0.3), n);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Real want = static_cast<Real>(T(0.9)) * y[i] + static_cast<Real>(T(-0.3)) * x[i];
      REQUIRE(std::abs(static_cast<Real>(out[i]) - want) <= 1.5L * std::numeric_limits<T>::epsilon());
    }
    CHECK(out.back() == T(-7));
  }
}
