// The registry's list; entries link themselves in during static initialisation.
// Not here: who enters what (record.hpp).
#include <xgrad/autodiff/registry.hpp>

#include <algorithm>
#include <string_view>

namespace xgrad {

namespace {
constinit const detail::RegistryEntry* first_entry = nullptr;
}

detail::RegistryEntry::RegistryEntry(const Op& described) noexcept : op(&described), next(first_entry) {
  first_entry = this;
}

std::vector<const Op*> registered_ops() {
  std::vector<const Op*> ops;
  for (const auto* entry = first_entry; entry != nullptr; entry = entry->next) ops.push_back(entry->op);
  std::sort(ops.begin(), ops.end(),
            [](const Op* a, const Op* b) { return std::string_view(a->name) < std::string_view(b->name); });
  return ops;
}

}  // namespace xgrad
