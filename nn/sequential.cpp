// The parts of Sequential that do not depend on the types of its children.
// Not here: type erasure (sequential.hpp).
#include <xgrad/nn/sequential.hpp>

#include <xgrad/autodiff/error.hpp>

#include <string>
#include <utility>

namespace xgrad::nn {

Sequential::Sequential() = default;

Sequential::Sequential(const Sequential& other, NoLayers) : Callable(other) {}

// Delegates, so that the destructor frees the layers already copied if a later one throws.
Sequential::Sequential(const Sequential& other) : Sequential(other, NoLayers{}) {
  layers_.reserve(other.layers_.size());
  for (const Any* layer : other.layers_) layers_.push_back(layer->clone());
}

Sequential::Sequential(Sequential&& other) noexcept
    : Callable(std::move(other)), layers_(std::exchange(other.layers_, {})) {}

Sequential& Sequential::operator=(const Sequential& other) {
  if (this == &other) return *this;
  Callable::operator=(other);
  while (layers_.size() > other.layers_.size()) {
    delete layers_.back();
    layers_.pop_back();
  }
  for (std::size_t i = 0; i < other.layers_.size(); ++i) {
    if (i == layers_.size()) {
      add(other.layers_[i]->clone());
    } else if (!layers_[i]->assign(*other.layers_[i])) {
      Any* copy = other.layers_[i]->clone();
      delete layers_[i];
      layers_[i] = copy;
    }
  }
  return *this;
}

Sequential& Sequential::operator=(Sequential&& other) noexcept {
  std::swap(layers_, other.layers_);
  Callable::operator=(std::move(other));
  return *this;
}

Sequential::~Sequential() {
  for (const Any* layer : layers_) delete layer;
}

void Sequential::add(Any* layer) {
  try {
    layers_.push_back(layer);
  } catch (...) {
    delete layer;
    throw;
  }
  set_name(layer->module(), std::to_string(layers_.size() - 1));
}

// The user's call site goes along from child to child.
Tensor Sequential::forward(Arg x) const {
  Tensor value = x.tensor();
  for (Any* layer : layers_) value = layer->call(Arg(value, x.site()));
  return value;
}

std::vector<Module*> Sequential::other_children() const {
  std::vector<Module*> children;
  for (Any* layer : layers_) children.push_back(&layer->module());
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
