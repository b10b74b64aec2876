// From what a trace noted down to a program: working copies of constants, results that outlive the replay, ops in a
// row, one plan of the memory, and the list of instructions.
// Not here: the plan (memory_plan.cpp), the replay (program.cpp).
#include <xgrad/autodiff/capture/program.hpp>

#include <xgrad/autodiff/capture/memory_plan.hpp>
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/infer.hpp>

#include <algorithm>

namespace xgrad::detail {
namespace {

constexpr Op copy_op{checked({
    .name = "copy",
    .infer = ops::same,
    .forward = [](Inputs in, Attrs, Outputs out) { loops::copy(in[0], out[0]); },
    .not_differentiable = "it is a step of a program",
})};

// Shorter rows fit the first cache as they are.
constexpr std::int64_t shortest_row = 8192;

using Kind = TracedValue::Kind;

std::size_t at(int number) { return static_cast<std::size_t>(number); }

void make_row_major(Array& array) {
  std::int64_t stride = 1;
  for (int axis = array.shape.rank() - 1; axis >= 0; --axis) {
    array.strides[axis] = stride;
    stride *= array.shape[axis];
  }
  array.contiguous = true;
}

bool is_one_element(const Array& array) {
  if (array.numel == 1) return true;
  for (int axis = 0; axis < array.shape.rank(); ++axis)
    if (array.strides[axis] != 0 && array.shape[axis] != 1) return false;
  return true;
}

}  // namespace

class ProgramBuilder {
 public:
  ProgramBuilder(Program& program, const Trace& trace, const std::vector<int>& outputs)
      : program_(program), trace_(trace), values_(trace.values()), result_number_(values_.size(), no_result) {
    program_.steps_ = trace.steps();
    copy_written_constants();
    choose_results(outputs);
    find_rows();
    make_states();
    plan_arena();
    make_guards();
    make_instructions();
  }

 private:
  using Instruction = Program::Instruction;
  static constexpr std::size_t no_result = Program::none;
  static constexpr std::size_t no_row = ~std::size_t{0};

  /// Steps first, first + 1, ..., last - 1, elementwise on one shape.
  struct Row {
    std::size_t first, last;
    std::vector<int> locals = {};  ///< values that no other step sees
  };

  const Array& array(int value) const { return *values_[at(value)].state; }
  int memory_of(int value) const { return values_[at(value)].base < 0 ? value : values_[at(value)].base; }
  Kind kind_of_memory(int value) const { return values_[at(memory_of(value))].kind; }

  int add_result_like(int value) {
    values_.push_back({values_[at(value)].state, Kind::result});
    result_number_.push_back(no_result);
    return static_cast<int>(values_.size()) - 1;
  }

  static TracedStep copy_step(int from, int to, Site site) {
    TracedStep step{.site = site, .op = &copy_op};
    step.inputs = {from};
    step.outputs = {to};
    return step;
  }

  // A constant of the step that is written to starts anew in each replay.
  void copy_written_constants() {
    std::vector<TracedStep> copies;
    for (const TracedStep& step : trace_.steps()) {
      if (!step.is_write) continue;
      const int memory = memory_of(step.outputs[0]);
      TracedValue& value = values_[at(memory)];
      if (value.kind != Kind::outside || value.state->handles.value() != value.state->held_handles) continue;
      const int constant = add_result_like(memory);
      values_[at(constant)].kind = Kind::outside;
      values_[at(memory)].kind = Kind::result;
      copies.push_back(copy_step(constant, memory, step.site));
    }
    program_.steps_.insert(program_.steps_.begin(), copies.begin(), copies.end());
  }

  // A value that may lie in memory of its own: the result of an op, not promised to somebody else.
  bool can_be_result(int value) const {
    return values_[at(value)].kind == Kind::result && array(value).contiguous && !is_result(value);
  }
  bool is_result(int value) const { return result_number_[at(value)] != no_result; }

  /// `leaf`: whose gradient it becomes, or null.
  void add_result(int value, State* leaf) {
    result_number_[at(value)] = results_.size();
    results_.push_back(value);
    leaves_.push_back(leaf);
  }

