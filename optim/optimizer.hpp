// What all optimizers share: parameters in groups, a learning rate for each group.
// Not here: single optimizers (sgd.hpp, adam.hpp ...), schedules of the learning rate (step_lr.hpp ...).
#pragma once

#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/tensor.hpp>
#include <xgrad/optim/options.hpp>

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace xgrad::optim {

/// Sees parameters, never modules, and never writes into their gradients. It can be moved, not copied: two optimizers
/// with one state between them would disturb each other.
class Optimizer {
 public:
  virtual ~Optimizer();

  /// One update of every parameter that has a gradient and is not frozen (set_requires_grad(false)). Errors:
  /// ShapeError, DtypeError, ValueError if a parameter or its gradient has got another shape or values that it could
  /// not have come with (set_data); nothing has changed then.
  virtual void step() = 0;
  /// Makes all gradients undefined.
  void zero_grad();

  std::size_t group_count() const { return ends_.size(); }
  /// Errors: IndexError.
  double learning_rate(std::size_t group = 0) const;
  /// Sets the rate of every group. Errors: ValueError unless finite and not negative.
  void set_learning_rate(double learning_rate);
  /// Sets the rate of one group. Errors: also IndexError.
  void set_learning_rate(double learning_rate, std::size_t group);

  /// Those of all groups, group by group.
  const std::vector<Tensor>& parameters() const { return parameters_; }

 protected:
  /// `name` must outlive the optimizer.
  explicit Optimizer(const char* name) : name_(name) {}
  Optimizer(Optimizer&&) noexcept = default;
  Optimizer& operator=(Optimizer&&) noexcept = default;

  /// Adds a group. Errors: ValueError without parameters, or with one that this optimizer has already or whose elements
  /// share memory; GraphError for a tensor that is not a leaf; DtypeError for one that is not floating.
  void add_parameters(std::vector<Tensor> parameters);
  /// The index behind the last parameter of a group.
  std::size_t end_of(std::size_t group) const { return ends_[group]; }
  /// Errors: as step().
  void check_parameters() const;
  /// True if step() is to change the parameter.
  static bool has_update(const Tensor& parameter) {
    return parameter.requires_grad() && parameter.state()->grad != nullptr;
  }
  /// Errors: IndexError.
  void check_group(std::size_t group) const;
  [[noreturn]] void fail_without_groups() const;

  /// A leaf's gradient as a tensor that leaves its count alone; the leaf must keep it meanwhile.
  class LentGradient {
   public:
    explicit LentGradient(const Tensor& leaf) : gradient_(Tensor::adopt(leaf.state()->grad)) {}
    ~LentGradient() { static_cast<void>(gradient_.release()); }
    LentGradient(const LentGradient&) = delete;
    LentGradient& operator=(const LentGradient&) = delete;
    const Tensor& operator*() const { return gradient_; }

   private:
    Tensor gradient_;
  };
  /// True if a step is being captured: step() is then called in each replay, and does nothing now.
  bool is_captured();

 private:
  void check_parameter(std::size_t i) const;
  virtual double group_learning_rate(std::size_t group) const = 0;
  virtual void set_group_learning_rate(std::size_t group, double learning_rate) = 0;

  const char* name_;
  std::vector<Tensor> parameters_;
  std::vector<Shape> shapes_;
  std::vector<std::size_t> ends_;
};

/// Parameters that share options: `{model.out.parameters(), {.lr = 1e-2}}`.
template <class Options>
struct Group {
  std::vector<Tensor> parameters;
  Options options = {};
};

/// The frame of an optimizer; what is left to write is the update of one parameter. Options is an aggregate with `lr`,
/// a static `optimizer` (the name for messages) and `check()`; State is what a parameter needs besides, empty at first.
template <class Options, class State>
class GroupedOptimizer : public Optimizer {
 public:
  /// All parameters in one group: `Adam(model.parameters(), {.lr = 1e-3})`. Errors: ValueError for options out of their
  /// ranges, for no parameters, or with one given twice or whose elements share memory; GraphError for a tensor that is
  /// not a leaf; DtypeError for one that is not floating.
  explicit GroupedOptimizer(std::vector<Tensor> parameters, Options options = {});
  /// Several groups: `Adam({{hidden, {.lr = 1e-3}}, {out, {.lr = 1e-2}}})`. Errors: as above.
  GroupedOptimizer(std::initializer_list<Group<Options>> groups);
  GroupedOptimizer(GroupedOptimizer&&) noexcept;
  GroupedOptimizer& operator=(GroupedOptimizer&&) noexcept;
  ~GroupedOptimizer() override;

  /// One more group. Errors: as the constructor; the optimizer is as before then.
  void add_group(std::vector<Tensor> parameters, Options options = {});

  /// Errors: IndexError.
  const Options& options(std::size_t group = 0) const;

  void step() final;

 private:
  /// Writes into the parameter and the state, and leaves the parameter's gradient where it is. Runs under NoGrad.
  virtual void update(const Tensor& parameter, const Tensor& gradient, State& state, const Options& options) = 0;

  double group_learning_rate(std::size_t group) const final;
  void set_group_learning_rate(std::size_t group, double learning_rate) final;

  std::vector<Options> options_;
  std::vector<State> states_;
};

// Out of the class, so that programs need not compile what the library has (`extern template` in sgd.hpp and its like).

template <class Options, class State>
GroupedOptimizer<Options, State>::GroupedOptimizer(std::vector<Tensor> parameters, Options options)
    : Optimizer(Options::optimizer) {
  add_group(std::move(parameters), options);
}
template <class Options, class State>
GroupedOptimizer<Options, State>::GroupedOptimizer(std::initializer_list<Group<Options>> groups)
    : Optimizer(Options::optimizer) {
  if (groups.size() == 0) fail_without_groups();
  for (const Group<Options>& group : groups) add_group(group.parameters, group.options);
}
template <class Options, class State>
GroupedOptimizer<Options, State>::GroupedOptimizer(GroupedOptimizer&&) noexcept = default;
template <class Options, class State>
GroupedOptimizer<Options, State>& GroupedOptimizer<Options, State>::operator=(GroupedOptimizer&&) noexcept = default;
template <class Options, class State>
GroupedOptimizer<Options, State>::~GroupedOptimizer() = default;

template <class Options, class State>
void GroupedOptimizer<Options, State>::add_group(std::vector<Tensor> parameters, Options options) {
  options.check();
  options_.reserve(options_.size() + 1);
  states_.reserve(states_.size() + parameters.size());
  add_parameters(std::move(parameters));
  options_.push_back(options);
  states_.resize(this->parameters().size());
}

template <class Options, class State>
const Options& GroupedOptimizer<Options, State>::options(std::size_t group) const {
  check_group(group);
  return options_[group];
}

template <class Options, class State>
void GroupedOptimizer<Options, State>::step() {
  if (is_captured()) return;
  const NoGrad guard;
  check_parameters();
  std::size_t i = 0;
  for (std::size_t group = 0; group < options_.size(); ++group) {
    for (; i < end_of(group); ++i) {
      const Tensor& parameter = parameters()[i];
      if (has_update(parameter)) update(parameter, *LentGradient(parameter), states_[i], options_[group]);
    }
  }
}

template <class Options, class State>
double GroupedOptimizer<Options, State>::group_learning_rate(std::size_t group) const {
  return options_[group].lr;
}
template <class Options, class State>
void GroupedOptimizer<Options, State>::set_group_learning_rate(std::size_t group, double learning_rate) {
  options_[group].lr = learning_rate;
}

}  // namespace xgrad::optim
