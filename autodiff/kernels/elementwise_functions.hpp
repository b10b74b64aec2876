// The elementwise functions of the table, each on one vector.
// Not here: the mathematics of exp and its like (math.hpp), loops over memory (elementwise_loops.hpp).
#pragma once

#include <xgrad/autodiff/kernels/math.hpp>
#include <xgrad/autodiff/kernels/power.hpp>

namespace xgrad::kernels {
namespace {

struct Negative {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return negated(x);
  }
};
struct Exp {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return exp(x);
  }
};
struct Log {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return log(x);
  }
};
struct Sqrt {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return square_root(x);
  }
};
struct Square {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return x * x;
  }
};
struct Abs {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return magnitude(x);
  }
};
struct Sign {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    const Batch<T> zero = splat<T>(0);
    const Batch<T> not_negative = xsimd::select(x > zero, splat<T>(1), zero);
    return xsimd::select(is_nan(x), x, xsimd::select(x < zero, splat<T>(-1), not_negative));
  }
};
struct Sin {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return sin(x);
  }
};
struct Cos {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return cos(x);
  }
};
struct Tanh {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return tanh(x);
  }
};
struct Sigmoid {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return sigmoid(x);
  }
};
struct Relu {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    const Batch<T> zero = splat<T>(0);
    return xsimd::select(x <= zero, zero, x);
  }
};
// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|). The order of operands lets NaN through.
struct Softplus {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return xsimd::max(splat<T>(0), x) + log1p_of_decay(x);
  }
};
struct LogSigmoid {
  template <class T>
  static Batch<T> of(Batch<T> x) {
    return xsimd::min(splat<T>(0), x) - log1p_of_decay(x);
  }
};

struct Add {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return a + b;
  }
};
struct Subtract {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return a - b;
  }
};
struct Multiply {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return a * b;
  }
};
struct Divide {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return quotient(a, b);
  }
};
struct Power {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return power(a, b);
  }
};
struct Maximum {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return maximum(a, b);
  }
};
struct Minimum {
  template <class T>
  static Batch<T> of(Batch<T> a, Batch<T> b) {
    return minimum(a, b);
  }
};
struct SigmoidBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> y) {
    return g * y * (splat<T>(1) - y);
  }
};
struct TanhBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> y) {
    return g * fnma(y, y, splat<T>(1));
  }
};
struct ReluBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> y) {
    const Batch<T> zero = splat<T>(0);
    return xsimd::select(y <= zero, zero, g);
  }
};
struct SinBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> x) {
    return g * cos(x);
  }
};
struct CosBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> x) {
    return negated(g) * sin(x);
  }
};
// At a = b = 0 the base is replaced, not the product: no NaN arises.
struct PowerBaseBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> a, Batch<T> b) {
    const Batch<T> zero = splat<T>(0), one = splat<T>(1);
    const auto is_replaced = (a == zero) & (b == zero);
    return g * (b * power(xsimd::select(is_replaced, one, a), b - one));
  }
};
struct PowerExponentBackward {
  template <class T>
  static Batch<T> of(Batch<T> g, Batch<T> a, Batch<T> y) {
    const Batch<T> zero = splat<T>(0);
    const auto is_replaced = (a == zero) & (magnitude(y) < splat<T>(__builtin_inf()));
    return g * (y * log(xsimd::select(is_replaced, splat<T>(1), a)));
  }
};
// Of the first two terms one is 0 or they cancel exactly where t is 0 or 1.
struct BceWithLogits {
  template <class T>
  static Batch<T> of(Batch<T> x, Batch<T> t) {
    return (xsimd::max(splat<T>(0), x) - x * t) + log1p_of_decay(x);
  }
};
// sigmoid(x) - t without cancellation where t is 0 or 1: for positive x, sigmoid(x) is 1 - z / (1 + z).
struct SigmoidDifference {
  template <class T>
  static Batch<T> of(Batch<T> x, Batch<T> t) {
    const Batch<T> z = decay(x);
    const Batch<T> small = quotient(z, splat<T>(1) + z);
    return xsimd::select(x < splat<T>(0), small - t, (splat<T>(1) - t) - small);
  }
};

struct Equal {
  template <class T>
  static Mask<T> of(Batch<T> a, Batch<T> b) {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  static Mask<T> of(Batch<T> a, Batch<T> b) {
    return ~(a == b);  // xsimd's != is false for NaN at some levels
  }
};
struct Less {
  template <class T>
  static Mask<T> of(Batch<T> a, Batch<T> b) {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  static Mask<T> of(Batch<T> a, Batch<T> b) {
    return a <= b;
  }
};

struct Where {
  template <class T>
  static Batch<T> of(Mask<T> condition, Batch<T> a, Batch<T> b) {
    return xsimd::select(condition, a, b);
  }
};

}  // namespace
}  // namespace xgrad::kernels
