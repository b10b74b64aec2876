// Modules: values that own parameters and other modules under names.
// Not here: how a module is called (callable.hpp), single modules (linear.hpp, activations.hpp, sequential.hpp).
#pragma once

#include <xgrad/nn/parameter.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace xgrad::nn {

/// Names and tensors, in order.
using StateDict = std::vector<std::pair<std::string, Tensor>>;

struct LoadOptions {
  bool strict = true;  ///< missing and unexpected names are errors
};
/// The names that a state lacks, and those that the module does not know.
struct LoadResult {
  std::vector<std::string> missing, unexpected;
};

class SummaryRun;

/// The part of a module that does not depend on its forward function. A module is a value: a copy has parameters of its
/// own, with the same ties among them; moving keeps the parameters' identity, so optimizers go on working.
class Module {
 public:
  virtual ~Module();

  /// Every parameter once, in order of declaration, depth first; those of children come where the child is declared.
  std::vector<Tensor> parameters() const;
  /// The same with dotted names, `layers.0.weight`; a tied parameter appears under its first name.
  std::vector<std::pair<std::string, Tensor>> named_parameters() const;
  /// This module, named "", and every module below it with its dotted name, depth first.
  std::vector<std::pair<std::string, const Module*>> named_modules() const;

  /// The values of named_parameters(), outside graphs, sharing the parameters' memory: what is written to one is seen
  /// by the other. Clone what has to stay.
  StateDict state_dict() const;
  /// Copies values into the parameters, converted to their dtypes. For a tied parameter any of its names will do.
  /// Errors: ValueError that lists every missing and every unexpected name (if strict), and in any case every tensor
  /// that is given twice, undefined, not floating or of another shape; then nothing is changed.
  LoadResult load_state_dict(const StateDict& state, LoadOptions options = {});

  /// Freezes all parameters, or lets them learn again. Frozen ones stay in parameters(); they get no gradients, so that
  /// optimizers skip them, and lose the one they have.
  void set_requires_grad(bool on = true);

  /// Switches this module and all below it between training and evaluation (dropout and the like ask is_training).
  void train(bool on = true);
  void eval() { train(false); }
  bool is_training() const { return training_; }

  /// Converts all parameters behind their handles, so that optimizers go on working. Errors: DtypeError unless
  /// floating.
  void to(Dtype dtype);
  /// Makes all gradients undefined.
  void zero_grad();

  /// Makes two parameters below this module one: `second`, and what it was tied to, is `first` from now on, and stays
  /// so in copies of this module. Errors: ValueError unless both belong to this module; ShapeError, DtypeError unless
  /// they are alike.
  void tie(Parameter& first, Parameter& second);

  /// The name under which a parent knows this module; "" if it has none.
  const std::string& name() const { return name_; }

 protected:
  Module();
  Module(const Module& other);
  Module(Module&&) noexcept;
  Module& operator=(const Module& other);
  Module& operator=(Module&&) noexcept;

  /// Gives a child that is not a member its name.
  static void set_name(Module& child, std::string name) { child.name_ = std::move(name); }
  /// For modules that keep children elsewhere than in members.
  virtual std::vector<Module*> other_children() const;

  /// Ties of a copied module are restored at the first use after the copy.
  void restore_ties() const {
    if (ties_pending_) [[unlikely]]
      const_cast<Module*>(this)->restore_ties_now();
  }

 private:
  friend class Parameter;
  friend class SummaryRun;
  template <class M>
  friend class Submodule;

  // Members are remembered by their distance from this object, which copies and moves preserve.
  struct Member {
    std::string name;
    std::ptrdiff_t offset;
    bool is_child;
  };

  /// Registers a child that is a member of this object.
  void add_child(const char* name, Module& child);
  void add_member(const char* name, std::ptrdiff_t offset, bool is_child);
  Parameter& parameter_at(const Member& member) const;
  Module& child_at(const Member& member) const;
  template <class F>
  void visit(const std::string& prefix, F&& f) const;
  /// Every parameter under each of its names.
  std::vector<std::pair<std::string, Tensor>> all_names() const;
  void restore_ties_now();
  /// Lets every parameter below this module that is `second` be `first`.
  void join(const Tensor& first, const Tensor& second);
  /// Gives tied parameters memory of their own.
  void untie();

  std::string name_;
  std::vector<Member> members_;
  std::vector<std::pair<std::string, std::string>> ties_;
  bool ties_pending_ = false;
  mutable bool training_ = true;  ///< mutable: a summary runs a model that it may not change in evaluation mode
};

}  // namespace xgrad::nn
