// The linear layer's parameters and forward pass.
// Not here: other initial values; write into the parameters under NoGrad.
#include <xgrad/nn/linear.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/random.hpp>

#include <cmath>

namespace xgrad::nn {
namespace {

Tensor initial(const Shape& shape, std::int64_t in_features) {
  const double bound = 1 / std::sqrt(static_cast<double>(in_features));
  return uniform(-bound, bound, shape);
}

std::int64_t checked(const char* what, std::int64_t features) {
  if (features < 1)
    throw ValueError("Linear: " + std::string(what) + " is too small: got " + std::to_string(features) +
                     ", want 1 or more");
  return features;
}

}  // namespace

Linear::Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options)
    : weight(this, "weight",
             initial({checked("out_features", out_features), checked("in_features", in_features)}, in_features)),
      bias(options.bias ? Parameter(this, "bias", initial({out_features}, in_features)) : Parameter()) {}

Tensor Linear::forward(Arg x) const { return bias.defined() ? linear(x, weight, bias) : linear(x, weight); }

}  // namespace xgrad::nn
