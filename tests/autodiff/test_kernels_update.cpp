// Update kernels of the table in use (XGRAD_SIMD picks another): formulas, tails, nothing outside.
// Not here: many steps (tests/optim/test_recurrences.cpp).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>
#include <xgrad/autodiff/kernels/kernels.hpp>

#include "kernel_reference.hpp"

using namespace kernel_test;
using namespace xgrad::kernels;

namespace {

using Real = long double;
constexpr std::size_t most_states = 3;

// One element: the parameter, its gradient, and state.
struct Element {
  Real p, g, s[most_states];
};

template <class T>
struct Case {
  std::string name;
  std::function<void(T* p, const T* g, T* const* state, std::int64_t n)> run;
  std::function<void(Element&)> reference;
};

template <class T, class Step>
Case<T> make(const char* name, UpdateFn<T, Step> kernel, const Step& step, std::function<void(Element&)> reference) {
  return {name, [=](T* p, const T* g, T* const* state, std::int64_t n) { kernel(p, g, state, step, n); },
          std::move(reference)};
}

template <class T>
std::vector<Case<T>> cases() {
  const Updates<T>& updates = table().loops<T>().updates;
  std::vector<Case<T>> all;
  for (const Real decay : {0.0L, 0.125L}) {
    const auto wd = static_cast<double>(decay);
    all.push_back(make("sgd", updates.sgd[0],
                       SgdStep{.weight_decay = wd, .momentum = 0, .take = 1, .rate = 0.25, .nesterov = false},
                       [=](Element& e) { e.p -= 0.25L * (e.g + decay * e.p); }));
    for (const bool nesterov : {false, true})
      all.push_back(make("sgd with momentum", updates.sgd[1],
                         SgdStep{.weight_decay = wd, .momentum = 0.5, .take = 0.75, .rate = 0.25, .nesterov = nesterov},
                         [=](Element& e) {
                           const Real h = e.g + decay * e.p;
                           e.s[0] = 0.5L * e.s[0] + 0.75L * h;
                           e.p -= 0.25L * (nesterov ? h + 0.5L * e.s[0] : e.s[0]);
                         }));
    for (const bool amsgrad : {false, true})
      for (const double beta1 : {0.25, 0.75})
        all.push_back(make("adam", updates.adam[amsgrad],
                           AdamStep{.weight_decay = wd,
                                    .shrink = 0.875,
                                    .beta1 = beta1,
                                    .beta2 = 0.625,
                                    .rate = 0.25,
                                    .scale = 1.5,
                                    .eps = 0.125},
                           [=](Element& e) {
                             const Real h = e.g + decay * e.p;
                             e.s[0] = beta1 * e.s[0] + (1 - beta1) * h;
                             e.s[1] = 0.625L * e.s[1] + 0.375L * h * h;
                             if (amsgrad) e.s[2] = std::max(e.s[2], e.s[1]);
                             const Real root = std::sqrt(amsgrad ? e.s[2] : e.s[1]);
                             e.p = 0.875L * e.p - 0.25L * e.s[0] / (1.5L * root + 0.125L);
                           }));
    all.push_back(
        make("adagrad", updates.adagrad, AdagradStep{.weight_decay = wd, .rate = 0.25, .eps = 0.125}, [=](Element& e) {
          const Real h = e.g + decay * e.p;
          e.s[0] += h * h;
          e.p -= 0.25L * h / (std::sqrt(e.s[0]) + 0.125L);
        }));
    all.push_back(make("adadelta", updates.adadelta,
                       AdadeltaStep{.weight_decay = wd, .rho = 0.75, .rate = 0.25, .eps = 0.125}, [=](Element& e) {
                         const Real h = e.g + decay * e.p;
                         e.s[0] = 0.75L * e.s[0] + 0.25L * h * h;
                         const Real change = std::sqrt((e.s[1] + 0.125L) / (e.s[0] + 0.125L)) * h;
                         e.s[1] = 0.75L * e.s[1] + 0.25L * change * change;
                         e.p -= 0.25L * change;
                       }));
    for (const bool centered : {false, true})
      for (const bool with_momentum : {false, true})
        all.push_back(make("rmsprop", updates.rmsprop[centered][with_momentum],
                           RmspropStep{.weight_decay = wd, .alpha = 0.75, .momentum = 0.5, .rate = 0.25, .eps = 0.5},
                           [=](Element& e) {
                             const Real h = e.g + decay * e.p;
                             e.s[0] = 0.75L * e.s[0] + 0.25L * h * h;
                             if (centered) e.s[1] = 0.75L * e.s[1] + 0.25L * h;
                             const Real variance = centered ? std::max(e.s[0] - e.s[1] * e.s[1], 0.0L) : e.s[0];
                             Real change = h / (std::sqrt(variance) + 0.5L);
                             Real& momentum = e.s[centered ? 2 : 1];
                             if (with_momentum) change = momentum = 0.5L * momentum + change;
                             e.p -= 0.25L * change;
                           }));
  }
  return all;
}

// What a kernel works on. State is positive; behind the end of each array stands a -7 that must stay.
template <class T>
struct Data {
  std::vector<T> p, g, s[most_states];

