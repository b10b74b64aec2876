// The state of a thread that ops consult: is recording on, which dtype is the default, where are we in the user's code.
// Not here: the guards that users write (guards.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

namespace xgrad::detail {

/// A stretch of library code on behalf of a call in the user's code. While a scope with a site is open, ops record that
/// site instead of the library's own lines; a scope with a name adds to the module path of error messages.
struct ScopeEntry {
  Site site;
  const char* name = nullptr;
  const ScopeEntry* outer = nullptr;
};

struct BackwardPass;
class Trace;

struct ThreadContext {
  bool grad_enabled = true;
  Dtype default_dtype = Dtype::float32;
  const ScopeEntry* scope = nullptr;
  std::uint64_t sequence = 0;          ///< of the last node recorded by this thread
  const BackwardPass* pass = nullptr;  ///< the innermost one that runs in this thread
  Trace* trace = nullptr;              ///< of the step that this thread is capturing
};

extern constinit thread_local ThreadContext context;

inline Site user_site(Site call) {
  const ScopeEntry* scope = context.scope;
  return scope != nullptr && scope->site.file != nullptr ? scope->site : call;
}

}  // namespace xgrad::detail
