// Applying an op: check, compute, and, if a gradient will be wanted, leave a node on the tape.
// Not here: the backward pass (tape.hpp). Included by the files that define ops, not by users of tensors.
#pragma once

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/registry.hpp>

#include <cstring>
#include <type_traits>
#include <vector>

namespace xgrad {
namespace detail {

/// The values to keep for the rule, given which inputs take part in differentiation.
constexpr std::uint8_t wanted_saves(const Saves& saves, State* const* inputs, std::size_t count) {
  std::uint8_t wanted = 0;
  for (std::size_t i = 0; i < count && i < 4; ++i)
    if (inputs[i]->requires_grad) wanted |= saves.for_cotangent[i];
  return wanted;
}

/// Fills the node behind `output` with the op's inputs.
[[gnu::always_inline]] inline void fill_node(State* output, const Op& op, State* const* inputs, std::size_t count,
                                             Site site) {
  Node* node = output->own_node();
  node->op = &op;
  node->file = site.file;
  node->line = site.line;
  node->input_count = static_cast<std::uint16_t>(count);
  node->spent = false;
  node->pass = 0;
  const std::uint8_t saves = op.saves_all ? 0xff : wanted_saves(op.saves, inputs, count);
  node->saves = saves;
  std::uint64_t sequence = context.sequence;
  for (std::size_t i = 0; i < count; ++i) {
    State* state = inputs[i];
    Input& input = node->inputs()[i];
    input.state = state;
    input.is_differentiable = state->requires_grad;
    input.has_edge = input.is_differentiable || op.keeps_shapes;
    input.has_handle = op.saves_all || (i < 4 && (saves & saved_input(static_cast<int>(i))) != 0);
    if (input.has_edge) {
      add_edge(state);
      if (state->producer != nullptr && state->producer->sequence > sequence) sequence = state->producer->sequence;
    }
    if (input.has_handle) {
      add_handle(state);
      input.version = state->storage->version.value();
    }
  }
  node->sequence = context.sequence = sequence + 1;
  node->output_version = output->storage->version.value();
  output->producer = node;
  output->requires_grad = is_floating(output->dtype);
}

/// Adds op, operands and call site to the message of the exception in flight and throws it on.
[[noreturn]] void rethrow_with_operands(const Op& op, State* const* inputs, std::size_t count, Site site);

/// A state that gives its block back unless it becomes a tensor.
class NewState {
 public:
  explicit NewState(std::size_t tail) : state_(new_state(tail)) {}
  ~NewState() {
    if (state_ != nullptr) drop_handle(state_);
  }
  NewState(const NewState&) = delete;
  NewState& operator=(const NewState&) = delete;
  State* get() const { return state_; }
  Tensor release() { return Tensor::adopt(std::exchange(state_, nullptr)); }

 private:
  State* state_;
};

template <const Op& op, class A>
[[gnu::always_inline]] inline Tensor record_states(State* const* inputs, std::size_t count, const A& attrs, Site call) {
  static_assert(std::is_trivially_copyable_v<A>);
  static_assert(op.outputs == 1);
  static_cast<void>(Registered<op>::entry);
  bool recorded = false;
  if constexpr (op.vjp != nullptr) {
    if (context.grad_enabled)
      for (std::size_t i = 0; i < count; ++i) recorded |= inputs[i]->requires_grad;
  }
  constexpr std::size_t attrs_bytes = std::is_empty_v<A> ? 0 : sizeof(A);
  try {
    NewState output(recorded ? sizeof(Node) + count * sizeof(Input) + attrs_bytes : 0);
    State* state = output.get();
    op.infer(Inputs(inputs, count), Attrs(&attrs), Outputs(&state, 1));
    if constexpr (op.is_view()) {
      share_storage(state, inputs[0]);
    } else {
      allocate_data(state);
      if (context.trace != nullptr) [[unlikely]]
        run_op(op, inputs, count, &attrs, attrs_bytes, state, call);
      else
        op.forward(Inputs(inputs, count), Attrs(&attrs), Outputs(&state, 1));
    }
    if (recorded && is_floating(state->dtype)) {
      fill_node(state, op, inputs, count, user_site(call));
      if constexpr (attrs_bytes != 0) std::memcpy(state->own_node()->attrs(), &attrs, attrs_bytes);
    }
    return output.release();
  } catch (Error&) {
    rethrow_with_operands(op, inputs, count, user_site(call));
  }
}

/// Errors: ValueError for more operands than a node can count.
void check_operand_count(const Op& op, std::size_t count, Site call);

/// The same as record for any number of outputs, with what the attributes point to kept by `owner` (which may be
/// undefined).
std::vector<Tensor> record_outputs(const Op& op, const std::vector<Tensor>& operands, const void* attrs,
                                   std::size_t attrs_bytes, const Tensor& owner, Site call);

/// An Arg by reference.
class Operand {
 public:
  Operand(const Arg& arg) : arg_(&arg) {}
  const Arg& operator*() const { return *arg_; }
  const Arg* operator->() const { return arg_; }

