// The random words and the numbers made from them: known answers, golden bits, statistics at fixed seeds.
// Not here: generators and random tensors (test_random.cpp).
#include <doctest/doctest.h>

#include <xgrad/autodiff/box_muller.hpp>
#include <xgrad/autodiff/random_fill.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

using namespace xgrad;
using namespace xgrad::detail;

namespace {

template <class T>
std::vector<T> drawn(std::int64_t n, const std::function<void(T*)>& fill) {
  std::vector<T> values(static_cast<std::size_t>(n));
  fill(values.data());
  return values;
}

std::array<std::uint32_t, 4> block(std::array<std::uint32_t, 4> counter, std::uint32_t key0, std::uint32_t key1) {
  PhiloxBlocks<1> x{};
  for (std::size_t w = 0; w < 4; ++w) x.words[w][0] = counter[w];
  philox4x32(x, key0, key1);
  return {x.words[0][0], x.words[1][0], x.words[2][0], x.words[3][0]};
}

/// The largest distance between the empirical distribution and `cdf`, times sqrt(n): above 1.95 once in 1000 times.
template <class T>
double kolmogorov(std::vector<T> values, const std::function<double(double)>& cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double p = cdf(static_cast<double>(values[i]));
    distance = std::max({distance, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return distance * std::sqrt(n);
}

/// Pearson's statistic for equal chances, brought to mean 0 and variance 1.
double chi_square(const std::vector<std::int64_t>& counts, std::int64_t n) {
  const auto bins = static_cast<double>(counts.size());
  const double want = static_cast<double>(n) / bins;
  double sum = 0;
  for (std::int64_t count : counts) sum += std::pow(static_cast<double>(count) - want, 2) / want;
  return (sum - (bins - 1)) / std::sqrt(2 * (bins - 1));
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

struct Moments {
  double mean = 0, variance = 0, skewness = 0, kurtosis = 0, lag1 = 0;
};

template <class T>
Moments moments(const std::vector<T>& values) {
  const auto n = static_cast<double>(values.size());
  Moments m;
  for (T x : values) m.mean += static_cast<double>(x) / n;
  double before = 0;
  for (T x : values) {
    const double d = static_cast<double>(x) - m.mean;
    m.variance += d * d / n;
    m.skewness += d * d * d / n;
    m.kurtosis += d * d * d * d / n;
    m.lag1 += d * before / n;
    before = d;
  }
  m.skewness /= std::pow(m.variance, 1.5);
  m.kurtosis /= m.variance * m.variance;
  m.lag1 /= m.variance;
  return m;
}

constexpr std::int64_t n = 1000000;
constexpr RandomKey key{20240601, 7};

}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers of Random123") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(block({0, 0, 0, 0}, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(block({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffff, 0xffffffff) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(block({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("seed, call and number of the block all reach the words, each with all its bits") {
  const RandomKey wide{0x0123456789abcdef, 0xfedcba9876543210};
  const std::uint64_t first = 0xfffffffe;
  const auto blocks = philox_blocks<4>(wide, first);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint64_t number = first + i;
    const auto want =
        block({static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32), 0x76543210, 0xfedcba98},
              0x89abcdef, 0x01234567);
    for (std::size_t w = 0; w < 4; ++w) CHECK(blocks.words[w][i] == want[w]);
  }
}

TEST_CASE("an element depends on key and index only, whatever part of the array is asked for") {
  const auto check = [](const auto& fill, auto zero) {
    using T = decltype(zero);
    const auto whole = drawn<T>(300, [&](T* out) { fill(0, 300, out); });
    for (std::int64_t first : {0, 1, 2, 3, 31, 32, 33, 64, 95, 128, 200})
      for (std::int64_t count : {0, 1, 2, 5, 31, 32, 33, 64, 77, 100}) {
        const auto part = drawn<T>(count + 1, [&](T* out) { fill(first, count, out); });
        CAPTURE(first);
        CAPTURE(count);
        CHECK(std::equal(part.begin(), part.end() - 1, whole.begin() + first));
        CHECK(part.back() == T(0));
      }
  };
  check([](auto first, auto count, float* out) { fill_uniform(key, first, count, 0.0F, 1.0F, out); }, 0.0F);
  check([](auto first, auto count, double* out) { fill_uniform(key, first, count, 0.0, 1.0, out); }, 0.0);
  check([](auto first, auto count, float* out) { fill_normal(key, first, count, 0, 1, out); }, 0.0F);
  check([](auto first, auto count, double* out) { fill_normal(key, first, count, 0, 1, out); }, 0.0);
  check([](auto first, auto count, std::int64_t* out) { fill_integers(key, first, count, -9, 9, out); },
        std::int64_t{0});
  // A range for which every fourth draw is repeated.
  constexpr auto low = std::numeric_limits<std::int64_t>::min();
  check([](auto first, auto count, std::int64_t* out) { fill_integers(key, first, count, low, low / -2, out); },
        std::int64_t{0});
}