  explicit Data(std::int64_t n) : p(unit_values<T>(n, 1)), g(unit_values<T>(n, 2)) {
    for (std::size_t k = 0; k < most_states; ++k) {
      s[k] = unit_values<T>(n, static_cast<unsigned>(3 + k));
      for (T& x : s[k]) x = T(0.25) + std::abs(x);
    }
    // A variance that is far from 0, of which rounding could make anything.
    for (std::size_t i = 0; i < s[0].size(); ++i) s[0][i] += T(1) + s[1][i] * s[1][i];
    for (std::vector<T>* array : {&p, &g, &s[0], &s[1], &s[2]}) array->push_back(T(-7));
  }
  Data part(std::size_t from, std::size_t n) const {
    Data result(0);
    std::vector<T>* const targets[] = {&result.p, &result.g, &result.s[0], &result.s[1], &result.s[2]};
    const std::vector<T>* const sources[] = {&p, &g, &s[0], &s[1], &s[2]};
    for (std::size_t k = 0; k < 5; ++k) {
      const auto begin = sources[k]->begin() + static_cast<std::ptrdiff_t>(from);
      targets[k]->assign(begin, begin + static_cast<std::ptrdiff_t>(n));
      targets[k]->push_back(T(-7));
    }
    return result;
  }
  void run(const Case<T>& c) {
    T* const state[] = {s[0].data(), s[1].data(), s[2].data()};
    c.run(p.data(), g.data(), state, static_cast<std::int64_t>(p.size()) - 1);
  }
};

}  // namespace

TEST_CASE_TEMPLATE("update kernels follow their formulas at every size", T, float, double) {
  // Every number is below 4, and no step divides by less than 1/8.
  const Real bound = 32 * static_cast<Real>(std::numeric_limits<T>::epsilon());
  for (const Case<T>& c : cases<T>()) {
    for (const std::int64_t n : sizes) {
      const Data<T> before(n);
      Data<T> after = before;
      after.run(c);
      Real worst = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        Element e = {before.p[i], before.g[i], {before.s[0][i], before.s[1][i], before.s[2][i]}};
        c.reference(e);
        worst = std::max(worst, std::abs(static_cast<Real>(after.p[i]) - e.p));
        for (std::size_t k = 0; k < most_states; ++k)
          worst = std::max(worst, std::abs(static_cast<Real>(after.s[k][i]) - e.s[k]));
        REQUIRE(after.g[i] == before.g[i]);
      }
      CHECK_MESSAGE(worst <= bound, c.name, " of ", n, " elements: ", static_cast<double>(worst));
      for (const std::vector<T>* array : {&after.p, &after.g, &after.s[0], &after.s[1], &after.s[2]})
        CHECK(array->back() == T(-7));
    }
  }
}

TEST_CASE_TEMPLATE("an update does not depend on the element's place", T, float, double) {
  for (const Case<T>& c : cases<T>()) {
    const Data<T> before(100);
    Data<T> whole = before;
    whole.run(c);
    for (std::size_t from = 0; from < 20; ++from) {
      for (std::size_t n = 0; n < 40; ++n) {
        Data<T> part = before.part(from, n);
        part.run(c);
        bool good = true;
        for (std::size_t i = 0; i < n; ++i) {
          good = good && same(part.p[i], whole.p[from + i]);
          for (std::size_t k = 0; k < most_states; ++k) good = good && same(part.s[k][i], whole.s[k][from + i]);
        }
        REQUIRE_MESSAGE(good, c.name, " from ", from, " for ", n);
      }
    }
  }
}

TEST_CASE_TEMPLATE("without decay an infinite parameter stays what it is; NaN is not lost", T, float, double) {
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  T p[] = {inf, T(1), T(1)}, m[] = {0, 0, 0}, v[] = {0, 0, 0}, w[] = {0, nan, 0};
  const T g[] = {T(1), T(1), nan};
  T* const state[] = {m, v, w};
  const AdamStep step = {.weight_decay = 0, .shrink = 1, .beta1 = 0.9, .beta2 = 0.9, .rate = 1, .scale = 1, .eps = 0.1};
  table().loops<T>().updates.adam[1](p, g, state, step, 3);
  CHECK(p[0] == inf);
  CHECK(std::isnan(p[1]));
  CHECK(std::isnan(p[2]));
  CHECK(std::isnan(w[1]));
}
