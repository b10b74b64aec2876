// The rare paths of applying an op: scalars, mixed dtypes, and errors.
// Not here: the common path (record.hpp).
#include <xgrad/autodiff/record.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/cast.hpp>

#include <limits>

namespace xgrad::detail {

constinit thread_local ThreadContext context;

void rethrow_with_operands(const Op& op, State* const* inputs, std::size_t count, Site site) {
  try {
    throw;
  } catch (Error& error) {
    std::string operands;
    for (std::size_t i = 0; i < count; ++i) operands += (i == 0 ? "" : ", ") + describe(*inputs[i]);
    error.set_message(with_context(op.name, error.message(), operands, site));
    throw;
  }
}

void check_operand_count(const Op& op, std::size_t count, Site call) {
  constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max() - 256;  // 256 for outputs and an owner
  if (count > most)
    throw ValueError(with_context(
        op.name, "too many operands: got " + std::to_string(count) + ", want at most " + std::to_string(most), "",
        user_site(call)));
}

namespace {

// Gives a new state the values of an output, but no place on the tape.
void alias_values(State* output, State* alias) noexcept {
  static_cast<Array&>(*alias) = *output;
  alias->requires_grad = false;
  share_storage(alias, output);
}

}  // namespace

std::vector<Tensor> record_outputs(const Op& op, const std::vector<Tensor>& operands, const void* attrs,
                                   std::size_t attrs_bytes, const Tensor& owner, Site call) {
  check_operand_count(op, operands.size(), call);
  std::vector<State*> inputs;
  bool recorded = false;
  for (const Tensor& operand : operands) {
    if (!operand.defined())
      throw ValueError(with_context(op.name, "operand " + std::to_string(inputs.size()) + " is an undefined tensor", "",
                                    user_site(call)));
    recorded |= operand.requires_grad();
    inputs.push_back(operand.state());
  }
  recorded &= context.grad_enabled && op.vjp != nullptr;
  const auto outputs = static_cast<std::size_t>(op.outputs);
  const std::size_t visible = inputs.size();
  try {
    std::vector<Tensor> results;
    std::vector<State*> states;
    const std::size_t hidden = (op.saves_all ? outputs - 1 : 0) + owner.defined();
    for (std::size_t i = 0; i < outputs; ++i) {
      const bool holds_node = i == 0 && recorded;
      results.push_back(
          Tensor::adopt(new_state(holds_node ? sizeof(Node) + (visible + hidden) * sizeof(Input) + attrs_bytes : 0)));
      states.push_back(results.back().state());
    }
    op.infer(Inputs(inputs.data(), visible), Attrs(attrs), Outputs(states.data(), outputs));
    for (State* state : states) allocate_data(state);
    if (context.trace != nullptr)
      context.trace->op(op, inputs.data(), visible, attrs, attrs_bytes, states.data(), outputs, owner, call);
    else
      op.forward(Inputs(inputs.data(), visible), Attrs(attrs), Outputs(states.data(), outputs));
    if (!recorded) return results;
    // Later outputs are saved without a place on the tape, so that the node does not hold itself.
    std::vector<Tensor> saved;
    if (op.saves_all)
      for (std::size_t i = 1; i < outputs; ++i)
        inputs.push_back(saved.emplace_back(Tensor::adopt(new_state())).state());
    if (owner.defined()) inputs.push_back(owner.state());
    // From here on nothing throws: an output must not be left pointing to a node that was never filled.
    for (std::size_t i = 1; i < outputs; ++i) link_output(states[0], states[i], static_cast<std::uint8_t>(i));
    for (std::size_t i = 0; i < saved.size(); ++i) alias_values(states[i + 1], saved[i].state());
    fill_node(states[0], op, inputs.data(), inputs.size(), user_site(call));
    if (attrs_bytes != 0) std::memcpy(states[0]->own_node()->attrs(), attrs, attrs_bytes);
    return results;
  } catch (Error&) {
    rethrow_with_operands(op, inputs.data(), visible, user_site(call));
  }
}

void prepare(const Op& op, const Operand* operands, std::size_t count, Tensor* ready) {
  const std::size_t first = static_cast<std::size_t>(op.promote_from);
  for (std::size_t i = 0; i < count; ++i)
    if (!operands[i]->is_scalar() && operands[i]->state() == nullptr)
      throw ValueError(with_context(op.name, "operand " + std::to_string(i) + " is an undefined tensor", "",
                                    user_site(operands[0]->site())));
  // Tensors decide the dtype; scalars only raise its kind, from bool to integer to floating.
  bool any_tensor = false;
  Dtype dtype = Dtype::bool_;
  for (std::size_t i = first; i < count; ++i)
    if (!operands[i]->is_scalar()) {
      dtype =
          any_tensor && op.promotion != Promotion::none ? promote(dtype, operands[i]->dtype()) : operands[i]->dtype();
      any_tensor = true;
    }
  for (std::size_t i = first; i < count; ++i)
    if (operands[i]->is_scalar() && (!any_tensor || !is_floating(dtype))) dtype = promote(dtype, operands[i]->dtype());
  if (op.promotion == Promotion::floating && !is_floating(dtype)) dtype = default_dtype();

  for (std::size_t i = 0; i < count; ++i) {
    if (operands[i]->is_scalar())
      ready[i] = operands[i]->tensor(i < first ? operands[i]->dtype() : dtype);
    else if (op.promotion == Promotion::none || i < first || operands[i]->dtype() == dtype)
      ready[i] = operands[i]->tensor();
    else
      ready[i] = astype(Arg(operands[i]->tensor(), operands[0]->site()), dtype);
  }
}

}  // namespace xgrad::detail
