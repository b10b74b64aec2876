// Calling modules: `model(x)` runs the module's own forward function and remembers who called.
// Not here: registration (module.hpp).
#pragma once

#include <xgrad/autodiff/scope.hpp>
#include <xgrad/nn/module.hpp>

#include <utility>

namespace xgrad::nn {

/// The base of every module class: `struct Mlp : nn::Callable<Mlp> { Tensor forward(Arg x) const; ... };`. forward
/// takes a tensor first and whatever else it likes, and returns what it likes.
template <class Self>
class Callable : public Module {
 public:
  template <class... Rest>
  auto operator()(Arg x, Rest&&... rest) {
    restore_ties();
    const ModuleScope scope(name().empty() ? nullptr : name().c_str());
    return static_cast<Self&>(*this).forward(x, std::forward<Rest>(rest)...);
  }
  template <class... Rest>
  auto operator()(Arg x, Rest&&... rest) const {
    restore_ties();
    const ModuleScope scope(name().empty() ? nullptr : name().c_str());
    return static_cast<const Self&>(*this).forward(x, std::forward<Rest>(rest)...);
  }
};

/// A module that is a member of another, declared and registered in one line:
/// `Submodule<Linear> hidden{this, "hidden", 2, 10};`.
template <class M>
class Submodule : public M {
 public:
  /// The remaining arguments go to M's constructor.
  template <class... Args>
  Submodule(Module* owner, const char* name, Args&&... args) : M(std::forward<Args>(args)...) {
    owner->add_child(name, *this);
  }
};

}  // namespace xgrad::nn
