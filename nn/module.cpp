// Registration, copies and walks over parameters.
// Not here: forward passes.
#include <xgrad/nn/module.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>

#include <algorithm>

namespace xgrad::nn {
namespace {

Tensor copy_of(const Tensor& tensor) {
  const NoGrad guard;
  return tensor.defined() ? clone(tensor).set_requires_grad(tensor.requires_grad()) : Tensor();
}

std::ptrdiff_t distance(const void* from, const void* to) {
  return static_cast<const char*>(to) - static_cast<const char*>(from);
}

}  // namespace

Parameter::Parameter(Module* owner, const char* name, const Tensor& value) : Tensor(value.detach()) {
  set_requires_grad();
  owner->add_member(name, distance(owner, this), false);
}

// Out of the class, as its destructor, so that programs need not compile them for each layer.
Parameter::Parameter(Parameter&&) noexcept = default;
Parameter::~Parameter() = default;

Parameter::Parameter(const Parameter& other) : Tensor(copy_of(other)) {}

Parameter& Parameter::operator=(const Parameter& other) {
  if (defined() && other.defined() && shape() == other.shape() && dtype() == other.dtype()) {
    const NoGrad guard;
    copy_(*this, other);
    set_requires_grad(other.requires_grad());
  } else {
    Tensor::operator=(copy_of(other));
  }
  return *this;
}

Parameter& Parameter::operator=(Parameter&& other) noexcept {
  Tensor::operator=(static_cast<Tensor&&>(other));
  return *this;
}

Module::Module() = default;
Module::Module(Module&&) noexcept = default;

// The name belongs to the place in the parent, not to the value.
Module& Module::operator=(Module&& other) noexcept {
  members_ = std::move(other.members_);
  ties_ = std::move(other.ties_);
  ties_pending_ = other.ties_pending_;
  training_ = other.training_;
  return *this;
}
Module::~Module() = default;

std::vector<Module*> Module::other_children() const { return {}; }

Module::Module(const Module& other)
    : name_(other.name_),
      members_(other.members_),
      ties_(other.ties_),
      ties_pending_(!other.ties_.empty()),
      training_(other.training_) {}

// The members of an assigned module keep their places; only what describes the values changes. Where other parameters
// are tied the values that follow must not meet in one memory.
Module& Module::operator=(const Module& other) {
  if (ties_ != other.ties_) untie();
  members_ = other.members_;
  ties_ = other.ties_;
  ties_pending_ = !other.ties_.empty();
  training_ = other.training_;
  return *this;
}

void Module::add_member(const char* name, std::ptrdiff_t offset, bool is_child) {
  const std::string text = name;
  if (text.empty() || text.find('.') != std::string::npos)
    throw ValueError("module: a name is empty or contains a dot: got \"" + text + "\"");
  for (const Member& member : members_)
    if (member.name == text) throw ValueError("module: a name is used twice: got \"" + text + "\"");
  members_.push_back({text, offset, is_child});
}

void Module::add_child(const char* name, Module& child) {
  add_member(name, distance(this, &child), true);
  child.name_ = name;
}

Parameter& Module::parameter_at(const Member& member) const {
  return *reinterpret_cast<Parameter*>(reinterpret_cast<char*>(const_cast<Module*>(this)) + member.offset);
}

Module& Module::child_at(const Member& member) const {
  return *reinterpret_cast<Module*>(reinterpret_cast<char*>(const_cast<Module*>(this)) + member.offset);
}

// Calls f(name, parameter) for every present parameter, f(name, child) for every child.
template <class F>
void Module::visit(const std::string& prefix, F&& f) const {
  restore_ties();
  const auto enter = [&](const std::string& name, Module& child) {
    f(prefix + name, child);
    child.visit(prefix + name + ".", f);
  };
  for (const Member& member : members_) {
    if (member.is_child)
      enter(member.name, child_at(member));
    else if (Parameter& parameter = parameter_at(member); parameter.defined())
      f(prefix + member.name, parameter);
  }
  for (Module* child : other_children()) enter(child->name_, *child);
}

namespace {

template <class F>
struct ParametersOnly {
  F f;
  void operator()(const std::string& name, Parameter& parameter) { f(name, parameter); }
  void operator()(const std::string&, Module&) {}
};
template <class F>
ParametersOnly(F) -> ParametersOnly<F>;

}  // namespace

std::vector<std::pair<std::string, Tensor>> Module::all_names() const {
  std::vector<std::pair<std::string, Tensor>> result;
  visit("", ParametersOnly{
                [&](const std::string& name, const Parameter& parameter) { result.emplace_back(name, parameter); }});
  return result;
}

std::vector<std::pair<std::string, Tensor>> Module::named_parameters() const {
  std::vector<std::pair<std::string, Tensor>> result;
  visit("", ParametersOnly{[&](const std::string& name, const Parameter& parameter) {
          const bool tied = std::any_of(result.begin(), result.end(),
                                        [&](const auto& known) { return known.second.state() == parameter.state(); });
          if (!tied) result.emplace_back(name, parameter);
        }});
  return result;
}

std::vector<std::pair<std::string, const Module*>> Module::named_modules() const {
  std::vector<std::pair<std::string, const Module*>> result{{"", this}};
  struct {
    std::vector<std::pair<std::string, const Module*>>& result;
    void operator()(const std::string&, Parameter&) {}
    void operator()(const std::string& name, Module& child) { result.emplace_back(name, &child); }
  } collect{result};
  visit("", collect);
  return result;
}

std::vector<Tensor> Module::parameters() const {
  std::vector<Tensor> result;
  for (auto& [name, parameter] : named_parameters()) result.push_back(std::move(parameter));
  return result;
}

void Module::train(bool on) {
  training_ = on;
  struct {
    bool on;
    void operator()(const std::string&, Parameter&) {}
    void operator()(const std::string&, Module& child) { child.training_ = on; }
  } set{on};
  visit("", set);
}

void Module::set_requires_grad(bool on) {
  for (Tensor& parameter : parameters()) {
    parameter.set_requires_grad(on);
    if (!on) parameter.clear_grad();
  }
}

void Module::to(Dtype dtype) {
  if (!is_floating(dtype))
    throw DtypeError(std::string("module: parameters are floating: got ") + xgrad::name(dtype) +
                     ", want float32 or float64");
  const NoGrad guard;
  for (Tensor& parameter : parameters()) {
    const Tensor grad = parameter.grad();
    parameter.clear_grad();
    parameter.set_data(parameter.to(dtype));
    if (grad.defined()) parameter.set_grad(grad.to(dtype));
  }
}

void Module::zero_grad() {
  for (Tensor& parameter : parameters()) parameter.clear_grad();
}

void Module::tie(Parameter& first, Parameter& second) {
  std::string first_name, second_name;
  visit("", ParametersOnly{[&](const std::string& name, Parameter& parameter) {
          if (&parameter == &first) first_name = name;
          if (&parameter == &second) second_name = name;
        }});
  if (first_name.empty() || second_name.empty())
    throw ValueError("tie: a parameter does not belong to this module: want two of its own");
  if (first.shape() != second.shape())
    throw ShapeError("tie: shapes differ: got " + describe(first) + " and " + describe(second));
  if (first.dtype() != second.dtype())
    throw DtypeError("tie: dtypes differ: got " + describe(first) + " and " + describe(second));
  ties_.emplace_back(first_name, second_name);
  join(first, second);
}

// Copies, since one of the operands is a parameter that changes.
void Module::join(const Tensor& first, const Tensor& second) {
  const Tensor kept = first, dropped = second;
  visit("", ParametersOnly{[&](const std::string&, Parameter& parameter) {
          if (parameter.state() == dropped.state()) static_cast<Tensor&>(parameter) = kept;
        }});
}

void Module::untie() {
  const auto tied = std::exchange(ties_, {});
  visit("", ParametersOnly{[&](const std::string& name, Parameter& parameter) {
          if (!std::any_of(tied.begin(), tied.end(), [&](const auto& tie) { return tie.second == name; })) return;
          static_cast<Tensor&>(parameter) = copy_of(parameter);
        }});
}

void Module::restore_ties_now() {
  ties_pending_ = false;
  for (const auto& tie : ties_) {
    Parameter *first = nullptr, *second = nullptr;
    visit("", ParametersOnly{[&](const std::string& name, Parameter& parameter) {
            if (name == tie.first) first = &parameter;
            if (name == tie.second) second = &parameter;
          }});
    if (first != nullptr && second != nullptr) join(*first, *second);
  }
}

}  // namespace xgrad::nn
