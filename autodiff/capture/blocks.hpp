// Elementwise ops in a row, run block by block, so that what they hand on stays in the first cache.
// Not here: which ops are in a row (program_builder.cpp).
#pragma once

#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/state.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace xgrad::detail {

/// An op of such a row. Every operand is row-major with the row's number of elements, or a single element.
struct BlockOp {
  const Op* op;
  std::vector<State*> inputs;
  State* output;
  const void* attrs;
  std::size_t step;  ///< its number in the program, for messages
};

class Blocks {
 public:
  /// `locals` are states that no other op sees: a block of each is all the memory they get.
  Blocks(std::vector<BlockOp> ops, std::int64_t numel, const std::vector<State*>& locals);
  ~Blocks();
  Blocks(Blocks&& other) noexcept;
  Blocks(const Blocks&) = delete;
  Blocks& operator=(Blocks&&) = delete;

  /// Errors: those of the ops, `failed` being the step then.
  void run(std::size_t& failed);

 private:
  struct Operand {
    State* whole;  ///< without data for a local
    State* block;
    std::size_t step_bytes;  ///< from block to block; 0 for a single element
  };
  State* block_of(State* whole, const std::vector<State*>& locals);

  std::vector<BlockOp> ops_;  ///< of blocks
  std::vector<Operand> operands_;
  std::int64_t numel_;
  std::vector<Tensor> scratch_;
};

}  // namespace xgrad::detail
