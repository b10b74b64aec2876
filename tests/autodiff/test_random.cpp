// Generators and random tensors: shapes, dtypes, the numbering of calls, errors.
// Not here: the quality of the numbers (test_philox.cpp).
#include <doctest/doctest.h>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/random.hpp>
#include <xgrad/autodiff/random_fill.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

using namespace xgrad;

namespace {

bool same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.array().data, b.array().data, static_cast<std::size_t>(a.size()) * size_of(a.dtype())) == 0;
}

/// The message of the error E that `call` throws.
template <class E>
std::string message(const std::function<void()>& call) {
  try {
    call();
  } catch (const E& error) {
    return error.message();
  }
  return "nothing thrown";
}

}  // namespace

TEST_CASE("shapes and dtypes") {
  Generator generator(1);
  CHECK(rand({2, 3}).shape() == Shape{2, 3});
  CHECK(rand({2, 3}).dtype() == float32);
  CHECK(rand({2}, float64).dtype() == float64);
  CHECK(randn({2, 0, 3}).size() == 0);
  CHECK(randn({}, float64, generator).rank() == 0);
  CHECK(uniform(-1, 1, {4}, {.dtype = float64}).dtype() == float64);
  CHECK(normal(0, 1, {4}).dtype() == float32);
  CHECK(randint(0, 9, {3, 1}).shape() == Shape{3, 1});
  CHECK(randint(0, 9, {3, 1}).dtype() == int64);
  CHECK(randperm(5).shape() == Shape{5});
  CHECK(randperm(0).size() == 0);
  CHECK_FALSE(rand({2}).requires_grad());
  CHECK(randn({2}, {.requires_grad = true}).requires_grad());
  const DefaultDtype guard(float64);
  CHECK(rand({2}).dtype() == float64);
  CHECK(normal(0, 1, {2}).dtype() == float64);
}

TEST_CASE("each function gives the numbers of the generator's next call") {
  Generator generator(77, 5);
  CHECK(generator.seed() == 77);
  CHECK(generator.calls() == 5);
  std::vector<float> f(6);
  std::vector<double> d(6);
  std::vector<std::int64_t> i(6);
  detail::fill_uniform({77, 5}, 0, 6, 0.0F, 1.0F, f.data());
  CHECK(same(rand({6}, {}, generator), tensor(f)));
  detail::fill_uniform({77, 6}, 0, 6, -2.0, 3.0, d.data());
  CHECK(same(uniform(-2, 3, {6}, {.dtype = float64}, generator), tensor(d)));
  detail::fill_normal({77, 7}, 0, 6, 0, 1, f.data());
  CHECK(same(randn({6}, {}, generator), tensor(f)));
  detail::fill_normal({77, 8}, 0, 6, 1.5, 0.5, d.data());
  CHECK(same(normal(1.5, 0.5, {6}, {.dtype = float64}, generator), tensor(d)));
  detail::fill_integers({77, 9}, 0, 6, -4, 4, i.data());
  CHECK(same(randint(-4, 4, {6}, generator), tensor(i)));
  detail::fill_permutation({77, 10}, 6, i.data());
  CHECK(same(randperm(6, generator), tensor(i)));
  CHECK(generator.calls() == 11);
}

TEST_CASE("one seed, one stream") {
  Generator a(3), b(3);
  CHECK(same(randn({7}, {}, a), randn({7}, {}, b)));
  CHECK(same(rand({7}, {}, a), rand({7}, {}, b)));
  const Tensor next = randn({7}, {}, a);
  CHECK_FALSE(same(next, randn({7}, {}, a)));
  CHECK(same(next, randn({7}, {}, b)));

  Generator resumed(a.seed(), a.calls());
  CHECK(same(randperm(50, resumed), randperm(50, a)));

  Generator other(4, a.calls());
  CHECK_FALSE(same(randn({7}, {}, other), randn({7}, {}, a)));
}

TEST_CASE("the thread's own generator starts with seed 0 and restarts with manual_seed") {
  Generator zero;
  const Tensor want = randn({5}, {}, zero);
  Tensor got;
  std::thread([&] { got = randn({5}); }).join();
  CHECK(same(got, want));

  manual_seed(9);
  const Tensor first = randn({5});
  const Tensor second = randn({5});
  CHECK_FALSE(same(first, second));
  std::thread([] { manual_seed(1); }).join();
  CHECK(default_generator().seed() == 9);
  manual_seed(9);
  CHECK(same(randn({5}), first));
  CHECK(same(randn({5}), second));
}

TEST_CASE("values lie where they should") {
  manual_seed(5);
  const Tensor u = uniform(-3, -1, {1000});
  CHECK(std::all_of(u.data<float>(), u.data<float>() + 1000, [](float x) { return x >= -3 && x < -1; }));
  const Tensor k = randint(-2, 2, {1000});
  CHECK(*std::min_element(k.data<std::int64_t>(), k.data<std::int64_t>() + 1000) == -2);
  CHECK(*std::max_element(k.data<std::int64_t>(), k.data<std::int64_t>() + 1000) == 1);
  CHECK(normal(7, 0, {3}, {.dtype = float64}).data<double>()[2] == 7);
}

TEST_CASE("mistakes are named, and use up no call") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  Generator g;
  const TensorOptions wide{.dtype = float64};
  const TensorOptions integer{.dtype = int64};
  CHECK(message<DtypeError>([&] { rand({2}, integer, g); }) ==
        "rand: the dtype is not floating: got int64, want float32 or float64");
  CHECK(message<DtypeError>([&] { randn({2}, bool_, g); }) ==
        "randn: the dtype is not floating: got bool, want float32 or float64");
  CHECK(message<ValueError>([&] { uniform(1, 1, {2}, wide, g); }) ==
        "uniform: no float64 lies between the bounds: got 1, 1, want low < high");
  CHECK(message<ValueError>([&] { uniform(1, 1 + 1e-12, {2}, {}, g); }) ==
        "uniform: no float32 lies between the bounds: got 1, 1.000000000001, want low < high");
  CHECK(message<ValueError>([&] { uniform(2, 1, {2}, {}, g); }) ==
        "uniform: no float32 lies between the bounds: got 2, 1, want low < high");
  CHECK(message<ValueError>([&] { uniform(0, inf, {2}, {}, g); }) ==
        "uniform: the bounds or their difference are not finite in float32: got 0, inf");
  CHECK(message<ValueError>([&] { uniform(std::nan(""), 1, {2}, wide, g); }) ==
        "uniform: the bounds or their difference are not finite in float64: got nan, 1");
  CHECK(message<ValueError>([&] { uniform(-3e38, 3e38, {2}, {}, g); }) ==
        "uniform: the bounds or their difference are not finite in float32: got -3e+38, 3e+38");
  CHECK(uniform(-3e38, 3e38, {2}, wide).defined());
  CHECK(message<ValueError>([&] { normal(0, -1, {2}, {}, g); }) ==
        "normal: mean or stddev is out of range: got 0, -1, want finite numbers and stddev >= 0");
  CHECK(message<ValueError>([&] { normal(0, inf, {2}, {}, g); }).starts_with("normal: mean or stddev"));
  CHECK(message<ValueError>([&] { normal(std::nan(""), 1, {2}, {}, g); }).starts_with("normal: mean or stddev"));
  CHECK(message<ValueError>([&] { randint(3, 3, {2}, g); }) ==
        "randint: no integer lies between the bounds: got 3, 3, want low < high");
  CHECK(message<ValueError>([&] { randperm(-1, g); }) == "randperm: the length is negative: got -1, want 0 or more");
  CHECK(g.calls() == 0);
}
