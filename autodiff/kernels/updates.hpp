// The updates of optimizers as kernels: their signature, and the numbers that one step of each takes.
// Not here: the loops (update_loops.hpp), how the numbers follow from options (optim/).
#pragma once

#include <cstdint>

namespace xgrad::kernels {

/// One pass over a parameter p, its gradient g and its state, all of n elements: changes p and the state. Arrays do not
/// overlap, except that g may be p.
template <class T, class Step>
using UpdateFn = void (*)(T* p, const T* g, T* const* state, const Step& step, std::int64_t n);

// In every formula h = g + weight_decay p.

/// p = p - rate h; with momentum, state b: b = momentum b + take h, and h becomes b, or h + momentum b with nesterov.
struct SgdStep {
  double weight_decay;
  double momentum;
  double take;
  double rate;
  bool nesterov;
};

/// State m, v and, for the variant amsgrad, w: m = beta1 m + (1 - beta1) h, v = beta2 v + (1 - beta2) h^2,
/// w = max(w, v) or v; p = shrink p - rate m / (scale sqrt(w) + eps).
struct AdamStep {
  double weight_decay;
  double shrink;
  double beta1;
  double beta2;
  double rate;
  double scale;
  double eps;
};

/// State s: s = s + h^2; p = p - rate h / (sqrt(s) + eps).
struct AdagradStep {
  double weight_decay;
  double rate;
  double eps;
};

/// State s, u: s = rho s + (1 - rho) h^2, d = h sqrt(u + eps) / sqrt(s + eps), u = rho u + (1 - rho) d^2;
/// p = p - rate d.
struct AdadeltaStep {
  double weight_decay;
  double rho;
  double rate;
  double eps;
};

/// State s, then m if centered, then b with momentum: s = alpha s + (1 - alpha) h^2, m = alpha m + (1 - alpha) h,
/// d = h / (sqrt(s - m^2) + eps), b = momentum b + d; p = p - rate b. m is 0 if not centered; without momentum, b = d.
struct RmspropStep {
  double weight_decay;
  double alpha;
  double momentum;
  double rate;
  double eps;
};

template <class T>
struct Updates {
  UpdateFn<T, SgdStep> sgd[2];    ///< [with momentum]
  UpdateFn<T, AdamStep> adam[2];  ///< [amsgrad]
  UpdateFn<T, AdagradStep> adagrad;
  UpdateFn<T, AdadeltaStep> adadelta;
  UpdateFn<T, RmspropStep> rmsprop[2][2];  ///< [centered][with momentum]
};

}  // namespace xgrad::kernels
