// The parts of Sequential that do not depend on the types of its children.
// Not here: type erasure (sequential.hpp).
#include <xgrad/nn/sequential.hpp>

#include <xgrad/autodiff/error.hpp>

namespace xgrad::nn {

Sequential::Sequential(const Sequential& other) : Callable(other) {
  layers_.reserve(other.layers_.size());
  for (const auto& layer : other.layers_) layers_.push_back(layer->clone());
}

Sequential& Sequential::operator=(const Sequential& other) {
  if (this != &other) *this = Sequential(other);
  return *this;
}

// The user's call site goes along from child to child.
Tensor Sequential::forward(Arg x) const {
  Tensor value = x.tensor();
  for (const auto& layer : layers_) value = layer->call(Arg(value, x.site()));
  return value;
}

std::vector<Module*> Sequential::other_children() const {
  std::vector<Module*> children;
  for (const auto& layer : layers_) children.push_back(&layer->module());
  return children;
}

Module& Sequential::at(std::size_t index) const {
  if (index >= layers_.size())
    throw IndexError("Sequential: index out of range: got " + std::to_string(index) + ", want less than " +
                     std::to_string(layers_.size()));
  return layers_[index]->module();
}

void Sequential::fail_type(std::size_t index) {
  throw ValueError("Sequential: child " + std::to_string(index) + " is a module of another type");
}

}  // namespace xgrad::nn
