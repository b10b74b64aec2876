// A module that runs others one after the other.
// Not here: the others.
#pragma once

#include <xgrad/nn/callable.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad::nn {

/// Any copyable module whose call maps one tensor to one tensor.
template <class M>
concept Layer = std::derived_from<M, Module> && std::copy_constructible<M> && requires(M module, const Tensor& x) {
  { module(x) } -> std::convertible_to<Tensor>;
};

/// f_n(... f_1(x)). Children are named "0", "1", ... A copy copies the children. Write the modules in braces,
/// `Sequential model{Linear(2, 8), Tanh()}`: C++ leaves open in which order it evaluates arguments in parentheses, and
/// random parameters are drawn in that order.
class Sequential : public Callable<Sequential> {
 public:
  Sequential();
  // The first condition decides copies of a Sequential before Layer would ask whether one can be copied.
  template <class... M>
  requires((sizeof...(M) != 1 || !(std::same_as<M, Sequential> && ...)) &&
           (Layer<M> && ...)) explicit Sequential(M... modules)
      : Sequential() {
    (add(new Holder<M>(std::move(modules))), ...);
  }
  Sequential(const Sequential& other);
  Sequential(Sequential&& other) noexcept;
  Sequential& operator=(const Sequential& other);
  Sequential& operator=(Sequential&& other) noexcept;
  ~Sequential() override;

  template <Layer M>
  Sequential& append(M module) {
    add(new Holder<M>(std::move(module)));
    return *this;
  }

  std::size_t size() const { return layers_.size(); }
  /// The child as a module of type M. Errors: IndexError out of range; ValueError if it is of another type.
  template <class M>
  M& get(std::size_t index) {
    auto* module = dynamic_cast<M*>(&at(index));
    if (module == nullptr) fail_type(index);
    return *module;
  }
  /// Errors: IndexError.
  Module& operator[](std::size_t index) { return at(index); }

  Tensor forward(Arg x) const;

 private:
  struct NoLayers {};
  Sequential(const Sequential& other, NoLayers);

  struct Any {
    virtual ~Any() = default;
    virtual Any* clone() const = 0;
    /// Assigns the module in place, so that its parameters keep their identity; false if `other` is of another type.
    virtual bool assign(const Any& other) = 0;
    virtual Tensor call(Arg x) = 0;
    virtual Module& module() = 0;
  };
  template <class M>
  struct Holder final : Any {
    explicit Holder(const M& value) : held(value) {}
    explicit Holder(M&& value) : held(std::move(value)) {}
    Any* clone() const override { return new Holder(held); }
    bool assign(const Any& other) override {
      const auto* same = dynamic_cast<const Holder*>(&other);
      if constexpr (std::is_copy_assignable_v<M>) {
        if (same != nullptr) held = same->held;
        return same != nullptr;
      }
      return false;
    }
    Tensor call(Arg x) override { return held(x); }
    Module& module() override { return held; }
    M held;
  };

  void add(Any* layer);
  std::vector<Module*> other_children() const override;
  Module& at(std::size_t index) const;
  [[noreturn]] static void fail_type(std::size_t index);

  std::vector<Any*> layers_;  ///< owned; bare pointers, since <memory> would cost every user program compile time
};

}  // namespace xgrad::nn
