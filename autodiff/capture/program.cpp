// Replaying a program.
// Not here: how it is made (program_builder.cpp).
#include <xgrad/autodiff/capture/program.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/record.hpp>

#include <algorithm>
#include <utility>

namespace xgrad::detail {
namespace {

bool has_layout_of(const Array& now, const Array& expected) {
  return now.dtype == expected.dtype && now.shape == expected.shape &&
         std::equal(now.strides, now.strides + now.shape.rank(), expected.strides);
}

bool is_same(const Array& now, const Array& expected) {
  return now.data == expected.data && now.requires_grad == expected.requires_grad && has_layout_of(now, expected);
}

}  // namespace

Program::~Program() {
  for (State* state : states_) release(state, state->block_class);
}

bool Program::fits(const Tensor* inputs, std::size_t count) const {
  if (count != inputs_.size() || grad_enabled_ != is_grad_enabled() || default_dtype_ != default_dtype()) return false;
  for (std::size_t i = 0; i < count; ++i)
    if (!has_layout_of(inputs[i].array(), inputs_[i].expected)) return false;
  for (const Outside& outside : outsides_)
    if (!is_same(outside.tensor.array(), outside.expected)) return false;
  for (const LeafGrad& leaf : leaf_grads_) {
    const State* grad = leaf.leaf.state()->grad;
    if ((grad != nullptr) != leaf.is_defined || leaf_grads_[leaf.like].leaf.state()->grad != grad) return false;
    if (leaf.known != nullptr && grad != leaf.known) return false;
    if (grad == nullptr) continue;
    // A gradient has its leaf's shape and dtype always.
    if (!grad->contiguous || is_sole_user(grad) == leaf.is_shared) return false;
  }
  return true;
}

// A result that somebody still looks at stays as it is: this replay writes to new memory.
void Program::renew_results() {
  for (Result& result : results_) {
    const State* state = result.tensor.state();
    const bool is_at_leaf = result.leaf != nullptr && result.leaf->grad == state;
    const bool is_read = std::any_of(leaf_grads_.begin(), leaf_grads_.end(),
                                     [&](const LeafGrad& leaf) { return leaf.leaf.state()->grad == state; });
    if (is_read || !is_sole_user(state, is_at_leaf ? 2 : 1)) {
      result.tensor = empty(state->shape, state->dtype);
      result.memory.move_to(result.tensor.state()->data);
    }
  }
}

void Program::bind(const Tensor* inputs) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) inputs_[i].memory.move_to(inputs[i].state()->data);
  for (LeafGrad& leaf : leaf_grads_)
    if (leaf.is_defined) leaf.memory.move_to(leaf.leaf.state()->grad->data);
}

void Program::set_grad(State* leaf, std::size_t result) {
  const Tensor& next = result == none ? Tensor() : results_[result].tensor;
  if (leaf->grad == next.state()) return;
  const Tensor before = Tensor::adopt(std::exchange(leaf->grad, Tensor(next).release()));
}

void Program::fail(std::size_t step) const {
  std::vector<State*> operands;
  for (const int input : steps_[step].inputs) operands.push_back(slots_[static_cast<std::size_t>(input)]);
  rethrow_with_operands(*steps_[step].op, operands.data(), operands.size(), steps_[step].site);
}

void Program::check_not_written(const Tensor* inputs) const {
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    for (const State* state : written_)
      if (inputs[i].state()->storage == state->storage)
        throw GraphError(with_context(
            "capture",
            "input " + std::to_string(i) + " shares memory with what the step writes in place: want clone() first",
            describe(inputs[i]), user_site({})));
}

void Program::run(const Tensor* inputs) {
  check_not_written(inputs);
  renew_results();
  bind(inputs);
  std::size_t step = none;
  try {
    for (const Instruction& instruction : instructions_) {
      using Kind = Instruction::Kind;
      step = instruction.step;
      switch (instruction.kind) {
        case Kind::call: steps_[step].call(); continue;
        case Kind::set_grad: set_grad(instruction.state, instruction.index); continue;
        case Kind::blocks: blocks_[instruction.index].run(); continue;
        default: break;
      }
      instruction.forward(Inputs(instruction.inputs, instruction.input_count), Attrs(instruction.attrs),
                          Outputs(instruction.outputs, instruction.output_count));
      if (instruction.kind == Kind::op) continue;
      State* written = instruction.kind == Kind::write_grad ? instruction.state->grad : instruction.state;
      if (written != nullptr) written->storage->version.increment();
    }
  } catch (Error&) {
    if (steps_[step].kind != TracedStep::Kind::op) throw;
    fail(step);
  }
}

}  // namespace xgrad::detail
