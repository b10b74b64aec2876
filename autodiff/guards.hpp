// Guards: settings of the calling thread that hold for a scope and are restored on every way out of it.
// Not here: scopes for call sites and module paths (scope.hpp).
#pragma once

#include <xgrad/autodiff/context.hpp>

namespace xgrad {

/// True if operations are being recorded in this thread.
inline bool is_grad_enabled() { return detail::context.grad_enabled; }
/// The dtype of floating literals and of creation functions in this thread; float32 unless a guard says otherwise.
inline Dtype default_dtype() { return detail::context.default_dtype; }

/// Turns recording on or off in this thread for the guard's lifetime.
class GradMode {
 public:
  explicit GradMode(bool enabled) : before_(detail::context.grad_enabled) { detail::context.grad_enabled = enabled; }
  ~GradMode() { detail::context.grad_enabled = before_; }
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool before_;
};

/// Operations are not recorded while it lives; writes in place to leaves are allowed.
class NoGrad : public GradMode {
 public:
  NoGrad() : GradMode(false) {}
};

/// Operations are recorded again inside a NoGrad.
class EnableGrad : public GradMode {
 public:
  EnableGrad() : GradMode(true) {}
};

/// Sets the default dtype of this thread. Errors: DtypeError unless floating.
class DefaultDtype {
 public:
  explicit DefaultDtype(Dtype dtype);
  ~DefaultDtype() { detail::context.default_dtype = before_; }
  DefaultDtype(const DefaultDtype&) = delete;
  DefaultDtype& operator=(const DefaultDtype&) = delete;

 private:
  Dtype before_;
};

}  // namespace xgrad
