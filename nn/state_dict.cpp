// The values of a module by name: reading them, and loading them whole or not at all.
// Not here: files.
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/nn/module.hpp>

#include <algorithm>

namespace xgrad::nn {
namespace {

using Named = std::pair<std::string, Tensor>;

const Named* find(const std::vector<Named>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Named& entry) { return entry.first == name; });
  return found != list.end() ? &*found : nullptr;
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

void append(std::string& text, const std::string& part) { text += (text.empty() ? "" : "; ") + part; }

/// What keeps a tensor from becoming the parameter's value; "" if nothing does.
std::string misfit(const Tensor& got, const Tensor& parameter) {
  if (!got.defined() || got.shape() != parameter.shape() || !is_floating(got.dtype()))
    return "got " + describe(got) + ", want " + describe(parameter);
  return "";
}

}  // namespace

StateDict Module::state_dict() const {
  StateDict state;
  for (const auto& [name, parameter] : named_parameters()) state.emplace_back(name, parameter.detach());
  return state;
}

LoadResult Module::load_state_dict(const StateDict& state, LoadOptions options) {
  const NoGrad guard;
  const std::vector<Named> known = all_names();
  LoadResult result;
  std::string misfits;
  for (auto entry = state.begin(); entry != state.end(); ++entry) {
    const bool is_repeated =
        std::any_of(state.begin(), entry, [&](const Named& earlier) { return earlier.first == entry->first; });
    if (is_repeated) append(misfits, "\"" + entry->first + "\": given twice");
    if (find(known, entry->first) == nullptr) result.unexpected.push_back(entry->first);
  }

  std::vector<std::pair<Tensor, Tensor>> writes;
  for (const auto& [first_name, parameter] : named_parameters()) {
    const Named* chosen = nullptr;
    for (const auto& [name, member] : known) {
      const Named* given = member.state() == parameter.state() ? find(state, name) : nullptr;
      if (given == nullptr) continue;
      const std::string text = misfit(given->second, parameter);
      if (!text.empty()) {
        append(misfits, "\"" + name + "\": " + text);
      } else if (chosen != nullptr && !array_equal(chosen->second, given->second)) {
        append(misfits, "\"" + name + "\": other values than \"" + chosen->first + "\", to which it is tied");
      }
      if (chosen == nullptr) chosen = given;
    }
    if (chosen == nullptr)
      result.missing.push_back(first_name);
    else if (misfits.empty())
      writes.emplace_back(parameter, chosen->second.to(parameter.dtype()));
  }

  std::string text;
  if (options.strict && !result.missing.empty()) append(text, "missing " + quoted(result.missing));
  if (options.strict && !result.unexpected.empty()) append(text, "unexpected " + quoted(result.unexpected));
  if (!misfits.empty()) append(text, misfits);
  if (!text.empty()) throw ValueError("load_state_dict: the state does not fit the module: " + text);

  // A state may hold this module's own memory under other names: written to before it is read.
  const auto is_own = [&](const Tensor& value) {
    return std::any_of(known.begin(), known.end(),
                       [&](const Named& entry) { return entry.second.state()->storage == value.state()->storage; });
  };
  for (auto& [parameter, value] : writes)
    if (is_own(value)) value = clone(value);
  for (const auto& [parameter, value] : writes) copy_(parameter, value);
  return result;
}

}  // namespace xgrad::nn
