// softmax, log_softmax, logsumexp and leaky_relu of the kernel table in use against long double loops.
// Not here: axes (test_registry.cpp), infinities as a user sees them (test_softmax.cpp).
#include <doctest/doctest.h>

#include <xgrad/autodiff/kernels/kernels.hpp>

#include "kernel_reference.hpp"

#include <algorithm>

using namespace kernel_test;
using namespace xgrad::kernels;

namespace {

using Real = long double;

template <class T>
SoftmaxFn<T> kernel(Softmax f) {
  return table().loops<T>().softmax[static_cast<int>(f)];
}

// log(sum of e^(x - most)): the largest adds exactly 1.
template <class T>
Real log_of_sum(const T* x, std::int64_t n, Real most) {
  Real others = 0;
  bool left_out = false;
  for (std::int64_t i = 0; i < n; ++i) {
    if (!left_out && static_cast<Real>(x[i]) == most)
      left_out = true;
    else
      others += std::exp(static_cast<Real>(x[i]) - most);
  }
  return std::log1p(others);
}

template <class T>
struct Worst {
  double softmax = 0, log_softmax = 0, logsumexp = 0;
};

// The largest errors over rows of n logits of the given size.
template <class T>
Worst<T> errors(std::int64_t n, T size, unsigned seed) {
  constexpr std::int64_t rows = 5;
  auto x = unit_values<T>(rows * n, seed);
  for (T& value : x) value *= size;
  if (n > 2) x[1] = x[0];  // perhaps a tie
  std::vector<T> shares(x.size() + 1, T(-7)), logs(x.size() + 1, T(-7)), sums(rows + 1, T(-7));
  kernel<T>(Softmax::softmax)(x.data(), shares.data(), rows, n, 1);
  kernel<T>(Softmax::log_softmax)(x.data(), logs.data(), rows, n, 1);
  kernel<T>(Softmax::logsumexp)(x.data(), sums.data(), rows, n, 1);
  CHECK(shares.back() == T(-7));
  CHECK(logs.back() == T(-7));
  CHECK(sums.back() == T(-7));
  Worst<T> worst;
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* row = x.data() + r * n;
    const Real most = static_cast<Real>(*std::max_element(row, row + n));
    const Real log_sum = log_of_sum(row, n, most);
    for (std::int64_t i = 0; i < n; ++i) {
      const Real log_share = static_cast<Real>(row[i]) - most - log_sum;
      const auto at = static_cast<std::size_t>(r * n + i);
      worst.softmax = std::max(worst.softmax, ulps(shares[at], std::exp(log_share)));
      worst.log_softmax = std::max(worst.log_softmax, ulps(logs[at], log_share));
    }
    // In units of the larger part, since the two may cancel.
    const Real off = std::abs(static_cast<Real>(sums[static_cast<std::size_t>(r)]) - (most + log_sum));
    const Real unit = std::max(std::abs(most), log_sum) * std::numeric_limits<T>::epsilon();
    if (off != 0) worst.logsumexp = std::max(worst.logsumexp, static_cast<double>(off / unit));
  }
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("softmax and its logarithms are within a few ulps for logits of any size", T, float, double) {
  Worst<T> worst;
  for (const std::int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 33, 100, 1000, 5000})
    for (const double size : {1e-3, 1.0, 6.0, 40.0, 100.0, 700.0, 1e4, 1e30}) {
      const Worst<T> here = errors<T>(n, static_cast<T>(size), static_cast<unsigned>(n));
      worst.softmax = std::max(worst.softmax, here.softmax);
      worst.log_softmax = std::max(worst.log_softmax, here.log_softmax);
      worst.logsumexp = std::max(worst.logsumexp, here.logsumexp);
    }
  // 3.6 with AVX-512, 4.3 without: the errors of an exponential, a sum and a quotient.
  CHECK(worst.softmax <= 5);
  CHECK(worst.log_softmax <= 3);
  CHECK(worst.logsumexp <= 2);
}

