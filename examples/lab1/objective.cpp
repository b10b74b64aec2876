// Targets, losses and predicted classes.
// Not here: the losses themselves (xgrad/nn/losses.hpp).
#include "objective.hpp"

#include <xgrad/xgrad.hpp>

#include <algorithm>

namespace lab1 {

using namespace xgrad;

Objective::Objective(const std::string& loss, std::size_t classes)
    : kind_(loss == "mse"   ? Kind::mse
            : loss == "bce" ? Kind::bce
                            : Kind::cross_entropy),
      outputs_(classes == 2 && kind_ != Kind::cross_entropy ? 1 : static_cast<std::int64_t>(classes)) {}

Tensor Objective::targets(const Tensor& labels, Dtype dtype) const {
  if (kind_ == Kind::cross_entropy) return labels;
  if (outputs_ == 1) return reshape(labels, {-1, 1}).to(dtype);
  return equal(expand_dims(labels, 1), arange(outputs_)).to(dtype);
}

Tensor Objective::loss(Arg outputs, Arg targets) const {
  switch (kind_) {
    case Kind::mse: return nn::mse_loss(outputs, targets);
    case Kind::bce: return nn::bce_loss(outputs, targets);
    default: return nn::cross_entropy_loss(outputs, targets);
  }
}

std::vector<std::int64_t> Objective::classes(const Tensor& outputs) const {
  const NoGrad guard;
  const Tensor values = contiguous(outputs.to(float64));
  const double* row = values.data<double>();
  std::vector<std::int64_t> result(static_cast<std::size_t>(outputs.shape(0)));
  for (std::int64_t& predicted : result) {
    predicted = outputs_ == 1 ? row[0] > 0.5 : std::max_element(row, row + outputs_) - row;
    row += outputs_;
  }
  return result;
}

double Objective::accuracy(const Tensor& outputs, const Tensor& labels) const {
  const std::vector<std::int64_t> predicted = classes(outputs);
  const Tensor right = equal(tensor(predicted), labels);
  const NoGrad guard;
  return 100 * mean(right.to(float64)).item();
}

}  // namespace lab1