  void choose_results(const std::vector<int>& outputs) {
    std::vector<TracedStep> steps;
    for (TracedStep& step : program_.steps_) {
      if (step.kind == TracedStep::Kind::set_grad && step.grad >= 0) {
        State* leaf = trace_.leaves()[at(step.leaf)].leaf.state();
        if (!is_result(step.grad) || leaves_[result_number_[at(step.grad)]] != leaf) {
          if (!can_be_result(step.grad)) {
            const int copied = add_result_like(step.grad);
            steps.push_back(copy_step(step.grad, copied, step.site));
            step.grad = copied;
          }
          add_result(step.grad, leaf);
        }
      }
      steps.push_back(std::move(step));
    }
    for (const int output : outputs) {
      if (output < 0 || values_[at(output)].kind == Kind::outside) {
        program_.outputs_.push_back({Program::none, output < 0 ? Tensor() : Tensor::share(values_[at(output)].state)});
        continue;
      }
      int value = output;
      if (!can_be_result(output)) {
        value = add_result_like(output);
        steps.push_back(copy_step(output, value, {}));
      }
      program_.outputs_.push_back({results_.size(), {}});
      add_result(value, nullptr);
    }
    program_.steps_ = std::move(steps);
  }

  bool fits_row(const TracedStep& step) const {
    if (step.kind != TracedStep::Kind::op || !step.op->elementwise || step.outputs.size() != 1) return false;
    const Array& out = array(step.outputs[0]);
    if (!out.contiguous || out.numel < shortest_row) return false;
    if (step.is_write && kind_of_memory(step.outputs[0]) != Kind::result) return false;
    return std::all_of(step.inputs.begin(), step.inputs.end(), [&](int input) {
      return is_one_element(array(input)) || (array(input).contiguous && array(input).shape == out.shape);
    });
  }

  // Values of one memory must be the same elements, where one of them is written.
  bool overlaps(const Row& row, const TracedStep& added) const {
    const auto differ = [&](int a, int b) {
      return memory_of(a) == memory_of(b) &&
             (values_[at(a)].offset != values_[at(b)].offset || array(a).numel != array(b).numel ||
              array(a).contiguous != array(b).contiguous);
    };
    const int written = added.outputs[0];
    const auto differs_from_written = [&](int value) { return differ(value, written); };
    if (std::any_of(added.inputs.begin(), added.inputs.end(), differs_from_written)) return true;
    for (std::size_t i = row.first; i < row.last; ++i) {
      const TracedStep& step = program_.steps_[i];
      if (std::any_of(step.inputs.begin(), step.inputs.end(), differs_from_written) || differ(step.outputs[0], written))
        return true;
      for (const int input : added.inputs)
        if (differ(input, step.outputs[0])) return true;
    }
    return false;
  }