TEST_CASE_TEMPLATE("rows in place, and each row by itself, give the same bits", T, float, double) {
  for (const std::int64_t n : {1, 3, 7, 16, 17, 40}) {
    const std::int64_t rows = 9;
    const auto x = unit_values<T>(rows * n, 5);
    for (const Softmax f : {Softmax::softmax, Softmax::log_softmax}) {
      std::vector<T> all(x.size()), single(x.size());
      kernel<T>(f)(x.data(), all.data(), rows, n, 1);
      for (std::int64_t r = 0; r < rows; ++r) kernel<T>(f)(x.data() + r * n, single.data() + r * n, 1, n, 1);
      auto in_place = x;
      kernel<T>(f)(in_place.data(), in_place.data(), rows, n, 1);
      for (std::size_t i = 0; i < x.size(); ++i) {
        REQUIRE(same(all[i], single[i]));
        REQUIRE(same(all[i], in_place[i]));
      }
    }
  }
}

TEST_CASE_TEMPLATE("NaN makes a whole row NaN, infinities share it", T, float, double) {
  const T inf = std::numeric_limits<T>::infinity();
  for (const std::int64_t n : {1, 2, 5, 16, 37})
    for (std::int64_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), T(1)), out(x.size());
      const auto place = static_cast<std::size_t>(at);
      x[place] = std::numeric_limits<T>::quiet_NaN();
      T sum = 0;
      kernel<T>(Softmax::softmax)(x.data(), out.data(), 1, n, 1);
      for (const T value : out) REQUIRE(std::isnan(value));
      kernel<T>(Softmax::log_softmax)(x.data(), out.data(), 1, n, 1);
      for (const T value : out) REQUIRE(std::isnan(value));
      kernel<T>(Softmax::logsumexp)(x.data(), &sum, 1, n, 1);
      REQUIRE(std::isnan(sum));
      x[place] = inf;
      kernel<T>(Softmax::softmax)(x.data(), out.data(), 1, n, 1);
      for (std::size_t i = 0; i < out.size(); ++i) REQUIRE(out[i] == (i == place ? T(1) : T(0)));
      kernel<T>(Softmax::log_softmax)(x.data(), out.data(), 1, n, 1);
      for (std::size_t i = 0; i < out.size(); ++i) REQUIRE(out[i] == (i == place ? T(0) : -inf));
      kernel<T>(Softmax::logsumexp)(x.data(), &sum, 1, n, 1);
      REQUIRE(sum == inf);
      // All but one are -inf: the one has all.
      std::fill(x.begin(), x.end(), -inf);
      x[place] = T(3);
      kernel<T>(Softmax::softmax)(x.data(), out.data(), 1, n, 1);
      for (std::size_t i = 0; i < out.size(); ++i) REQUIRE(out[i] == (i == place ? T(1) : T(0)));
      kernel<T>(Softmax::logsumexp)(x.data(), &sum, 1, n, 1);
      REQUIRE(sum == T(3));
    }
}

