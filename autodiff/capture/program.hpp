// A captured step as a flat list of kernels over planned memory.
// Not here: how the step was noted down (trace.hpp), which program fits a call (capture.cpp).
#pragma once

#include <xgrad/autodiff/capture/blocks.hpp>
#include <xgrad/autodiff/capture/trace.hpp>

#include <cstddef>
#include <vector>

namespace xgrad::detail {

/// States that lie in one piece of memory, which may be another at each replay.
class Movable {
 public:
  void add(State* state, std::ptrdiff_t offset) { states_.push_back({state, offset}); }
  void move_to(void* data) {
    if (data == data_) return;
    data_ = data;
    for (const auto& [state, offset] : states_) state->data = static_cast<unsigned char*>(data) + offset;
  }

 private:
  struct Member {
    State* state;
    std::ptrdiff_t offset;
  };
  std::vector<Member> states_;
  void* data_ = nullptr;
};

class Program {
 public:
  /// From a finished trace and the values that the step returns.
  Program(const Trace& trace, const std::vector<int>& outputs);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// True if these inputs and all that the step found outside look as they did when it was captured.
  bool fits(const Tensor* inputs, std::size_t count) const;
  /// Errors: those of the ops and of the calls on the host; steps before are done then, as without capture.
  void run(const Tensor* inputs);

  std::size_t output_count() const { return outputs_.size(); }
  const Tensor& output(std::size_t i) const {
    return outputs_[i].result == none ? outputs_[i].outside : results_[outputs_[i].result].tensor;
  }

  std::size_t step_count() const { return instructions_.size(); }
  /// Of the block that holds what the step makes and does not return.
  std::size_t planned_bytes() const { return static_cast<std::size_t>(arena_.size()); }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  struct Instruction {
    enum class Kind : std::uint8_t {
      op,
      write_outside,  ///< an op that changes `state`, which the step found, or a view of it
      write_grad,     ///< an op that changes the gradient that the step found at the leaf `state`
      blocks,         ///< ops in a row: blocks `index`
      call,
      set_grad  ///< the gradient of the leaf `state` becomes result `index`, or undefined
    };
    Kind kind;
    std::uint32_t input_count = 0, output_count = 0;
    State* const* inputs = nullptr;
    State* const* outputs = nullptr;
    const void* attrs = nullptr;
    void (*forward)(Inputs in, Attrs attrs, Outputs out) = nullptr;
    std::size_t step;
    std::size_t index = none;
    State* state = nullptr;
  };
  struct Input {
    Movable memory;
    Array expected;
  };
  /// A tensor that was there before and could be another now.
  struct Outside {
    Tensor tensor;
    Array expected;
  };
  /// A gradient that the step found at a leaf.
  struct LeafGrad {
    Tensor leaf;
    bool is_defined, is_shared;
    Movable memory;
    std::size_t like;              ///< the first of these leaves that has the same gradient
    const State* known = nullptr;  ///< the gradient, if the step found it by another way, too
  };
  /// A value that outlives the replay, returned or as a leaf's gradient.
  struct Result {
    Movable memory;
    Tensor tensor;
    State* leaf;
  };
  struct Output {
    std::size_t result;  ///< or none
    Tensor outside;
  };

  void bind(const Tensor* inputs);
  /// Errors: GraphError.
  void check_not_written(const Tensor* inputs) const;
  void renew_results();
  void set_grad(State* leaf, std::size_t result);
  /// Adds op, operands and call site to the message of the exception in flight and throws it on.
  [[noreturn]] void fail(std::size_t step) const;

  friend class ProgramBuilder;
  bool grad_enabled_;
  Dtype default_dtype_;
  std::vector<TracedStep> steps_;
  std::vector<State*> slots_;     ///< of all values, by number
  std::vector<State*> states_;    ///< those that the program owns
  std::vector<State*> operands_;  ///< of all instructions, in one piece
  std::vector<Tensor> kept_;      ///< what the step found outside
  std::vector<Input> inputs_;
  std::vector<Outside> outsides_;
  std::vector<const State*> written_;  ///< what the step found outside and changes in place
  std::vector<LeafGrad> leaf_grads_;
  std::vector<Result> results_;
  std::vector<Output> outputs_;
  std::vector<Blocks> blocks_;
  std::vector<Instruction> instructions_;
  Tensor arena_;
};

}  // namespace xgrad::detail
