// What a tensor handle points to: an array, the memory under it, and its place on the tape, in one pooled block.
// Not here: the handle (tensor.hpp), the node's meaning (op.hpp, tape.hpp).
#pragma once

#include <xgrad/autodiff/array.hpp>
#include <xgrad/autodiff/count.hpp>
#include <xgrad/autodiff/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace xgrad {

struct Op;

namespace detail {

struct State;

/// Memory shared by an array and its views. It stands in front of the data in a block of its own, or, for up to
/// inline_bytes of data, inside the state that allocated it (`home`), which then lives as long as the views that share
/// it do (share_storage says which have a copy instead).
struct Storage {
  Count users{1};    ///< states that hold it; not used when it has a home
  Count version{0};  ///< grows with each write in place
  State* home = nullptr;
};

/// An input of a node: an edge if a cotangent can flow to it or the rule needs its shape, a handle if the rule needs
/// its value.
struct Input {
  State* state;
  std::uint32_t version;
  bool is_differentiable;
  bool has_edge;
  bool has_handle;
};

/// Values that a node keeps for its rule, as bits: input i < 4, the first output.
constexpr std::uint8_t saved_input(int i) { return static_cast<std::uint8_t>(1U << i); }
inline constexpr std::uint8_t saved_output = 0x80;

/// A recorded application of an op. It stands behind the state of the op's first output, followed in memory by its
/// inputs and its attributes.
struct Node {
  const Op* op;
  std::uint64_t sequence;  ///< larger than that of every node it depends on
  const char* file;        ///< the call in the user's code
  std::int32_t line;
  std::uint16_t input_count;
  bool spent;          ///< a backward pass has released its saved values
  std::uint8_t saves;  ///< the values its rule needs, in the bits of saved_input and saved_output
  std::uint32_t output_version;
  std::uint32_t slot;  ///< its place in the pass
  std::uint64_t pass;  ///< the last backward pass that needed it

  bool saves_output() const { return (saves & saved_output) != 0; }

  Input* inputs() { return reinterpret_cast<Input*>(this + 1); }
  const Input* inputs() const { return reinterpret_cast<const Input*>(this + 1); }
  void* attrs() { return inputs() + input_count; }
  const void* attrs() const { return inputs() + input_count; }
};

/// The header of memory outside a state's block. Pooled data follows it; adopted data lies elsewhere.
struct alignas(64) HeapStorage : Storage {
  int block_class = 0;
  void (*release)(void*) noexcept = nullptr;  ///< for adopted data: called with the owner at the end
  void* owner = nullptr;
};
static_assert(sizeof(HeapStorage) == buffer_header);

inline constexpr std::size_t inline_bytes = 32;
/// More elements than any memory holds, and few enough that their bytes can be counted.
inline constexpr std::int64_t largest_numel = std::int64_t{1} << 59;

/// A state is kept by two counts. `handles` (tensors and saved values) keep the data; `edges` (nodes that consume the
/// tensor, later outputs of its node, views of inline memory, and one for all handles together) keep the block. So a
/// node can save its own output without a cycle, and shapes outlive data for as long as the tape needs them.
struct State : Array {
  std::uint8_t block_class = 0;
  std::uint8_t output_index = 0;                  ///< which output of its producer it is
  std::uint8_t held_handles = 0, held_edges = 0;  ///< how many of each a trace has (capture/trace.hpp)
  Count handles{1};
  Count edges{1};
  Storage* storage = nullptr;
  Node* producer = nullptr;  ///< the node that made it; null for leaves and constants
  State* grad = nullptr;     ///< a leaf's gradient (one handle); during destruction, the next state to destroy
  Storage inline_storage;
  alignas(16) unsigned char inline_data[inline_bytes];

  State() {}  // not `= default`: `State{}` would zero the block first

