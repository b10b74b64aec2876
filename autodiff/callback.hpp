// A copyable holder of any callable of one signature.
// Not here: std::function; its header costs every user program compile time.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace xgrad {

template <class Signature>
class Callback;

/// Copies share the callable.
template <class R, class... A>
class Callback<R(A...)> {
 public:
  Callback() = default;
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Callback> && std::is_invocable_r_v<R, F&, A...>)
  Callback(F&& f) : target_(std::make_shared<Holder<std::remove_cvref_t<F>>>(std::forward<F>(f))) {}

  explicit operator bool() const { return target_ != nullptr; }
  R operator()(A... arguments) const { return target_->call(std::forward<A>(arguments)...); }

 private:
  struct Target {
    virtual ~Target() = default;
    virtual R call(A... arguments) = 0;
  };
  template <class F>
  struct Holder final : Target {
    explicit Holder(F value) : f(std::move(value)) {}
    R call(A... arguments) override { return f(std::forward<A>(arguments)...); }
    F f;
  };

  std::shared_ptr<Target> target_;
};

}  // namespace xgrad
