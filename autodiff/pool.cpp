// The slow half of the pools: filling a thread's list, spilling it, and what happens when a thread ends.
// Not here: the fast half, inline in pool.hpp.
#include <xgrad/autodiff/pool.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <new>

#include <sys/mman.h>

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

struct SharedList {
  std::mutex mutex;
  FreeBlock* head = nullptr;
  std::size_t bytes = 0;
};

// Never destroyed: tensors with static storage duration are freed after every destructor of this file could have run.
SharedList& shared_list(int block_class) {
  static auto* lists = new SharedList[classes];
  return lists[block_class];
}

// A block from this size on asks for huge pages: fewer of them fit a processor's table of addresses than its caches
// hold of data, and a new block costs one fault instead of 512 a huge page.
constexpr std::size_t huge_page = std::size_t{1} << 21;

void* take_from_system(int block_class, std::size_t bytes) {
  const std::size_t size = block_class == unpooled ? (bytes + 63) / 64 * 64 : class_size(block_class);
  void* block =
      block_class < small_classes ? std::malloc(size) : std::aligned_alloc(size < huge_page ? 64 : huge_page, size);
  if (block == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (size >= huge_page) madvise(block, size, MADV_HUGEPAGE);  // a wish: nothing depends on it
#endif
  if (block_class != unpooled) bytes_taken.fetch_add(size, std::memory_order_relaxed);
  return block;
}

void give_to_system(void* block, int block_class) noexcept {
  if (block_class != unpooled) bytes_taken.fetch_sub(class_size(block_class), std::memory_order_relaxed);
  std::free(block);
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
  while (surplus != nullptr) {
    FreeBlock* next = surplus->next;
    give_to_system(surplus, block_class);
    surplus = next;
  }
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
