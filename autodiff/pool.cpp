// The slow half of the pools: filling a thread's list, spilling it, and what happens when a thread ends.
// Not here: the fast half, inline in pool.hpp.
#include <xgrad/autodiff/pool.hpp>

#include <xgrad/autodiff/slabs.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>

namespace xgrad::detail {

constinit thread_local BlockCache block_cache = {};

namespace {

// What one list of one thread may keep. Beyond it, half goes to the shared list; beyond the shared bound, to the
// system.
constexpr std::size_t bytes_per_list = std::size_t{1} << 20;
constexpr std::size_t shared_bytes_per_list = std::size_t{1} << 25;

std::uint32_t blocks_per_list(int block_class) {
  return static_cast<std::uint32_t>(std::max<std::size_t>(bytes_per_list / class_size(block_class), 4));
}

constinit std::atomic<std::size_t> bytes_taken{0};

/// What the threads of a class share.
struct SharedList {
  std::mutex mutex;
  FreeBlock* head = nullptr;
  std::size_t bytes = 0;
  std::size_t single_bytes = 0;  ///< of small blocks that came from the system one by one
  std::unique_ptr<Slabs> slabs;  ///< of small blocks, where a program has many
};

// Never destroyed: tensors with static storage duration are freed after every destructor of this file could have run.
SharedList& shared_list(int block_class) {
  static auto* lists = new SharedList[classes];
  return lists[block_class];
}

// A program that takes more small blocks of one class than this from the system gets the next ones from slabs.
constexpr std::size_t bytes_before_slabs = std::size_t{1} << 20;

bool is_huge(int block_class) {
  // An address sanitizer watches what malloc gives.
  return pooled && block_class != unpooled && class_size(block_class) >= huge_page;
}

void* take_from_system(int block_class, std::size_t bytes) {
  const std::size_t size = block_class == unpooled ? (bytes + 63) / 64 * 64 : class_size(block_class);
  void* block = block_class < small_classes ? std::malloc(size)
                : is_huge(block_class)      ? allocate_huge(size)
                                            : std::aligned_alloc(64, size);
  if (block == nullptr) throw std::bad_alloc();
  if (block_class == unpooled)
    prefer_huge_pages(block, size);
  else
    bytes_taken.fetch_add(size, std::memory_order_relaxed);
  return block;
}

void give_to_system(void* block, int block_class) noexcept {
  if (block_class != unpooled) bytes_taken.fetch_sub(class_size(block_class), std::memory_order_relaxed);
  is_huge(block_class) ? release_huge(block, class_size(block_class)) : std::free(block);
}

// Blocks that the shared list has no room for.
void give_surplus(FreeBlock* surplus, int block_class) noexcept {
  SharedList& list = shared_list(block_class);
  FreeBlock* singles = surplus;
  if (block_class < small_classes) {
    const std::lock_guard lock(list.mutex);
    std::size_t given = 0;
    singles = nullptr;
    while (surplus != nullptr) {
      FreeBlock* next = surplus->next;
      if (list.slabs == nullptr || !list.slabs->give_back(surplus, given)) {
        surplus->next = singles;
        singles = surplus;
        list.single_bytes -= class_size(block_class);
      }
      surplus = next;
    }
    bytes_taken.fetch_sub(given, std::memory_order_relaxed);
  }
  while (singles != nullptr) {
    FreeBlock* next = singles->next;
    give_to_system(singles, block_class);
    singles = next;
  }
}

void give_to_shared(FreeBlock* block, int block_class) noexcept {
  SharedList& list = shared_list(block_class);
  const std::size_t size = class_size(block_class);
  FreeBlock* surplus = nullptr;
  {
    const std::lock_guard lock(list.mutex);
    while (block != nullptr) {
      FreeBlock* next = block->next;
      FreeBlock*& target = list.bytes + size <= shared_bytes_per_list ? list.head : surplus;
      if (&target == &list.head) list.bytes += size;
      block->next = target;
      target = block;
      block = next;
    }
  }
  if (surplus != nullptr) give_surplus(surplus, block_class);
}

enum class Life : std::uint8_t { unused, open, ended };
constinit thread_local Life life = Life::unused;

// Empties the thread's lists when it ends; blocks freed later than that find no room and go to the shared lists.
struct ThreadEnd {
  ~ThreadEnd() {
    life = Life::ended;
    for (int c = 0; c < classes; ++c) {
      FreeBlock* blocks = block_cache.head[c];
      block_cache.head[c] = nullptr;
      block_cache.room[c] = 0;
      if (blocks != nullptr) give_to_shared(blocks, c);
    }
  }
};

void open_lists() {
  static thread_local ThreadEnd end;
  static_cast<void>(end);
  life = Life::open;
  for (int c = 0; c < classes; ++c) block_cache.room[c] = blocks_per_list(c);
}

// A small block: from a slab if the program has many of its class. The list is locked.
void* take_small(SharedList& list, int block_class) {
  const std::size_t size = class_size(block_class);
  if (list.slabs == nullptr && list.single_bytes + size > bytes_before_slabs)
    list.slabs = std::make_unique<Slabs>(size);
  if (list.slabs == nullptr) {
    void* block = take_from_system(block_class, size);
    list.single_bytes += size;
    return block;
  }
  std::size_t taken = 0;
  void* block = list.slabs->take(taken);
  bytes_taken.fetch_add(taken, std::memory_order_relaxed);
  return block;
}

}  // namespace

std::size_t class_size(int block_class) {
  if (block_class < small_classes) return static_cast<std::size_t>(block_class + 1) * small_step;
  const int index = block_class - small_classes;
  const std::size_t base = std::size_t{1} << (first_buffer_log2 + index / 4);
  return buffer_header + (base + base / 4 * static_cast<std::size_t>(index % 4) + 63) / 64 * 64;
}

void* allocate_slow(int block_class, std::size_t bytes) {
  if (!pooled || block_class == unpooled) return take_from_system(block_class, bytes);
  if (life == Life::unused) open_lists();
  SharedList& list = shared_list(block_class);
  {
    const std::lock_guard lock(list.mutex);
    if (FreeBlock* block = list.head) {
      list.head = block->next;
      list.bytes -= class_size(block_class);
      return block;
    }
    if (block_class < small_classes) return take_small(list, block_class);
  }
  return take_from_system(block_class, bytes);
}

void release_slow(void* memory, int block_class) noexcept {
  if (!pooled || block_class == unpooled) return give_to_system(memory, block_class);
  auto* block = static_cast<FreeBlock*>(memory);
  if (life != Life::open) {
    block->next = nullptr;
    return give_to_shared(block, block_class);
  }
  // The list is full: hand over its older half, so that the next frees and allocations stay local.
  block->next = block_cache.head[block_class];
  FreeBlock* last_kept = block;
  const std::uint32_t kept = blocks_per_list(block_class) / 2;
  for (std::uint32_t i = 1; i < kept && last_kept->next != nullptr; ++i) last_kept = last_kept->next;
  FreeBlock* handed_over = last_kept->next;
  last_kept->next = nullptr;
  block_cache.head[block_class] = block;
  block_cache.room[block_class] = blocks_per_list(block_class) - kept;
  if (handed_over != nullptr) give_to_shared(handed_over, block_class);
}

std::size_t pool_bytes() { return bytes_taken.load(std::memory_order_relaxed); }

}  // namespace xgrad::detail