TEST_CASE("other seeds and other calls give other numbers") {
  const auto of = [](RandomKey k) {
    return drawn<double>(1000, [k](double* out) { fill_uniform(k, 0, 1000, 0.0, 1.0, out); });
  };
  const auto base = of({1, 1});
  for (RandomKey other : {RandomKey{1, 2}, {2, 1}, {1, 0}, {0, 1}, {1, 1ULL << 32 | 1}, {1ULL << 32 | 1, 1}}) {
    const auto values = of(other);
    double correlation = 0;
    for (std::size_t i = 0; i < 1000; ++i) correlation += 12 * (values[i] - 0.5) * (base[i] - 0.5) / 1000;
    CHECK(std::abs(correlation) < 3.3 / std::sqrt(1000.0));
  }
}

TEST_CASE("golden bits, the same on every machine") {
  const RandomKey k{42, 3};
  const std::int64_t far = 1000000000001;
  float f[6];
  double d[6];
  std::int64_t i[6];
  const auto check = [&](const auto& got, const auto& want) {
    for (std::size_t e = 0; e < 6; ++e) CHECK(got[e] == want[e]);
  };
  const auto parts = [&](const auto& fill) {
    fill(0, 4, 0);
    fill(far, 2, 4);
  };
  parts([&](auto first, auto count, int at) { fill_uniform(k, first, count, 0.0F, 1.0F, f + at); });
  check(f, std::to_array<float>(
               {0x1.4a34cp-5F, 0x1.c85228p-2F, 0x1.72318cp-1F, 0x1.3240b6p-1F, 0x1.96985cp-1F, 0x1.dfd96cp-1F}));
  parts([&](auto first, auto count, int at) { fill_uniform(k, first, count, -1.5, 2.0, d + at); });
  check(d, std::to_array<double>({-0x1.5be2389e17036p+0, 0x1.07d6b622fe282p+0, 0x1.4f3c33f3bef68p-2,
                                  0x1.a3d85117b4fep-1, 0x1.0df6dbe83002p-1, -0x1.20c02c075142ap+0}));
  parts([&](auto first, auto count, int at) { fill_normal(k, first, count, 0, 1, f + at); });
  check(f, std::to_array<float>(
               {-0x1.31a2bcp+1F, 0x1.b2b804p-1F, -0x1.5062e6p-1F, -0x1.dcf3p-2F, -0x1.ba0418p-3F, -0x1.69958ap-2F}));
  parts([&](auto first, auto count, int at) { fill_normal(k, first, count, 0, 1, d + at); });
  check(d, std::to_array<double>({-0x1.b59536e39f295p-2, -0x1.3fbd03519f2bdp+1, -0x1.2fdd5629b41c5p-1,
                                  -0x1.f2636e627a441p-1, -0x1.ff38c2f26acb7p-2, 0x1.0e1215b12129dp+1}));
  parts([&](auto first, auto count, int at) { fill_integers(k, first, count, -1000, 1000, i + at); });
  check(i, std::to_array<std::int64_t>({-109, 196, -769, -503, -642, 583}));
  fill_permutation(k, 6, i);
  check(i, std::to_array<std::int64_t>({5, 4, 3, 2, 0, 1}));
}