  Node* own_node() { return reinterpret_cast<Node*>(this + 1); }
};

inline State* state_of(Node* node) { return reinterpret_cast<State*>(node) - 1; }
inline const State* state_of(const Node* node) { return reinterpret_cast<const State*>(node) - 1; }

/// A state with one handle and no storage, with `tail` bytes behind it for a node.
inline State* new_state(std::size_t tail = 0) {
  const std::size_t bytes = sizeof(State) + tail;
  const int block_class = bytes <= largest_small ? small_class(bytes) : buffer_class(bytes);
  auto* state = ::new (allocate(block_class, bytes)) State;
  state->block_class = static_cast<std::uint8_t>(block_class);
  return state;
}

/// Errors: ShapeError.
[[noreturn]] void fail_too_large(const Shape& shape);

inline void allocate_heap_data(State* state, std::size_t bytes) {
  const std::size_t total = sizeof(HeapStorage) + bytes;
  const int block_class = buffer_class(total);
  auto* storage = ::new (allocate(block_class, total)) HeapStorage;
  storage->block_class = block_class;
  state->storage = storage;
  state->data = storage + 1;
}

/// Gives the state row-major strides and memory of its own for its shape and dtype.
inline void allocate_data(State* state) {
  std::int64_t numel = 1;
  bool overflows = false;
  for (int i = state->shape.rank() - 1; i >= 0; --i) {
    state->strides[i] = numel;
    overflows |= __builtin_mul_overflow(numel, state->shape[i], &numel);
  }
  state->numel = numel;
  if (overflows || numel > largest_numel) [[unlikely]]
    fail_too_large(state->shape);
  const std::size_t bytes = static_cast<std::size_t>(numel) * size_of(state->dtype);
  if (bytes > inline_bytes) return allocate_heap_data(state, bytes);
  state->data = state->inline_data;
  state->storage = &state->inline_storage;
  state->inline_storage.home = state;
}

/// Lets the state use memory that somebody else owns; `release(owner)` runs when its last user is gone.
void adopt_data(State* state, void* data, void* owner, void (*release)(void*) noexcept);

/// Lets the state, whose data already points into it, use the memory of `base`. (A small result of a recorded
/// op lies in its node's block and is copied instead: sharing it would keep the graph behind a detached value alive. It
/// makes a difference only to those who write into a view of a result, under NoGrad.)
void share_storage(State* state, State* base);

void destroy(State* state) noexcept;
void last_handle(State* state) noexcept;
/// Lets go of the memory, but keeps shape and dtype.
void release_storage(State* state) noexcept;

inline void add_edge(State* state) { state->edges.increment(); }

inline void drop_edge(State* state) noexcept {
  if (state->edges.drop_is_last()) destroy(state);
}

inline void add_handle(State* state) {
  if (state->handles.increment() == 0) add_edge(state);
}

inline void drop_handle(State* state) noexcept {
  if (!state->handles.drop_is_last()) return;
  // The common end: a small result outside the graph, its memory in its own block.
  const bool is_plain =
      state->storage == &state->inline_storage && state->producer == nullptr && state->grad == nullptr;
  if (is_plain && state->edges.value() == 1) return release(state, state->block_class);
  last_handle(state);
}

/// Makes a state output i of the node behind `first`.
inline void link_output(State* first, State* output, std::uint8_t i) {
  output->producer = first->own_node();
  output->output_index = i;
  output->requires_grad = is_floating(output->dtype);
  add_edge(first);
}

/// True if no other tensor, saved value, view or node can see the state's memory; a trace does not look at it.
/// (`own_handles`: the handles of who asks.)
inline bool is_sole_user(const State* state, std::uint32_t own_handles = 1) {
  return state->handles.value() == own_handles + state->held_handles &&
         state->edges.value() == 1U + state->held_edges &&
         (state->storage->home == nullptr ? state->storage->users.value() == 1 : state->storage->home == state);
}

void release_values(Node* node) noexcept;

/// Lets go of what the node saved for its rule.
inline void release_saved(Node* node) noexcept {
  if (std::exchange(node->spent, true)) return;
  if (node->saves != 0) release_values(node);
}

}  // namespace detail
}  // namespace xgrad
