// The product kernel of the table in use against a long double loop: sizes, layouts, bias, special values.
// Not here: the product op and its choice of a BLAS.
#include <doctest/doctest.h>

#include <xgrad/autodiff/kernels/kernels.hpp>

#include "kernel_reference.hpp"

using namespace kernel_test;
using namespace xgrad::kernels;

namespace {

// A matrix [rows, columns] somewhere in a buffer.
struct Place {
  std::int64_t row;
  std::int64_t column;
  std::int64_t begin;
  std::int64_t size;
};

enum class Order { rows, columns, reversed, scattered, repeated };

Place place(Order order, std::int64_t rows, std::int64_t columns) {
  switch (order) {
    case Order::rows: return {columns, 1, 0, rows * columns};
    case Order::columns: return {1, rows, 0, rows * columns};
    case Order::reversed: return {-columns, -1, rows * columns - 1, rows * columns};
    case Order::scattered: return {2 * columns + 3, 2, 1, rows * (2 * columns + 3) + 1};
    case Order::repeated: return {0, 1, 0, columns};
  }
  return {};
}

template <class T>
bool product_is_right(std::int64_t m, std::int64_t n, std::int64_t k, Order a_order, Order b_order, bool has_bias) {
  const Place pa = place(a_order, m, k);
  const Place pb = place(b_order, k, n);
  const auto a = unit_values<T>(pa.size + 1, 91);
  const auto b = unit_values<T>(pb.size + 1, 92);
  const auto bias = unit_values<T>(n, 93);
  std::vector<T> c(static_cast<std::size_t>(m * n + 1), T(-7));
  table().loops<T>().product(m, n, k, a.data() + pa.begin, pa.row, pa.column, b.data() + pb.begin, pb.row, pb.column,
                             has_bias ? bias.data() : nullptr, c.data());
  const long double eps = std::numeric_limits<T>::epsilon();
  bool good = c.back() == T(-7);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      long double want = has_bias ? bias[static_cast<std::size_t>(j)] : 0;
      long double size = std::abs(want);
      for (std::int64_t p = 0; p < k; ++p) {
        const long double term =
            static_cast<long double>(a[static_cast<std::size_t>(pa.begin + i * pa.row + p * pa.column)]) *
            b[static_cast<std::size_t>(pb.begin + p * pb.row + j * pb.column)];
        want += term;
        size += std::abs(term);
      }
      const long double got = c[static_cast<std::size_t>(i * n + j)];
      good = good && std::abs(got - want) <= static_cast<long double>(k + 1) * eps / 2 * size;
    }
  }
  return good;
}

}  // namespace

TEST_CASE_TEMPLATE("products of all small sizes and layouts", T, float, double) {
  const std::int64_t extents[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 21, 33};
  const Order orders[] = {Order::rows, Order::columns, Order::reversed, Order::scattered, Order::repeated};
  int variant = 0;
  for (const std::int64_t m : extents)
    for (const std::int64_t n : extents)
      for (const std::int64_t k : {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 21, 33})
        for (const Order a : orders)
          for (const Order b : orders) {
            ++variant;
            if (a != Order::rows && a != Order::columns && b != Order::rows && b != Order::columns && variant % 5 != 0)
              continue;
            REQUIRE_MESSAGE(product_is_right<T>(m, n, k, a, b, variant % 2 == 0), m, " x ", n, " x ", k, " layouts ",
                            static_cast<int>(a), " ", static_cast<int>(b));
          }
}

TEST_CASE_TEMPLATE("large products", T, float, double) {
  for (const Order a : {Order::rows, Order::columns, Order::scattered})
    for (const Order b : {Order::rows, Order::columns, Order::scattered}) {
      CHECK(product_is_right<T>(64, 64, 64, a, b, true));
      CHECK(product_is_right<T>(100, 71, 300, a, b, false));
      CHECK(product_is_right<T>(1, 100, 1000, a, b, true));
      CHECK(product_is_right<T>(100, 1, 1000, a, b, true));
      CHECK(product_is_right<T>(300, 3, 40, a, b, true));
    }
}

TEST_CASE_TEMPLATE("products of no size", T, float, double) {
  const T one = 1;
  T c = T(-7);
  table().loops<T>().product(0, 3, 2, &one, 2, 1, &one, 3, 1, nullptr, &c);
  table().loops<T>().product(3, 0, 2, &one, 2, 1, &one, 0, 1, nullptr, &c);
  CHECK(c == T(-7));
  table().loops<T>().product(1, 1, 0, &one, 0, 1, &one, 1, 1, nullptr, &c);
  CHECK(c == T(0));
  table().loops<T>().product(1, 1, 0, &one, 0, 1, &one, 1, 1, &one, &c);
  CHECK(c == T(1));
}

TEST_CASE_TEMPLATE("NaN and infinity stay in their row and column of a product", T, float, double) {
  const std::int64_t m = 21;
  const std::int64_t k = 11;
  for (const std::int64_t n : {1, 2, 5, 10, 16, 19, 40}) {
    for (const bool transposed : {false, true}) {
      std::vector<T> a(static_cast<std::size_t>(m * k), T(1));
      std::vector<T> b(static_cast<std::size_t>(k * n), T(1));
      a[static_cast<std::size_t>(3 * k + k - 1)] = std::numeric_limits<T>::quiet_NaN();
      b[static_cast<std::size_t>(transposed ? (n - 1) * k : n - 1)] = std::numeric_limits<T>::infinity();
      std::vector<T> c(static_cast<std::size_t>(m * n));
      table().loops<T>().product(m, n, k, a.data(), k, 1, b.data(), transposed ? 1 : n, transposed ? k : 1, nullptr,
                                 c.data());
      bool good = true;
      for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
          const T got = c[static_cast<std::size_t>(i * n + j)];
          good = good && (i == 3 ? std::isnan(got) : got == (j == n - 1 ? std::numeric_limits<T>::infinity() : T(k)));
        }
      CHECK_MESSAGE(good, "n = ", n);
    }
  }
}
