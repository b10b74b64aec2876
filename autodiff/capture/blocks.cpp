// One loop over blocks, one over the ops in it.
// Not here: the ops' own loops (kernels/).
#include <xgrad/autodiff/capture/blocks.hpp>

#include <xgrad/autodiff/creation.hpp>

#include <algorithm>
#include <utility>

namespace xgrad::detail {
namespace {

// Elements: 8 KiB of float32 for each operand. A multiple of every register's length, so that the last elements of the
// whole are the last of a block, and get the same bits.
constexpr std::int64_t block_length = 2048;

}  // namespace

Blocks::Blocks(std::vector<BlockOp> ops, std::int64_t numel, const std::vector<State*>& locals)
    : ops_(std::move(ops)), numel_(numel) {
  for (BlockOp& op : ops_) {
    for (State*& input : op.inputs) input = block_of(input, locals);
    op.output = block_of(op.output, locals);
  }
}

Blocks::Blocks(Blocks&& other) noexcept
    : ops_(std::move(other.ops_)),
      operands_(std::exchange(other.operands_, {})),
      numel_(other.numel_),
      scratch_(std::move(other.scratch_)) {}

Blocks::~Blocks() {
  for (const Operand& operand : operands_) release(operand.block, operand.block->block_class);
}

State* Blocks::block_of(State* whole, const std::vector<State*>& locals) {
  for (const Operand& known : operands_)
    if (known.whole == whole) return known.block;
  State* block = new_state();
  block->dtype = whole->dtype;
  block->contiguous = true;
  const bool is_element = whole->numel != numel_ || !whole->contiguous;
  if (is_element) {
    block->shape = {};
    block->numel = 1;
  } else {
    block->shape = {block_length};
    block->strides[0] = 1;
    block->numel = block_length;
  }
  const bool is_local = std::find(locals.begin(), locals.end(), whole) != locals.end();
  if (is_local) {
    scratch_.push_back(empty({block_length}, whole->dtype));
    block->data = scratch_.back().state()->data;
  }
  operands_.push_back({whole, block, is_element || is_local ? 0 : size_of(whole->dtype)});
  return block;
}

void Blocks::run(std::size_t& failed) {
  for (std::int64_t first = 0; first < numel_; first += block_length) {
    const std::int64_t length = std::min(block_length, numel_ - first);
    for (const Operand& operand : operands_) {
      if (operand.block->shape.rank() == 1) {
        operand.block->shape[0] = operand.block->numel = length;
      }
      if (operand.whole->data != nullptr)
        operand.block->data =
            static_cast<unsigned char*>(operand.whole->data) + static_cast<std::size_t>(first) * operand.step_bytes;
    }
    for (const BlockOp& op : ops_) {
      failed = op.step;
      op.op->forward(Inputs(op.inputs.data(), op.inputs.size()), Attrs(op.attrs), Outputs(&op.output, 1));
    }
  }
}

}  // namespace xgrad::detail