TEST_CASE("golden bits of a million normals: no rounding differs") {
  // Added as integers, so that every bit of every element counts.
  const auto values = drawn<double>(n, [](double* out) { fill_normal(key, 0, n, 0, 1, out); });
  std::uint64_t sum = 0;
  for (double x : values) sum = sum * 31 + std::bit_cast<std::uint64_t>(x);
  CHECK(sum == 0x81bfe1be370bc96c);
  const auto floats = drawn<float>(n, [](float* out) { fill_normal(key, 0, n, 0, 1, out); });
  sum = 0;
  for (float x : floats) sum = sum * 31 + std::bit_cast<std::uint32_t>(x);
  CHECK(sum == 0xf1bcf3713c41ef70);
}

TEST_CASE_TEMPLATE("uniform numbers are uniform", T, float, double) {
  const auto values = drawn<T>(n, [](T* out) { fill_uniform(key, 0, n, T(0), T(1), out); });
  CHECK(*std::min_element(values.begin(), values.end()) >= T(0));
  CHECK(*std::max_element(values.begin(), values.end()) < T(1));
  const double sigma = 1 / std::sqrt(static_cast<double>(n));
  const Moments m = moments(values);
  CHECK(std::abs(m.mean - 0.5) < 3.3 * sigma * std::sqrt(1 / 12.0));
  CHECK(std::abs(m.variance - 1 / 12.0) < 3.3 * sigma * std::sqrt(1 / 180.0));
  CHECK(std::abs(m.lag1) < 3.3 * sigma);
  CHECK(kolmogorov(values, [](double x) { return x; }) < 1.95);
  // The digits far behind the point are as random as the first ones: the last 8 bits of the steps.
  const double steps = sizeof(T) == 4 ? 0x1p24 : 0x1p53;
  bool whole = true;
  std::vector<std::int64_t> high(256), low(256);
  for (T x : values) {
    const double step = static_cast<double>(x) * steps;
    whole &= step == std::floor(step);
    ++high[static_cast<std::size_t>(x * T(256))];
    ++low[static_cast<std::size_t>(std::fmod(step, 256))];
  }
  CHECK(whole);
  CHECK(std::abs(chi_square(high, n)) < 3.5);
  CHECK(std::abs(chi_square(low, n)) < 3.5);
}

TEST_CASE_TEMPLATE("uniform numbers stay below the upper bound, and reach the lower one", T, float, double) {
  const auto in = [](T low, T high) {
    return drawn<T>(1000, [=](T* out) { fill_uniform(key, 0, 1000, low, high, out); });
  };
  const T one = std::nextafter(T(1), T(2));
  CHECK(in(T(1), one) == std::vector<T>(1000, T(1)));
  const T wide = std::ldexp(T(1), std::numeric_limits<T>::digits);
  const auto values = in(wide, wide + 8);
  CHECK(*std::min_element(values.begin(), values.end()) == wide);
  CHECK(*std::max_element(values.begin(), values.end()) == wide + 6);
  const T least = -std::numeric_limits<T>::denorm_min();
  CHECK(in(least, T(0)) == std::vector<T>(1000, least));
}

TEST_CASE("our logarithm and circle are right to the last bits") {
  const auto u = drawn<double>(100000, [](double* out) { fill_uniform(key, 0, 100000, 0.0, 1.0, out); });
  long double worst_log = 0, worst_circle = 0;
  const auto check_log = [&](double x) {
    const long double want = std::log(static_cast<long double>(x));
    const double ulp = std::nextafter(std::abs(static_cast<double>(want)), 1e300) - std::abs(static_cast<double>(want));
    worst_log = std::max(worst_log, std::abs(want - log_of(x)) / ulp);
  };
  for (double x : u) {
    const double positive = x + 0x1p-54;
    check_log(positive);
    check_log(positive * positive * positive);
    check_log(1 - positive * 0x1p-10);
    check_log(1 - positive * 0x1p-30);
  }
  check_log(0x1p-53);
  check_log(0x1p-33);
  CHECK(log_of(1.0) == 0.0);
  CHECK(worst_log < 1.0);
  for (double x : u)
    for (std::uint32_t quadrant = 0; quadrant < 4; ++quadrant) {
      const double t = x / 4 - 0.125;
      const long double angle = 2 * std::numbers::pi_v<long double> * (quadrant / 4.0L + t);
      const Point p = unit_circle(quadrant, t);
      worst_circle = std::max({worst_circle, std::abs(p.x - std::cos(angle)), std::abs(p.y - std::sin(angle))});
    }
  CHECK(worst_circle < 0x1p-52);
}

