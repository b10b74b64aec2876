// sum and max of the kernel table in use against long double loops, and how little long sums round.
// Not here: elementwise kernels (test_kernels.cpp).
#include <doctest/doctest.h>

#include <xgrad/autodiff/kernels/kernels.hpp>

#include "kernel_reference.hpp"

using namespace kernel_test;
using namespace xgrad::kernels;

namespace {

template <class T>
std::vector<T> reduced(ReduceFn<T> f, const std::vector<T>& x, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  std::vector<T> out(static_cast<std::size_t>(outer * inner + 1), T(-7));
  f(x.data(), out.data(), outer, n, inner);
  CHECK(out.back() == T(-7));
  out.pop_back();
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("sum is right for every shape", T, float, double) {
  const long double eps = std::numeric_limits<T>::epsilon();
  for (const std::int64_t outer : {std::int64_t{1}, std::int64_t{3}}) {
    for (const std::int64_t n : sizes) {
      for (const std::int64_t inner : {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 33, 64, 65, 130, 1100}) {
        const auto x = unit_values<T>(outer * n * inner, 71);
        const auto got = reduced<T>(table().loops<T>().sum, x, outer, n, inner);
        bool good = true;
        for (std::int64_t o = 0; o < outer; ++o) {
          for (std::int64_t i = 0; i < inner; ++i) {
            long double want = 0;
            long double size = 0;
            for (std::int64_t k = 0; k < n; ++k) {
              const T value = x[static_cast<std::size_t>((o * n + k) * inner + i)];
              want += value;
              size += std::abs(value);
            }
            // No element goes through more than 16 + 2 + 4 additions before the rounding errors are taken in.
            good = good && std::abs(static_cast<long double>(got[static_cast<std::size_t>(o * inner + i)]) - want) <=
                               12 * eps * size;
          }
        }
        REQUIRE_MESSAGE(good, outer, " x ", n, " x ", inner);
      }
    }
  }
}

TEST_CASE_TEMPLATE("max is right for every shape, NaN wins", T, float, double) {
  for (const std::int64_t outer : {std::int64_t{1}, std::int64_t{3}}) {
    for (const std::int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 66, 1000}) {
      for (const std::int64_t inner : {1, 2, 3, 4, 5, 8, 10, 16, 17, 33, 130, 1100}) {
        auto x = unit_values<T>(outer * n * inner, 81);
        for (T& value : x) value -= 2;  // zeros in masked lanes would win
        x[x.size() / 2] = std::numeric_limits<T>::quiet_NaN();
        if (x.size() > 1) x[x.size() / 3] = std::numeric_limits<T>::infinity();
        const auto got = reduced<T>(table().loops<T>().max, x, outer, n, inner);
        bool good = true;
        for (std::int64_t o = 0; o < outer; ++o) {
          for (std::int64_t i = 0; i < inner; ++i) {
            T want = -std::numeric_limits<T>::infinity();
            for (std::int64_t k = 0; k < n; ++k) {
              const T value = x[static_cast<std::size_t>((o * n + k) * inner + i)];
              want = std::isnan(want) || want > value ? want : value;
            }
            good = good && same(got[static_cast<std::size_t>(o * inner + i)], want);
          }
        }
        REQUIRE_MESSAGE(good, outer, " x ", n, " x ", inner);
      }
    }
  }
}

TEST_CASE_TEMPLATE("NaN wins a max at every place", T, float, double) {
  for (std::int64_t n = 1; n < 70; ++n) {
    for (std::int64_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), T(-1));
      x[static_cast<std::size_t>(at)] = std::numeric_limits<T>::quiet_NaN();
      REQUIRE(std::isnan(reduced<T>(table().loops<T>().max, x, 1, n, 1)[0]));
    }
    const std::vector<T> lowest(static_cast<std::size_t>(n), -std::numeric_limits<T>::infinity());
    REQUIRE(reduced<T>(table().loops<T>().max, lowest, 1, n, 1)[0] == -std::numeric_limits<T>::infinity());
  }
}

TEST_CASE_TEMPLATE("infinities and NaN go through long sums as through short ones", T, float, double) {
  const T inf = std::numeric_limits<T>::infinity();
  for (const std::int64_t inner : {std::int64_t{1}, std::int64_t{2}, std::int64_t{200}}) {
    const std::int64_t n = 5000;
    std::vector<T> x(static_cast<std::size_t>(n * inner), T(1));
    x[static_cast<std::size_t>(3 * inner)] = inf;
    CHECK(reduced<T>(table().loops<T>().sum, x, 1, n, inner)[0] == inf);
    x[static_cast<std::size_t>(4000 * inner)] = -inf;
    CHECK(std::isnan(reduced<T>(table().loops<T>().sum, x, 1, n, inner)[0]));
    x[static_cast<std::size_t>(3 * inner)] = T(1);
    CHECK(reduced<T>(table().loops<T>().sum, x, 1, n, inner)[0] == -inf);
    const std::vector<T> huge(static_cast<std::size_t>(n * inner), std::numeric_limits<T>::max());
    CHECK(reduced<T>(table().loops<T>().sum, huge, 1, n, inner)[0] == inf);
  }
}

TEST_CASE("long float sums do not lose ones") {
  const std::int64_t n = (std::int64_t{1} << 24) + 4096;
  const std::vector<float> ones(static_cast<std::size_t>(3 * n), 1.0f);
  const auto sum = table().f32.sum;
  CHECK(reduced<float>(sum, ones, 1, std::int64_t{1} << 25, 1)[0] == 33554432.0f);
  for (const std::int64_t inner : {1, 2, 3})
    for (const float x : reduced<float>(sum, ones, 1, n, inner)) CHECK(x == 16781312.0f);
}

TEST_CASE("the error of a float sum does not grow with n") {
  const float tenth = 0.1f;
  for (const std::int64_t n : {1000, 100000, 10000000}) {
    const std::vector<float> x(static_cast<std::size_t>(2 * n), tenth);
    const long double want = static_cast<long double>(tenth) * static_cast<long double>(n);
    CHECK(ulps(reduced<float>(table().f32.sum, x, 1, n, 1)[0], want) <= 4);
    CHECK(ulps(reduced<float>(table().f32.sum, x, 1, n, 2)[1], want) <= 4);
  }
}
