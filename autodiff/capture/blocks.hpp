// Elementwise ops in a row, run block by block, so that what they hand on stays in the first cache.
// Not here: which ops are in a row (program_builder.cpp).
#pragma once

#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/state.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace xgrad::detail {

/// An op of such a row. Every operand is row-major with the row's number of elements, or a single element.
struct BlockOp {
  const Op* op;
  std::vector<State*> inputs;
  State* output;
  const void* attrs;
};

class Blocks {
 public:
  /// `locals` are states that no other op sees: a block of each, for each thread, is all the memory they get.
  Blocks(std::vector<BlockOp> ops, std::int64_t numel, const std::vector<State*>& locals);
  ~Blocks();
  Blocks(Blocks&& other) noexcept;
  Blocks(const Blocks&) = delete;
  Blocks& operator=(Blocks&&) = delete;

  /// Spreads the blocks over threads. Errors: std::bad_alloc; elementwise ops have no others once they are recorded.
  void run();

 private:
  struct Operand {
    State* whole;
    bool is_element;  ///< a single one
    bool is_local;
  };
  class Lane;
  std::size_t number_of(State* whole, const std::vector<State*>& locals);
  std::unique_ptr<Lane> take_lane();
  void give_back(std::unique_ptr<Lane> lane);

  std::vector<BlockOp> ops_;
  std::int64_t numel_;
  std::vector<Operand> operands_;
  std::vector<std::size_t> numbers_;  ///< of each op's inputs and output among the operands, one op after the other
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_;  ///< those that no thread has now
};

}  // namespace xgrad::detail
