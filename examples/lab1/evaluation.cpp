// One forward pass over all points.
// Not here: what outputs mean (objective.cpp).
#include "evaluation.hpp"

#include <xgrad/xgrad.hpp>

namespace lab1 {

using namespace xgrad;

Evaluation evaluate(const nn::Sequential& network, const Dataset& dataset, const Objective& objective, Dtype dtype) {
  const NoGrad guard;
  const Tensor outputs = network(dataset.points.to(dtype));
  const double loss = objective.loss(outputs, objective.targets(dataset.labels, dtype)).item();
  return {objective.classes(outputs), loss, objective.accuracy(outputs, dataset.labels)};
}

}  // namespace lab1