TEST_CASE_TEMPLATE("columns are rows that lie otherwise, special values included", T, float, double) {
  const T inf = std::numeric_limits<T>::infinity();
  for (const std::int64_t n : {1, 2, 7, 40, 300})
    for (const std::int64_t inner : {2, 3, 8, 15, 16, 17, 40})
      for (const bool is_special : {false, true}) {
        const std::int64_t outer = 2, columns = outer * inner;
        std::vector<T> rows = unit_values<T>(columns * n, 7);
        for (T& value : rows) value *= 20;
        if (is_special)
          for (std::int64_t c = 0; c < columns; ++c) {
            T* row = rows.data() + c * n;
            if (c % 5 == 1) std::fill_n(row, n, -inf);
            if (c % 5 == 2) row[n / 2] = inf;
            if (c % 5 == 3) row[n / 3] = std::numeric_limits<T>::quiet_NaN();
            if (c % 5 == 4) row[0] = row[n - 1] = c % 2 == 0 ? inf : -inf;
          }
        const auto moved = [&](const std::vector<T>& from) {
          std::vector<T> to(from.size() + 1, T(-7));
          for (std::int64_t o = 0; o < outer; ++o)
            for (std::int64_t k = 0; k < n; ++k)
              for (std::int64_t i = 0; i < inner; ++i)
                to[static_cast<std::size_t>((o * n + k) * inner + i)] =
                    from[static_cast<std::size_t>((o * inner + i) * n + k)];
          return to;
        };
        const auto near = [&](const std::vector<T>& got, const std::vector<T>& want, T unit) {
          for (std::size_t i = 0; i < want.size(); ++i)
            if (!(same(got[i], want[i]) || std::abs(got[i] - want[i]) <= unit * std::max(T(1), std::abs(want[i]))))
              return false;
          return got.size() == want.size();
        };
        const T unit = 40 * std::numeric_limits<T>::epsilon();
        const std::vector<T> x = moved(rows);
        std::vector<T> by_row(rows.size()), by_column(x.size(), T(-7));
        for (const Softmax f : {Softmax::softmax, Softmax::log_softmax}) {
          kernel<T>(f)(rows.data(), by_row.data(), columns, n, 1);
          kernel<T>(f)(x.data(), by_column.data(), outer, n, inner);
          REQUIRE(near(by_column, moved(by_row), unit));
          const auto b = f == Softmax::softmax ? SoftmaxBackward::softmax : SoftmaxBackward::log_softmax;
          const auto backward = table().loops<T>().softmax_backward[static_cast<int>(b)];
          const std::vector<T> g = unit_values<T>(columns * n, 8), moved_g = moved(g), y = moved(by_row);
          std::vector<T> row_slopes(rows.size()), column_slopes(x.size(), T(-7));
          backward(g.data(), by_row.data(), row_slopes.data(), columns, n, 1);
          backward(moved_g.data(), y.data(), column_slopes.data(), outer, n, inner);
          REQUIRE(near(column_slopes, moved(row_slopes), unit));
        }
        std::vector<T> row_sums(static_cast<std::size_t>(columns)), column_sums(row_sums.size() + 1, T(-7));
        kernel<T>(Softmax::logsumexp)(rows.data(), row_sums.data(), columns, n, 1);
        kernel<T>(Softmax::logsumexp)(x.data(), column_sums.data(), outer, n, inner);
        row_sums.push_back(T(-7));
        REQUIRE(near(column_sums, row_sums, unit));
      }
}

TEST_CASE_TEMPLATE("leaky_relu scales what does not lie above 0", T, float, double) {
  for (const std::int64_t n : sizes) {
    const auto g = any_values<T>(n, 3);
    const auto x = any_values<T>(n, 4);
    std::vector<T> out(g.size() + 1, T(-7));
    table().loops<T>().leaky_relu(g.data(), x.data(), T(0.25), out.data(), n);
    for (std::size_t i = 0; i < g.size(); ++i) REQUIRE(same(out[i], x[i] > 0 ? g[i] : T(0.25) * g[i]));
    REQUIRE(out.back() == T(-7));
  }
}

TEST_CASE_TEMPLATE("binary cross-entropy of logits keeps its digits where the target is 0 or 1", T, float, double) {
  auto x = unit_values<T>(4000, 9);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] *= static_cast<T>(i % 4 == 0 ? 1 : (i % 4 == 1 ? 20 : 80));
  std::vector<T> loss(x.size()), difference(x.size());
  const auto n = static_cast<std::int64_t>(x.size());
  for (const T target : {T(0), T(1)}) {
    const auto f = [&](Binary kind, std::vector<T>& out) {
      table().loops<T>().binary[static_cast<int>(kind)](x.data(), {n, 1}, &target, {0, 0}, out.data(), 1, n);
    };
    f(Binary::bce_with_logits, loss);
    f(Binary::sigmoid_difference, difference);
    double worst_loss = 0, worst_difference = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Real v = target == 1 ? -static_cast<Real>(x[i]) : static_cast<Real>(x[i]);
      const Real want = std::fmax(v, Real(0)) + std::log1p(std::exp(-std::abs(v)));
      const Real share = v > 0 ? 1 / (1 + std::exp(-v)) : std::exp(v) / (1 + std::exp(v));
      worst_loss = std::max(worst_loss, ulps(loss[i], want));
      worst_difference = std::max(worst_difference, ulps(difference[i], target == 1 ? -share : share));
    }
    CHECK(worst_loss <= 2.5);
    CHECK(worst_difference <= 2.5);
  }
}
