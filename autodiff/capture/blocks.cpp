// Blocks spread over threads; in each, one op after the other.
// Not here: the ops' own loops (kernels/), threads (loops/parallel.hpp).
#include <xgrad/autodiff/capture/blocks.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>

#include <algorithm>
#include <utility>

namespace xgrad::detail {
namespace {

// Elements: 8 KiB of float32 for each operand. A multiple of every register's length, so that the last elements of the
// whole are the last of a block, and get the same bits.
constexpr std::int64_t block_length = 2048;

// What an element of an op costs (loops/parallel.hpp): more than an addition, less than most functions.
constexpr std::int64_t cost = 2;

bool is_in(const std::vector<State*>& states, const State* state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

/// What one thread needs: a state for the block of each operand, and scratch for the locals.
class Blocks::Lane {
 public:
  Lane(const std::vector<Operand>& operands, const std::vector<std::size_t>& numbers) {
    for (const Operand& operand : operands) {
      State* block = new_state();
      blocks_.push_back(block);
      block->dtype = operand.whole->dtype;
      block->numel = operand.is_element ? 1 : block_length;
      if (!operand.is_element) block->shape = {block_length};
      block->strides[0] = 1;
      if (!operand.is_local) continue;
      scratch_.push_back(empty({block_length}, operand.whole->dtype));
      block->data = scratch_.back().state()->data;
    }
    for (const std::size_t number : numbers) arguments_.push_back(blocks_[number]);
  }
  ~Lane() {
    for (State* block : blocks_) release(block, block->block_class);
  }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Moves to the elements first, ..., first + length - 1.
  void move_to(const std::vector<Operand>& operands, std::int64_t first, std::int64_t length) {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const auto& [whole, is_element, is_local] = operands[i];
      if (!is_element) blocks_[i]->shape[0] = blocks_[i]->numel = length;
      if (is_local) continue;
      const std::size_t offset = is_element ? 0 : static_cast<std::size_t>(first) * size_of(whole->dtype);
      blocks_[i]->data = static_cast<unsigned char*>(whole->data) + offset;
    }
  }

  State* const* arguments() const { return arguments_.data(); }

 private:
  std::vector<State*> blocks_;
  std::vector<State*> arguments_;
  std::vector<Tensor> scratch_;
};

Blocks::Blocks(std::vector<BlockOp> ops, std::int64_t numel, const std::vector<State*>& locals)
    : ops_(std::move(ops)), numel_(numel) {
  for (const BlockOp& op : ops_) {
    for (State* input : op.inputs) numbers_.push_back(number_of(input, locals));
    numbers_.push_back(number_of(op.output, locals));
  }
}

Blocks::Blocks(Blocks&& other) noexcept
    : ops_(std::move(other.ops_)),
      numel_(other.numel_),
      operands_(std::move(other.operands_)),
      numbers_(std::move(other.numbers_)),
      lanes_(std::move(other.lanes_)) {}

Blocks::~Blocks() = default;

std::size_t Blocks::number_of(State* whole, const std::vector<State*>& locals) {
  for (std::size_t i = 0; i < operands_.size(); ++i)
    if (operands_[i].whole == whole) return i;
  operands_.push_back({whole, whole->numel != numel_ || !whole->contiguous, is_in(locals, whole)});
  return operands_.size() - 1;
}

std::unique_ptr<Blocks::Lane> Blocks::take_lane() {
  const std::lock_guard lock(mutex_);
  if (lanes_.empty()) return std::make_unique<Lane>(operands_, numbers_);
  std::unique_ptr<Lane> lane = std::move(lanes_.back());
  lanes_.pop_back();
  return lane;
}

void Blocks::give_back(std::unique_ptr<Lane> lane) {
  const std::lock_guard lock(mutex_);
  lanes_.push_back(std::move(lane));
}

void Blocks::run() {
  const std::int64_t blocks = (numel_ + block_length - 1) / block_length;
  const auto ops = static_cast<std::int64_t>(ops_.size());
  loops::parallel_for(blocks, block_length * cost * ops, [this](std::int64_t begin, std::int64_t end) {
    std::unique_ptr<Lane> lane = take_lane();
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t first = block * block_length;
      lane->move_to(operands_, first, std::min(block_length, numel_ - first));
      State* const* arguments = lane->arguments();
      for (const BlockOp& op : ops_) {
        op.op->forward(Inputs(arguments, op.inputs.size()), Attrs(op.attrs), Outputs(arguments + op.inputs.size(), 1));
        arguments += op.inputs.size() + 1;
      }
    }
    give_back(std::move(lane));
  });
}

}  // namespace xgrad::detail
