// Checks and bookkeeping for all optimizers.
// Not here: update rules.
#include <xgrad/optim/optimizer.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/error.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace xgrad::optim {

Optimizer::Optimizer(const char* name, std::vector<Tensor> parameters) : parameters_(std::move(parameters)) {
  const std::string prefix = std::string(name) + ": ";
  if (parameters_.empty()) throw ValueError(prefix + "no parameters: got 0, want 1 or more");
  for (auto it = parameters_.begin(); it != parameters_.end(); ++it) {
    if (!it->is_leaf()) throw GraphError(prefix + "a parameter is the result of an operation: got " + describe(*it));
    if (!is_floating(it->dtype())) throw DtypeError(prefix + "a parameter is not floating: got " + describe(*it));
    if (std::any_of(parameters_.begin(), it, [&](const Tensor& other) { return other.state() == it->state(); }))
      throw ValueError(prefix + "a parameter is given twice: got " + describe(*it));
  }
}

Optimizer::~Optimizer() = default;

void Optimizer::zero_grad() {
  for (Tensor& parameter : parameters_) parameter.clear_grad();
}

double Optimizer::checked(const char* optimizer, const char* option, double value) {
  if (!std::isfinite(value) || value < 0)
    throw ValueError(std::string(optimizer) + ": " + option + " is out of range: got " + std::to_string(value) +
                     ", want a finite number, 0 or more");
  return value;
}

}  // namespace xgrad::optim