TEST_CASE_TEMPLATE("normal numbers are normal", T, float, double) {
  const auto values = drawn<T>(n, [](T* out) { fill_normal(key, 0, n, 0, 1, out); });
  const double sigma = 1 / std::sqrt(static_cast<double>(n));
  const Moments m = moments(values);
  CHECK(std::abs(m.mean) < 3.3 * sigma);
  CHECK(std::abs(m.variance - 1) < 3.3 * sigma * std::sqrt(2.0));
  CHECK(std::abs(m.skewness) < 3.3 * sigma * std::sqrt(6.0));
  CHECK(std::abs(m.kurtosis - 3) < 3.3 * sigma * std::sqrt(24.0));
  CHECK(std::abs(m.lag1) < 3.3 * sigma);
  CHECK(kolmogorov(values, normal_cdf) < 1.95);
  // The two of a pair share their radius: their squares must not be correlated either.
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const auto a = static_cast<double>(values[i]), b = static_cast<double>(values[i + 1]);
    squares += (a * a - 1) * (b * b - 1) / 2 / (n / 2);
  }
  CHECK(std::abs(squares) < 3.3 * sigma * std::sqrt(2.0));
  for (double limit : {1.0, 2.0, 3.0, 4.0, 4.5}) {
    const double want = static_cast<double>(n) * normal_cdf(-limit);
    const auto above = std::count_if(values.begin(), values.end(), [&](T x) { return x > static_cast<T>(limit); });
    const auto under = std::count_if(values.begin(), values.end(), [&](T x) { return x < -static_cast<T>(limit); });
    CHECK(std::abs(static_cast<double>(above) - want) < 3.5 * std::sqrt(want));
    CHECK(std::abs(static_cast<double>(under) - want) < 3.5 * std::sqrt(want));
  }
}

TEST_CASE("mean and standard deviation shift and scale the standard normal") {
  double z[9], x[9];
  fill_normal(key, 0, 9, 0, 1, z);
  fill_normal(key, 0, 9, -3, 0.25, x);
  for (int i = 0; i < 9; ++i) CHECK(x[i] == -3 + 0.25 * z[i]);
  fill_normal(key, 0, 9, 5, 0, x);
  for (double value : x) CHECK(value == 5);
}

TEST_CASE("integers are equally likely") {
  const auto in = [](std::int64_t low, std::int64_t high) {
    return drawn<std::int64_t>(n, [=](std::int64_t* out) { fill_integers(key, 0, n, low, high, out); });
  };
  std::vector<std::int64_t> counts(1003);
  for (std::int64_t x : in(-3, 1000)) ++counts.at(static_cast<std::size_t>(x + 3));
  CHECK(std::abs(chi_square(counts, n)) < 3.5);

  CHECK(in(5, 6) == std::vector<std::int64_t>(n, 5));

  // 3 * 2^62 values: of 2^64 words, without a rejection, a remainder of 0 would get one half.
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  counts.assign(3, 0);
  for (std::int64_t x : in(least, least / -2)) ++counts[(static_cast<std::uint64_t>(x) - (1ULL << 63)) % 3];
  CHECK(std::abs(chi_square(counts, n)) < 3.5);

  // All values but one.
  counts.assign(256, 0);
  for (std::int64_t x : in(least, std::numeric_limits<std::int64_t>::max()))
    ++counts[static_cast<std::uint64_t>(x) >> 56];
  CHECK(std::abs(chi_square(counts, n)) < 3.5);
}

TEST_CASE("permutations hold every number once, and all orders are equally likely") {
  for (std::int64_t size : {0, 1, 2, 3, 100, 4097}) {
    auto order = drawn<std::int64_t>(size, [&](std::int64_t* out) { fill_permutation(key, size, out); });
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < size; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }
  std::vector<std::int64_t> counts(256);
  constexpr std::int64_t draws = 240000;
  for (std::uint64_t call = 0; call < draws; ++call) {
    std::int64_t order[4];
    fill_permutation({99, call}, 4, order);
    ++counts[static_cast<std::size_t>(order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3])];
  }
  std::erase(counts, 0);
  CHECK(counts.size() == 24);
  CHECK(std::abs(chi_square(counts, draws)) < 3.5);
}
