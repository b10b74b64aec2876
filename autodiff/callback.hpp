// A copyable holder of any callable of one signature.
// Not here: std::function; its header and <memory> cost every user program compile time.
#pragma once

#include <xgrad/autodiff/count.hpp>

#include <concepts>
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
  requires(!std::same_as<std::remove_cvref_t<F>, Callback> && std::is_invocable_r_v<R, F&, A...>) Callback(F&& f)
      : target_(new Holder<std::remove_cvref_t<F>>(std::forward<F>(f))) {}
  Callback(const Callback& other) : target_(other.target_) {
    if (target_ != nullptr) target_->users.increment();
  }
  Callback(Callback&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  Callback& operator=(Callback other) noexcept {
    std::swap(target_, other.target_);
    return *this;
  }
  ~Callback() {
    if (target_ != nullptr && target_->users.drop_is_last()) delete target_;
  }

  explicit operator bool() const { return target_ != nullptr; }
  R operator()(A... arguments) const { return target_->call(std::forward<A>(arguments)...); }

 private:
  struct Target {
    virtual ~Target() = default;
    virtual R call(A... arguments) = 0;
    detail::Count users{1};
  };
  template <class F>
  struct Holder final : Target {
    template <class G>
    explicit Holder(G&& value) : f(std::forward<G>(value)) {}
    R call(A... arguments) override { return f(std::forward<A>(arguments)...); }
    F f;
  };

  Target* target_ = nullptr;
};

}  // namespace xgrad
