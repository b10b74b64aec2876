// Checks and bookkeeping for all optimizers.
// Not here: update rules.
#include <xgrad/optim/optimizer.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/error.hpp>

#include <algorithm>
#include <string>

namespace xgrad::optim {
namespace {

bool is_among(std::vector<Tensor>::const_iterator begin, std::vector<Tensor>::const_iterator end, const Tensor& x) {
  return std::any_of(begin, end, [&](const Tensor& other) { return other.state() == x.state(); });
}

void check_values(const char* optimizer, const Tensor& x) {
  if (!is_floating(x.dtype()))
    throw DtypeError(std::string(optimizer) + ": a parameter is not floating: got " + describe(x));
  for (int axis = 0; axis < x.rank() && !x.is_contiguous(); ++axis)
    if (x.stride(axis) == 0 && x.shape(axis) > 1)
      throw ValueError(std::string(optimizer) + ": a parameter is a broadcast view: got " + describe(x) +
                       ", want clone() first");
}

}  // namespace

Optimizer::~Optimizer() = default;

void Optimizer::fail_without_groups() const {
  throw ValueError(std::string(name_) + ": no parameters: got 0, want 1 or more");
}

void Optimizer::add_parameters(std::vector<Tensor> parameters) {
  const std::string prefix = std::string(name_) + ": ";
  if (parameters.empty()) fail_without_groups();
  for (auto it = parameters.begin(); it != parameters.end(); ++it) {
    if (!it->is_leaf()) throw GraphError(prefix + "a parameter is the result of an operation: got " + describe(*it));
    check_values(name_, *it);
    if (is_among(parameters.begin(), it, *it) || is_among(parameters_.begin(), parameters_.end(), *it))
      throw ValueError(prefix + "a parameter is given twice: got " + describe(*it));
  }
  const std::size_t end = parameters_.size() + parameters.size();
  parameters_.reserve(end);
  shapes_.reserve(end);
  ends_.push_back(end);
  for (Tensor& parameter : parameters) {
    shapes_.push_back(parameter.shape());
    parameters_.push_back(std::move(parameter));
  }
}

void Optimizer::zero_grad() {
  for (Tensor& parameter : parameters_) parameter.clear_grad();
}

bool Optimizer::is_captured() {
  return detail::is_traced_call([this] { step(); });
}

void Optimizer::check_group(std::size_t group) const {
  if (group >= group_count())
    throw IndexError(std::string(name_) + ": no such group: got " + std::to_string(group) + ", want less than " +
                     std::to_string(group_count()));
}

void Optimizer::check_parameters() const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Array& parameter = *parameters_[i].state();
    const Array* gradient = parameters_[i].state()->grad;
    const bool is_plain =
        parameter.shape == shapes_[i] && parameter.contiguous && is_floating(parameter.dtype) &&
        (gradient == nullptr || (gradient->shape == parameter.shape && gradient->dtype == parameter.dtype));
    if (!is_plain) [[unlikely]]
      check_parameter(i);
  }
}

void Optimizer::check_parameter(std::size_t i) const {
  const Tensor& parameter = parameters_[i];
  if (parameter.shape() != shapes_[i])
    throw ShapeError(std::string(name_) + ": a parameter's shape has changed: got " + describe(parameter) + ", want " +
                     to_string(shapes_[i]));
  check_values(name_, parameter);
  const Array* gradient = parameter.state()->grad;
  if (gradient == nullptr) return;
  if (gradient->shape != parameter.shape())
    throw ShapeError(std::string(name_) + ": a gradient's shape has changed: got " + describe(parameter.grad()) +
                     ", want " + to_string(parameter.shape()));
  if (gradient->dtype != parameter.dtype())
    throw DtypeError(std::string(name_) + ": a gradient's dtype has changed: got " + describe(parameter.grad()) +
                     ", want " + xgrad::name(parameter.dtype()));
}

double Optimizer::learning_rate(std::size_t group) const {
  check_group(group);
  return group_learning_rate(group);
}

void Optimizer::set_learning_rate(double learning_rate) {
  check_option(name_, "lr", learning_rate);
  for (std::size_t group = 0; group < group_count(); ++group) set_group_learning_rate(group, learning_rate);
}

void Optimizer::set_learning_rate(double learning_rate, std::size_t group) {
  check_option(name_, "lr", learning_rate);
  check_group(group);
  set_group_learning_rate(group, learning_rate);
}

}  // namespace xgrad::optim
