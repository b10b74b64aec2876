// The losses, made of public ops.
// Not here: their derivatives; the tape finds them.
#include <xgrad/nn/losses.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/scope.hpp>

namespace xgrad::nn {
namespace {

template <class E>
[[noreturn]] void fail(const char* loss, const char* what, const Arg& prediction, const Arg& target) {
  const std::string got = describe(prediction.tensor()), want = describe(target.tensor());
  throw E(with_context(loss, std::string(what) + ": got " + got + " for target " + want, "",
                       detail::user_site(prediction.site())));
}

// Broadcasting a target of shape (n) over predictions of shape (n, 1) is the classic silent mistake: it is refused.
void check(const char* loss, const Arg& prediction, const Arg& target) {
  if (prediction.shape() != target.shape()) fail<ShapeError>(loss, "shapes differ", prediction, target);
  if (prediction.dtype() != target.dtype() || !is_floating(target.dtype()))
    fail<DtypeError>(loss, "dtypes are not one floating dtype", prediction, target);
}

Tensor reduced(const Tensor& losses, const LossOptions& options) {
  switch (options.reduction) {
    case Reduction::mean: return mean(losses);
    case Reduction::sum: return sum(losses);
    default: return losses;
  }
}

}  // namespace

Tensor mse_loss(Arg prediction, Arg target, LossOptions options) {
  check("mse_loss", prediction, target);
  const CompositeScope scope(prediction);
  return reduced(square(subtract(prediction, target)), options);
}

}  // namespace xgrad::nn
