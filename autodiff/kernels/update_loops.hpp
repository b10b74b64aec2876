// The updates of optimizers, each in one pass over memory.
// Not here: their formulas in words (updates.hpp). A result never depends on an element's place.
#pragma once

#include <xgrad/autodiff/kernels/lanes.hpp>

namespace xgrad::kernels {
namespace {

// Loads a vector of p, g and `count` arrays of state, lets `change(p, g, state)` change p and the state, stores both.
template <int count, class T, class Change>
inline void one_pass(T* p, const T* g, T* const* arrays, std::int64_t n, Change change) {
  constexpr int room = count > 0 ? count : 1;
  T* state[room];
  for (int k = 0; k < count; ++k) state[k] = arrays[k];
  Batch<T> s[room];
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) {
    Batch<T> x = load_at(p + i);
    for (int k = 0; k < count; ++k) s[k] = load_at(state[k] + i);
    change(x, load_at(g + i), s);
    store_at(p + i, x);
    for (int k = 0; k < count; ++k) store_at(state[k] + i, s[k]);
  }
  if (i == n) return;
  Batch<T> x = load_tail(p + i, n - i);
  for (int k = 0; k < count; ++k) s[k] = load_tail(state[k] + i, n - i);
  change(x, load_tail(g + i, n - i), s);
  store_tail(p + i, x, n - i);
  for (int k = 0; k < count; ++k) store_tail(state[k] + i, s[k], n - i);
}

template <class T>
inline Batch<T> rounded(double x) {
  return splat<T>(static_cast<T>(x));
}

// g + decay p; g alone for a decay of 0, also where p is infinite.
template <class T>
struct Decay {
  Batch<T> decay;
  bool is_on;
  explicit Decay(double x) : decay(rounded<T>(x)), is_on(x != 0) {}
  Batch<T> of(Batch<T> g, Batch<T> p) const { return is_on ? fma(decay, p, g) : g; }
};

// keep a + (1 - keep) x as the nearer end plus a part of the way, so that an average of equal numbers is that number.
template <class T>
struct Mean {
  Batch<T> keep;
  Batch<T> take;
  bool is_slow;
  explicit Mean(double x) : keep(rounded<T>(x)), take(rounded<T>(1 - x)), is_slow(x > 0.5) {}
  Batch<T> of(Batch<T> a, Batch<T> x) const { return is_slow ? fma(take, x - a, a) : fnma(keep, x - a, x); }
};

// keep a + (1 - keep) x^2 as it stands: where a square overflows, infinity stays infinity.
template <class T>
struct MeanSquare {
  Batch<T> keep;
  Batch<T> take;
  explicit MeanSquare(double x) : keep(rounded<T>(x)), take(rounded<T>(1 - x)) {}
  Batch<T> of(Batch<T> a, Batch<T> x) const { return fma(take, x * x, keep * a); }
};

template <class T, bool with_momentum>
void sgd(T* p, const T* g, T* const* state, const SgdStep& step, std::int64_t n) {
  const Decay<T> decay(step.weight_decay);
  const Batch<T> momentum = rounded<T>(step.momentum), take = rounded<T>(step.take), rate = rounded<T>(step.rate);
  const bool nesterov = step.nesterov;
  one_pass<with_momentum ? 1 : 0>(p, g, state, n, [=](Batch<T>& x, Batch<T> gradient, Batch<T>* s) {
    Batch<T> h = decay.of(gradient, x);
    if constexpr (with_momentum) {
      s[0] = fma(take, h, momentum * s[0]);
      h = nesterov ? fma(momentum, s[0], h) : s[0];
    }
    x = fnma(rate, h, x);
  });
}

template <class T, bool amsgrad>
void adam(T* p, const T* g, T* const* state, const AdamStep& step, std::int64_t n) {
  const Decay<T> decay(step.weight_decay);
  const Mean<T> mean(step.beta1);
  const MeanSquare<T> square(step.beta2);
  const Batch<T> shrink = rounded<T>(step.shrink), rate = rounded<T>(step.rate);
  const Batch<T> scale = rounded<T>(step.scale), eps = rounded<T>(step.eps);
  one_pass<amsgrad ? 3 : 2>(p, g, state, n, [=](Batch<T>& x, Batch<T> gradient, Batch<T>* s) {
    const Batch<T> h = decay.of(gradient, x);
    s[0] = mean.of(s[0], h);
    s[1] = square.of(s[1], h);
    if constexpr (amsgrad) s[2] = maximum(s[2], s[1]);
    const Batch<T> denominator = fma(scale, square_root(s[amsgrad ? 2 : 1]), eps);
    x = fnma(rate, quotient(s[0], denominator), shrink * x);
  });
}

template <class T>
void adagrad(T* p, const T* g, T* const* state, const AdagradStep& step, std::int64_t n) {
  const Decay<T> decay(step.weight_decay);
  const Batch<T> rate = rounded<T>(step.rate), eps = rounded<T>(step.eps);
  one_pass<1>(p, g, state, n, [=](Batch<T>& x, Batch<T> gradient, Batch<T>* s) {
    const Batch<T> h = decay.of(gradient, x);
    s[0] = fma(h, h, s[0]);
    x = fnma(rate, quotient(h, square_root(s[0]) + eps), x);
  });
}

template <class T>
void adadelta(T* p, const T* g, T* const* state, const AdadeltaStep& step, std::int64_t n) {
  const Decay<T> decay(step.weight_decay);
  const MeanSquare<T> square(step.rho);
  const Batch<T> rate = rounded<T>(step.rate), eps = rounded<T>(step.eps);
  one_pass<2>(p, g, state, n, [=](Batch<T>& x, Batch<T> gradient, Batch<T>* s) {
    const Batch<T> h = decay.of(gradient, x);
    s[0] = square.of(s[0], h);
    const Batch<T> change = quotient(square_root(s[1] + eps), square_root(s[0] + eps)) * h;
    s[1] = square.of(s[1], change);
    x = fnma(rate, change, x);
  });
}

template <class T, bool centered, bool with_momentum>
void rmsprop(T* p, const T* g, T* const* state, const RmspropStep& step, std::int64_t n) {
  const Decay<T> decay(step.weight_decay);
  const Mean<T> mean(step.alpha);
  const MeanSquare<T> square(step.alpha);
  const Batch<T> momentum = rounded<T>(step.momentum), rate = rounded<T>(step.rate), eps = rounded<T>(step.eps);
  constexpr int last = centered ? 2 : 1;
  one_pass<last + (with_momentum ? 1 : 0)>(p, g, state, n, [=](Batch<T>& x, Batch<T> gradient, Batch<T>* s) {
    const Batch<T> h = decay.of(gradient, x);
    s[0] = square.of(s[0], h);
    Batch<T> variance = s[0];
    if constexpr (centered) {
      s[1] = mean.of(s[1], h);
      // Rounding alone can make the difference negative when the gradient hardly changes.
      variance = maximum(fnma(s[1], s[1], s[0]), splat<T>(0));
    }
    Batch<T> change = quotient(h, square_root(variance) + eps);
    if constexpr (with_momentum) change = s[last] = fma(momentum, s[last], change);
    x = fnma(rate, change, x);
  });
}

template <class T>
consteval Updates<T> updates_of_level() {
  return {
      .sgd = {sgd<T, false>, sgd<T, true>},
      .adam = {adam<T, false>, adam<T, true>},
      .adagrad = adagrad<T>,
      .adadelta = adadelta<T>,
      .rmsprop = {{rmsprop<T, false, false>, rmsprop<T, false, true>},
                  {rmsprop<T, true, false>, rmsprop<T, true, true>}},
  };
}

}  // namespace
}  // namespace xgrad::kernels
