// What the losses share: checks of operands, reductions.
// Not here: the losses (losses.hpp). For the library's own files.
#pragma once

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/dtype.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/scope.hpp>
#include <xgrad/nn/losses.hpp>

#include <string>

namespace xgrad::nn::losses {

/// Throws E with "loss: what: got (2, 3) float32 for target (2,) float32".
template <class E>
[[noreturn]] void fail(const char* loss, const char* what, const Arg& prediction, const Arg& target) {
  const std::string got = describe(prediction.tensor()), want = describe(target.tensor());
  throw E(with_context(loss, std::string(what) + ": got " + got + " for target " + want, "",
                       detail::user_site(prediction.site())));
}

/// Broadcasting a target of shape (n) over predictions of shape (n, 1) is the classic silent mistake: it is refused.
/// Errors: ShapeError, DtypeError.
inline void check_alike(const char* loss, const Arg& prediction, const Arg& target) {
  if (prediction.shape() != target.shape()) fail<ShapeError>(loss, "shapes differ", prediction, target);
  if (prediction.dtype() != target.dtype() || !is_floating(target.dtype()))
    fail<DtypeError>(loss, "dtypes are not one floating dtype", prediction, target);
}

inline Tensor reduced(const Tensor& losses, Reduction reduction) {
  if (reduction == Reduction::none) return losses;
  return reduction == Reduction::sum ? sum(losses) : mean(losses);
}

}  // namespace xgrad::nn::losses
