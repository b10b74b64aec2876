// The list of all ops that this program can run, for tests and reports.
// Not here: the ops (ops/).
#pragma once

#include <xgrad/autodiff/op.hpp>

#include <vector>

namespace xgrad {

namespace detail {

struct RegistryEntry {
  const Op* op;
  const RegistryEntry* next;
  explicit RegistryEntry(const Op& op) noexcept;
};

/// Its static member enters the op before main; `record` names the member, so whatever can run is registered.
template <const Op& op>
struct Registered {
  static const RegistryEntry entry;
};
template <const Op& op>
const RegistryEntry Registered<op>::entry{op};

}  // namespace detail

/// Every op of the library and of the program, sorted by name.
std::vector<const Op*> registered_ops();

}  // namespace xgrad
