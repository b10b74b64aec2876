// What a captured step did: every op that was applied, every write in place, in order, with nothing computed.
// Not here: what is made of it (program.hpp), what users call (../capture.hpp).
#pragma once

#include <xgrad/autodiff/callback.hpp>
#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/op.hpp>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace xgrad::detail {

/// A state that took part in the step.
struct TracedValue {
  enum class Kind : std::uint8_t {
    outside,    ///< it was there before, or holds a constant
    input,      ///< the caller gives it
    leaf_grad,  ///< the gradient that a leaf had before
    result,     ///< an op of the step made it
    view        ///< it lies in the memory of another value
  };
  State* state;
  Kind kind;
  int base = -1;              ///< of a view
  std::ptrdiff_t offset = 0;  ///< of a view, in bytes
};

/// One thing that the step did; values are numbered.
struct TracedStep {
  enum class Kind : std::uint8_t {
    op,       ///< outputs = op(inputs, attrs)
    call,     ///< a call on the host: an optimizer's step
    set_grad  ///< the gradient of a leaf became a value, or undefined
  };
  Kind kind = Kind::op;
  bool is_write = false;  ///< the output existed before and is changed in place
  Site site = {};
  const Op* op = nullptr;
  std::vector<int> inputs = {}, outputs = {};
  std::vector<unsigned char> attrs = {};
  Tensor owner = {};  ///< of what the attributes point to
  Callback<void()> call = {};
  int leaf = -1;  ///< its number among the leaves
  int grad = -1;  ///< a value, or -1 for none
};

/// A leaf whose gradient the step touched.
struct TracedLeaf {
  Tensor leaf;
  Tensor initial;          ///< its gradient before
  bool needs_initial;      ///< the step looked at that gradient before it replaced it
  bool initial_is_shared;  ///< others see its memory, so nothing is added to it in place
  const State* announced;  ///< the gradient as of the last set_grad
};

/// While one exists, ops in its thread are noted down instead of run: outputs have shape, dtype and memory, but no
/// values. At its end leaves have the gradients that they had before.
class Trace {
 public:
  /// Tensors in place of what the caller will give. Errors: GraphError inside another trace.
  explicit Trace(std::vector<Tensor> inputs);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  void op(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
          State* const* outputs, std::size_t output_count, const Tensor& owner, Site site);
  /// An op that changes `target` in place. Errors: GraphError for an input of the step.
  void write(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
             State* target, Site site);
  /// Before `view`, whose data points into the memory of `base`, shares it.
  void view(State* view, State* base);
  void call(Callback<void()> callback);
  /// Before the gradient of a leaf is read or replaced; `is_cleared` if it is only replaced.
  void touch_grad(State* leaf, bool is_cleared);

  /// Ends the step: the values that it returns, -1 for an undefined tensor. Errors: GraphError if a value lives on
  /// somewhere else.
  std::vector<int> finish(std::vector<Tensor> outputs);

  const std::vector<Tensor>& inputs() const { return inputs_; }
  const std::vector<TracedValue>& values() const { return values_; }
  const std::vector<TracedStep>& steps() const { return steps_; }
  const std::vector<TracedLeaf>& leaves() const { return leaves_; }

 private:
  int number_of(State* state);
  int add(State* state, TracedValue::Kind kind);
  TracedStep& add_op(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
                     Site site);
  void announce_grads();
  void restore_grads() noexcept;
  void check_nothing_escapes() const;

  std::vector<Tensor> inputs_;
  std::vector<TracedValue> values_;
  std::unordered_map<const State*, int> numbers_;
  std::vector<TracedStep> steps_;
  std::vector<TracedLeaf> leaves_;
};

/// Errors: GraphError if a step is being captured in this thread: values are not there yet.
void check_readable(const char* function, const Tensor& tensor);

/// Lets the step that is being captured, if there is one, make this call each time it is replayed. True if so: then the
/// caller must not do it now.
template <class F>
bool is_traced_call(F&& callback) {
  if (context.trace == nullptr) return false;
  context.trace->call(std::forward<F>(callback));
  return true;
}

/// Runs an op on outputs that exist and are new, or has it noted down.
void run_op(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
            State* output, Site site);
/// The same for an op whose forward only looks at values and throws. Operands are added to the message.
void run_check(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
               Site site);
/// The same for an output that is changed in place; its version grows.
void run_write(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
               State* target, Site site);

}  // namespace xgrad::detail
