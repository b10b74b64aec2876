// How states and their memory come and go, without recursion: a chain of a million nodes is freed in a loop.
// Not here: the inline fast paths (state.hpp), the pools (pool.cpp).
#include <xgrad/autodiff/state.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/op.hpp>

#include <cstring>

namespace xgrad::detail {
namespace {

void free_heap_storage(HeapStorage* storage) noexcept {
  if (storage->release != nullptr) storage->release(storage->owner);
  release(storage, storage->block_class);
}

/// The states that wait to be destroyed, linked through their `grad` field.
class Pending {
 public:
  [[gnu::always_inline]] void drop_edge(State* state) noexcept {
    if (state->edges.drop_is_last()) push(state);
  }

  void drop_handle(State* state) noexcept {
    if (state->handles.drop_is_last()) last_handle(state);
  }

  void last_handle(State* state) noexcept {
    state->handles.set(0);
    if (state->edges.value() == 1) return push(state);
    // Other users keep the block. The data goes, unless the node that made it saves it for its rule.
    const bool saved =
        state->producer == state->own_node() && state->producer->saves_output() && !state->producer->spent;
    if (!saved) release_storage(state);
    drop_edge(state);
  }

  void release_storage(State* state) noexcept {
    Storage* storage = state->storage;
    if (storage == nullptr) return;
    state->storage = nullptr;
    state->data = nullptr;
    if (storage->home == state) return;
    if (storage->home != nullptr) return drop_edge(storage->home);
    if (storage->users.drop_is_last()) free_heap_storage(static_cast<HeapStorage*>(storage));
  }

  [[gnu::always_inline]] void push(State* state) noexcept {
    State* grad = state->grad;
    state->grad = first_;
    first_ = state;
    if (grad != nullptr) drop_handle(grad);
  }

  void run() noexcept {
    while (first_ != nullptr) {
      State* state = first_;
      first_ = state->grad;
      if (state->storage != &state->inline_storage) release_storage(state);
      if (Node* node = state->producer) release_node(state, node);
      const int block_class = state->block_class;
      release(state, block_class);
    }
  }

 private:
  void release_node(State* state, Node* node) noexcept {
    if (node != state->own_node()) return drop_edge(state_of(node));
    for (int i = 0; i < node->input_count; ++i) {
      const Input& input = node->inputs()[i];
      if (input.has_handle) drop_handle(input.state);
      if (input.has_edge) drop_edge(input.state);
    }
  }

  State* first_ = nullptr;
};

}  // namespace

void adopt_data(State* state, void* data, void* owner, void (*release)(void*) noexcept) {
  const int block_class = buffer_class(sizeof(HeapStorage));
  auto* storage = ::new (allocate(block_class)) HeapStorage;
  storage->block_class = block_class;
  storage->owner = owner;
  storage->release = release;
  state->storage = storage;
  state->data = data;
}

void fail_too_large(const Shape& shape) {
  throw ShapeError("shape: too many elements for the memory of any machine: got " + to_string(shape));
}

void share_storage(State* state, State* base) {
  if (context.trace != nullptr) context.trace->view(state, base);
  State* home = base->storage->home;
  if (home != nullptr && home->producer != nullptr) {
    // The memory lies in the block of a node: sharing it would keep the graph behind a detached loss alive.
    std::memcpy(state->inline_data, home->inline_data, inline_bytes);
    state->data = state->inline_data + (static_cast<unsigned char*>(state->data) - home->inline_data);
    state->storage = &state->inline_storage;
    state->inline_storage.home = state;
    return;
  }
  state->storage = base->storage;
  if (home != nullptr)
    add_edge(home);
  else
    base->storage->users.increment();
}

void destroy(State* state) noexcept {
  Pending pending;
  pending.push(state);
  pending.run();
}

void last_handle(State* state) noexcept {
  Storage* storage = state->storage;
  const bool is_plain =
      state->producer == nullptr && state->grad == nullptr && storage != nullptr && storage->home == nullptr;
  if (is_plain && state->edges.value() == 1) {
    if (storage->users.drop_is_last()) free_heap_storage(static_cast<HeapStorage*>(storage));
    return release(state, state->block_class);
  }
  Pending pending;
  pending.last_handle(state);
  pending.run();
}

void release_storage(State* state) noexcept {
  Pending pending;
  pending.release_storage(state);
  pending.run();
}

void release_values(Node* node) noexcept {
  Pending pending;
  // The owner of the attributes stays: messages go on naming the op.
  const int count = node->input_count - (node->op->keeps_owner ? 1 : 0);
  for (int i = 0; i < count; ++i) {
    Input& input = node->inputs()[i];
    if (!input.has_handle) continue;
    input.has_handle = false;
    pending.drop_handle(input.state);
  }
  State* output = state_of(node);
  if (node->saves_output() && output->handles.value() == 0) pending.release_storage(output);
  pending.run();
}

}  // namespace xgrad::detail
