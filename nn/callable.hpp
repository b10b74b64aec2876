// Calling modules: `model(x)` runs the module's own forward function and remembers who called.
// Not here: registration (module.hpp).
#pragma once

#include <xgrad/autodiff/scope.hpp>
#include <xgrad/nn/module.hpp>

#include <type_traits>
#include <utility>

namespace xgrad::nn {

/// Hears of the result of every module that is called in this thread; summary.hpp has one.
struct CallObserver {
  virtual void called(const Module& module, const Tensor& result) = 0;

 protected:
  ~CallObserver() = default;
};
extern constinit thread_local CallObserver* call_observer;

/// For the library: the result, after the observer has heard of it.
inline Tensor observed(const Module& module, Tensor result) {
  call_observer->called(module, result);
  return result;
}

/// The base of every module class: `struct Mlp : nn::Callable<Mlp> { Tensor forward(Arg x) const; ... };`. forward
/// takes a tensor first and whatever else it likes, and returns what it likes.
template <class Self>
class Callable : public Module {
 public:
  template <class... Rest>
  auto operator()(Arg x, Rest&&... rest) {
    return call(static_cast<Self&>(*this), x, std::forward<Rest>(rest)...);
  }
  template <class... Rest>
  auto operator()(Arg x, Rest&&... rest) const {
    return call(static_cast<const Self&>(*this), x, std::forward<Rest>(rest)...);
  }

 private:
  template <class S, class... Rest>
  static auto call(S& self, const Arg& x, Rest&&... rest) {
    self.restore_ties();
    const ModuleScope scope(self.name().empty() ? nullptr : self.name().c_str());
    using Result = decltype(self.forward(x, std::forward<Rest>(rest)...));
    if constexpr (std::is_same_v<std::remove_cvref_t<Result>, Tensor>) {
      if (call_observer != nullptr) [[unlikely]]
        return observed(self, self.forward(x, std::forward<Rest>(rest)...));
    }
    return self.forward(x, std::forward<Rest>(rest)...);
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