  void find_rows() {
    const std::vector<TracedStep>& steps = program_.steps_;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!fits_row(steps[i])) continue;
      Row row{i, i + 1};
      const Shape& shape = array(steps[i].outputs[0]).shape;
      while (row.last < steps.size() && fits_row(steps[row.last]) && array(steps[row.last].outputs[0]).shape == shape &&
             !overlaps(row, steps[row.last]))
        ++row.last;
      if (row.last - row.first > 1) rows_.push_back(row);
      i = row.last - 1;
    }
    find_locals();
  }

  // Results of a row that are used within it alone.
  void find_locals() {
    row_of_.assign(program_.steps_.size(), no_row);
    for (std::size_t r = 0; r < rows_.size(); ++r)
      for (std::size_t i = rows_[r].first; i < rows_[r].last; ++i) row_of_[i] = r;
    // By memory: the only row that touches it, or `many`.
    constexpr std::size_t many = no_row - 1;
    std::vector<std::size_t> user(values_.size(), no_row);
    const auto use = [&](int value, std::size_t row) {
      std::size_t& known = user[at(memory_of(value))];
      const bool is_plain = memory_of(value) == value;
      known = (known == no_row || known == row) && row != no_row && is_plain ? row : many;
    };
    for (std::size_t i = 0; i < program_.steps_.size(); ++i) {
      for (const int input : program_.steps_[i].inputs) use(input, row_of_[i]);
      for (const int output : program_.steps_[i].outputs) use(output, row_of_[i]);
    }
    is_local_.resize(values_.size());
    for (std::size_t v = 0; v < values_.size(); ++v) {
      if (values_[v].kind != Kind::result || user[v] >= many || is_result(static_cast<int>(v))) continue;
      is_local_[v] = true;
      rows_[user[v]].locals.push_back(static_cast<int>(v));
    }
  }

  void make_states() {
    for (std::size_t v = 0; v < values_.size(); ++v) {
      const TracedValue& value = values_[v];
      if (value.kind == Kind::outside) {
        program_.slots_.push_back(value.state);
        program_.kept_.push_back(Tensor::share(value.state));
        continue;
      }
      State* state = new_state();
      program_.states_.push_back(state);
      static_cast<Array&>(*state) = *value.state;
      if (value.kind == Kind::result) make_row_major(*state);  // it may be to hold a copy of a view
      state->requires_grad = false;
      state->data = nullptr;
      program_.slots_.push_back(state);
    }
    members_.resize(values_.size());
    for (std::size_t v = 0; v < values_.size(); ++v)
      members_[at(memory_of(static_cast<int>(v)))].push_back(static_cast<int>(v));
    for (std::size_t v = 0; v < values_.size(); ++v)
      if (values_[v].kind == Kind::view && kind_of_memory(static_cast<int>(v)) == Kind::outside)
        program_.slots_[v]->data =
            static_cast<unsigned char*>(values_[at(values_[v].base)].state->data) + values_[v].offset;
  }

  // A value and its views.
  Movable all_in(int memory) const {
    Movable movable;
    for (const int value : members_[at(memory)]) movable.add(program_.slots_[at(value)], values_[at(value)].offset);
    return movable;
  }

  void plan_arena() {
    std::vector<int> planned;
    std::vector<int> index(values_.size(), -1);
    std::vector<Lifetime> lifetimes;
    for (std::size_t v = 0; v < values_.size(); ++v) {
      const int value = static_cast<int>(v);
      if (values_[v].kind != Kind::result || is_result(value) || is_local_[v]) continue;
      index[v] = static_cast<int>(planned.size());
      planned.push_back(value);
      const std::size_t bytes = static_cast<std::size_t>(array(value).numel) * size_of(array(value).dtype);
      lifetimes.push_back({bytes, program_.steps_.size(), 0});
    }
    for (std::size_t i = 0; i < program_.steps_.size(); ++i) {
      // The steps of a row run interleaved: they need their memory from its first to its last.
      const Row* row = row_of_[i] == no_row ? nullptr : &rows_[row_of_[i]];
      const std::size_t first = row == nullptr ? i : row->first, last = row == nullptr ? i : row->last - 1;
      const auto use = [&](int value) {
        const int number = index[at(memory_of(value))];
        if (number < 0) return;
        Lifetime& lifetime = lifetimes[at(number)];
        lifetime.first = std::min(lifetime.first, first);
        lifetime.last = std::max(lifetime.last, last);
      };
      for (const int input : program_.steps_[i].inputs) use(input);
      for (const int output : program_.steps_[i].outputs) use(output);
    }
    const MemoryPlan plan = plan_memory(lifetimes);
    program_.arena_ = empty({static_cast<std::int64_t>(plan.bytes)}, Dtype::bool_);
    auto* memory = static_cast<unsigned char*>(program_.arena_.state()->data);
    for (std::size_t i = 0; i < planned.size(); ++i) all_in(planned[i]).move_to(memory + plan.offsets[i]);
  }

  void make_guards() {
    program_.grad_enabled_ = is_grad_enabled();
    program_.default_dtype_ = default_dtype();
    for (std::size_t i = 0; i < trace_.inputs().size(); ++i)
      program_.inputs_.push_back({all_in(static_cast<int>(i)), *program_.slots_[i]});
    for (const TracedValue& value : trace_.values()) {
      const State* state = value.state;
      // What nobody else holds cannot change.
      if (value.kind == Kind::outside && state->handles.value() > 1U + state->held_handles)
        program_.outsides_.push_back({Tensor::share(value.state), *state});
    }
    for (const TracedLeaf& leaf : trace_.leaves()) {
      if (!leaf.leaf.defined()) continue;
      program_.kept_.push_back(leaf.leaf);
      if (!leaf.needs_initial) continue;
      std::vector<Program::LeafGrad>& all = program_.leaf_grads_;
      Program::LeafGrad found{leaf.leaf, leaf.initial.defined(), leaf.initial_is_shared, {}, all.size()};
      const auto same = std::find_if(all.begin(), all.end(), [&](const Program::LeafGrad& other) {
        return found.is_defined && other.leaf.state()->grad == leaf.initial.state();
      });
      if (same != all.end()) found.like = static_cast<std::size_t>(same - all.begin());
      for (std::size_t v = 0; v < values_.size(); ++v) {
        if (values_[v].state != leaf.initial.state()) continue;
        if (values_[v].kind == Kind::leaf_grad) found.memory = all_in(static_cast<int>(v));
        if (values_[v].kind == Kind::outside) found.known = values_[v].state;
      }
      program_.leaf_grads_.push_back(std::move(found));
    }
    for (std::size_t i = 0; i < results_.size(); ++i) {
      Program::Result result{all_in(results_[i]), empty(array(results_[i]).shape, array(results_[i]).dtype),
                             leaves_[i]};
      result.memory.move_to(result.tensor.state()->data);
      program_.results_.push_back(std::move(result));
    }
  }

  void make_instructions() {
    std::size_t operands = 0;
    for (const TracedStep& step : program_.steps_) operands += step.inputs.size() + step.outputs.size();
    program_.operands_.reserve(operands);
    auto row = rows_.begin();
    for (std::size_t i = 0; i < program_.steps_.size(); ++i) {
      if (row != rows_.end() && i == row->first) {
        add_row(*row);
        i = row++->last - 1;
      } else {
        add_instruction(i);
      }
    }
  }

  std::vector<State*> slots(const std::vector<int>& values) const {
    std::vector<State*> result;
    for (const int value : values) result.push_back(program_.slots_[at(value)]);
    return result;
  }

  void add_row(const Row& row) {
    std::vector<BlockOp> ops;
    for (std::size_t i = row.first; i < row.last; ++i) {
      const TracedStep& step = program_.steps_[i];
      ops.push_back({step.op, slots(step.inputs), program_.slots_[at(step.outputs[0])], step.attrs.data()});
    }
    const std::int64_t numel = array(program_.steps_[row.first].outputs[0]).numel;
    program_.instructions_.push_back(
        {.kind = Instruction::Kind::blocks, .step = row.first, .index = program_.blocks_.size()});
    program_.blocks_.emplace_back(std::move(ops), numel, slots(row.locals));
  }

  void add_instruction(std::size_t number) {
    const TracedStep& step = program_.steps_[number];
    Instruction instruction{.kind = Instruction::Kind::op, .step = number};
    if (step.kind == TracedStep::Kind::call) {
      instruction.kind = Instruction::Kind::call;
    } else if (step.kind == TracedStep::Kind::set_grad) {
      instruction.kind = Instruction::Kind::set_grad;
      instruction.state = trace_.leaves()[at(step.leaf)].leaf.state();
      if (step.grad >= 0) instruction.index = result_number_[at(step.grad)];
    } else {
      if (step.is_write) mark_write(step, instruction);
      instruction.forward = step.op->forward;
      instruction.attrs = step.attrs.data();
      instruction.input_count = static_cast<std::uint32_t>(step.inputs.size());
      instruction.output_count = static_cast<std::uint32_t>(step.outputs.size());
      instruction.inputs = append_operands(step.inputs);
      instruction.outputs = append_operands(step.outputs);
    }
    program_.instructions_.push_back(instruction);
  }

  void mark_write(const TracedStep& step, Instruction& instruction) {
    const int memory = memory_of(step.outputs[0]);
    const TracedValue& value = values_[at(memory)];
    if (value.kind == Kind::outside) {
      instruction.kind = Instruction::Kind::write_outside;
      instruction.state = value.state;
      program_.written_.push_back(value.state);
    } else if (value.kind == Kind::leaf_grad) {
      instruction.kind = Instruction::Kind::write_grad;
      for (const TracedLeaf& leaf : trace_.leaves())
        if (leaf.initial.state() == value.state) instruction.state = leaf.leaf.state();
    }
  }

  State* const* append_operands(const std::vector<int>& values) {
    const std::vector<State*> states = slots(values);
    State* const* first = program_.operands_.data() + program_.operands_.size();
    program_.operands_.insert(program_.operands_.end(), states.begin(), states.end());
    return first;
  }

  Program& program_;
  const Trace& trace_;
  std::vector<TracedValue> values_;
  std::vector<std::size_t> result_number_;  ///< of each value
  std::vector<int> results_;                ///< values, each with the leaf whose gradient it becomes, or null
  std::vector<State*> leaves_;
  std::vector<Row> rows_;
  std::vector<std::size_t> row_of_;  ///< of each step
  std::vector<bool> is_local_;
  std::vector<std::vector<int>> members_;  ///< of the memory of each value: itself and its views
};

Program::Program(const Trace& trace, const std::vector<int>& outputs) { ProgramBuilder(*this, trace, outputs); }

}  // namespace xgrad::detail