 private:
  const Arg* arg_;
};

/// True if the operands have dtypes that the op cannot take as they are, or one is a scalar or undefined.
template <const Op& op>
inline bool needs_preparation(const Operand* operands, std::size_t count) {
  const State* first = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    const State* state = operands[i]->state();
    if (state == nullptr) return true;
    if (op.promotion == Promotion::none || static_cast<int>(i) < op.promote_from) continue;
    if (first == nullptr) first = state;
    if (state->dtype != first->dtype) return true;
    if (op.promotion == Promotion::floating && !is_floating(state->dtype)) return true;
  }
  return false;
}

/// Turns scalars into tensors and operands into their common dtype. Errors: ValueError for an undefined operand.
void prepare(const Op& op, const Operand* operands, std::size_t count, Tensor* ready);

template <const Op& op, class A, std::size_t count>
[[gnu::noinline]] Tensor record_prepared(const Operand* operands, const A& attrs) {
  Tensor ready[count];
  prepare(op, operands, count, ready);
  State* inputs[count];
  for (std::size_t i = 0; i < count; ++i) inputs[i] = ready[i].state();
  return record_states<op>(inputs, count, attrs, operands[0]->site());
}

}  // namespace detail

/// Applies an op to operands: the body of almost every public function.
/// Errors: those of the op's infer, with operands and call site added; ValueError for an undefined operand.
template <const Op& op, class A = NoAttrs, std::size_t count>
inline Tensor record(const detail::Operand (&operands)[count], const A& attrs = {}) {
  if (detail::needs_preparation<op>(operands, count)) [[unlikely]]
    return detail::record_prepared<op, A, count>(operands, attrs);
  detail::State* inputs[count];
  for (std::size_t i = 0; i < count; ++i) inputs[i] = operands[i]->state();
  return detail::record_states<op>(inputs, count, attrs, operands[0]->site());
}

/// The same for a number of operands known at run time only.
template <const Op& op, class A = NoAttrs>
inline Tensor record(const std::vector<Tensor>& operands, Site site, const A& attrs = {}) {
  detail::check_operand_count(op, operands.size(), site);
  const std::vector<Arg> args = [&] {
    std::vector<Arg> result;
    result.reserve(operands.size());
    for (const Tensor& operand : operands) result.emplace_back(operand, site);
    return result;
  }();
  const std::vector<detail::Operand> references(args.begin(), args.end());
  std::vector<Tensor> ready(operands);
  if (detail::needs_preparation<op>(references.data(), references.size()))
    detail::prepare(op, references.data(), references.size(), ready.data());
  std::vector<detail::State*> inputs;
  inputs.reserve(ready.size());
  for (const Tensor& tensor : ready) inputs.push_back(tensor.state());
  return detail::record_states<op>(inputs.data(), inputs.size(), attrs, site);
}

}  // namespace xgrad
