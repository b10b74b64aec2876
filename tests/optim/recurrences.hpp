// Every update rule once more, for one number, with plain doubles and the formulas of the papers.
// Not here: the comparison (test_recurrences.cpp).
#pragma once

#include <xgrad/xgrad.hpp>

#include <algorithm>
#include <cmath>

namespace optim_test {

using namespace xgrad::optim;

/// `step(p, g)` gives the next p.
template <class Options>
struct Recurrence;

template <>
struct Recurrence<SGDOptions> {
  SGDOptions o;
  int t = 0;
  double b = 0;
  double step(double p, double g) {
    g += o.weight_decay * p;
    if (o.momentum != 0) {
      b = t == 0 ? g : o.momentum * b + (1 - o.dampening) * g;
      g = o.nesterov ? g + o.momentum * b : b;
    }
    ++t;
    return p - o.lr * g;
  }
};

template <>
struct Recurrence<AdagradOptions> {
  AdagradOptions o;
  int t = 0;
  double sum = o.initial_accumulator_value;
  double step(double p, double g) {
    g += o.weight_decay * p;
    sum += g * g;
    return p - o.lr / (1 + t++ * o.lr_decay) * g / (std::sqrt(sum) + o.eps);
  }
};

template <>
struct Recurrence<AdadeltaOptions> {
  AdadeltaOptions o;
  double s = 0, u = 0;
  double step(double p, double g) {
    g += o.weight_decay * p;
    s = o.rho * s + (1 - o.rho) * g * g;
    const double d = std::sqrt(u + o.eps) / std::sqrt(s + o.eps) * g;
    u = o.rho * u + (1 - o.rho) * d * d;
    return p - o.lr * d;
  }
};

template <>
struct Recurrence<RMSpropOptions> {
  RMSpropOptions o;
  double s = 0, m = 0, b = 0;
  double step(double p, double g) {
    g += o.weight_decay * p;
    s = o.alpha * s + (1 - o.alpha) * g * g;
    if (o.centered) m = o.alpha * m + (1 - o.alpha) * g;
    b = o.momentum * b + g / (std::sqrt(s - m * m) + o.eps);
    return p - o.lr * b;
  }
};

template <class Options>
struct AdamRecurrence {
  Options o;
  int t = 0;
  double m = 0, v = 0, largest = 0;
  double moved(double p, double g) {
    ++t;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    largest = o.amsgrad ? std::max(largest, v) : v;
    const double mean = m / (1 - std::pow(o.beta1, t)), square = largest / (1 - std::pow(o.beta2, t));
    return p - o.lr * mean / (std::sqrt(square) + o.eps);
  }
};
template <>
struct Recurrence<AdamOptions> : AdamRecurrence<AdamOptions> {
  double step(double p, double g) { return moved(p, g + o.weight_decay * p); }
};
template <>
struct Recurrence<AdamWOptions> : AdamRecurrence<AdamWOptions> {
  double step(double p, double g) { return moved(p - o.lr * o.weight_decay * p, g); }
};

}  // namespace optim_test
