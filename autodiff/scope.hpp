// Scopes: library code says on whose behalf it runs, modules say who they are; error messages and nodes repeat it.
// Not here: how sites are captured (arg.hpp).
#pragma once

#include <xgrad/autodiff/context.hpp>

namespace xgrad {

/// Opened by a function made of other ops: they record the site of the function's own call. An outer scope wins, so the
/// site is always the innermost one outside the library.
class CompositeScope {
 public:
  explicit CompositeScope(Site call) : entry_{detail::user_site(call), nullptr, detail::context.scope} {
    detail::context.scope = &entry_;
  }
  explicit CompositeScope(const Arg& arg) : CompositeScope(arg.site()) {}
  ~CompositeScope() { detail::context.scope = entry_.outer; }
  CompositeScope(const CompositeScope&) = delete;
  CompositeScope& operator=(const CompositeScope&) = delete;

  /// Moves the scope to another call site; a backward pass does so from node to node.
  void set_site(Site site) { entry_.site = site; }

 private:
  detail::ScopeEntry entry_;
};

/// Opened around a module's forward: it adds a name to the module path, and lines of the module's own code count again.
class ModuleScope {
 public:
  explicit ModuleScope(const char* name) : entry_{{}, name, detail::context.scope} { detail::context.scope = &entry_; }
  ~ModuleScope() { detail::context.scope = entry_.outer; }
  ModuleScope(const ModuleScope&) = delete;
  ModuleScope& operator=(const ModuleScope&) = delete;

 private:
  detail::ScopeEntry entry_;
};

}  // namespace xgrad
