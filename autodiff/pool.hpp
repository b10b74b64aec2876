// Memory for tensors: blocks of fixed sizes from free lists that belong to the thread.
// Not here: what lives in the blocks (state.hpp).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace xgrad::detail {

/// Small blocks hold tensor states: steps of 16 bytes up to 1 KiB, aligned to 16. Buffers hold element data
/// behind a header of 64 bytes: four sizes of data to a doubling from 64 bytes to 64 MiB, aligned to 64, so that powers
/// of two, which are common, leave nothing over. Each kind has its own free lists.
inline constexpr std::size_t small_step = 16;
inline constexpr std::size_t largest_small = 1024;
inline constexpr int small_classes = static_cast<int>(largest_small / small_step);
inline constexpr std::size_t buffer_header = 64;
inline constexpr int first_buffer_log2 = 6;
inline constexpr int last_buffer_log2 = 26;
inline constexpr int buffer_classes = 4 * (last_buffer_log2 - first_buffer_log2) + 1;
inline constexpr int classes = small_classes + buffer_classes;
/// The class of blocks too large to pool: they come from the system and go back to it.
inline constexpr int unpooled = classes;

/// Under an address sanitizer every block goes to the system and back, so that it sees each use after free.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool pooled = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool pooled = false;
#else
inline constexpr bool pooled = true;
#endif
#else
inline constexpr bool pooled = true;
#endif

struct FreeBlock {
  FreeBlock* next;
};

/// The free blocks of one thread.
struct BlockCache {
  FreeBlock* head[classes];
  std::uint32_t room[classes];  ///< how many more blocks the list takes before half of it goes to the shared lists
};

extern constinit thread_local BlockCache block_cache;

constexpr int small_class(std::size_t bytes) { return static_cast<int>((bytes + small_step - 1) / small_step) - 1; }
constexpr int buffer_class(std::size_t bytes) {
  if (bytes <= buffer_header + (std::size_t{1} << first_buffer_log2)) return small_classes;
  if (bytes > buffer_header + (std::size_t{1} << last_buffer_log2)) return unpooled;
  // 2^log2 < data <= 2^(log2 + 1), and the top two bits below 2^log2 tell the quarter.
  const std::size_t below_data = bytes - buffer_header - 1;
  const int log2 = static_cast<int>(std::bit_width(below_data)) - 1;
  const int quarter = static_cast<int>(below_data >> (log2 - 2)) & 3;
  return small_classes + 4 * (log2 - first_buffer_log2) + quarter + 1;
}
std::size_t class_size(int block_class);

/// Errors: std::bad_alloc. `bytes` matters only for the class `unpooled`.
void* allocate_slow(int block_class, std::size_t bytes);
/// Never throws; works after the thread's own destructors have run.
void release_slow(void* block, int block_class) noexcept;

inline void* allocate(int block_class, std::size_t bytes = 0) {
  if (pooled && block_class != unpooled) {
    FreeBlock*& head = block_cache.head[block_class];
    if (FreeBlock* block = head) [[likely]] {
      head = block->next;
      ++block_cache.room[block_class];
      return block;
    }
  }
  return allocate_slow(block_class, bytes);
}

inline void release(void* memory, int block_class) noexcept {
  if (pooled && block_class != unpooled && block_cache.room[block_class] > 0) [[likely]] {
    auto* block = static_cast<FreeBlock*>(memory);
    block->next = block_cache.head[block_class];
    block_cache.head[block_class] = block;
    --block_cache.room[block_class];
    return;
  }
  release_slow(memory, block_class);
}

/// Lets a standard container live in pooled memory.
template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(detail::allocate(buffer_class(n * sizeof(T)), n * sizeof(T))); }
  void deallocate(T* memory, std::size_t n) noexcept { release(memory, buffer_class(n * sizeof(T))); }
  friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

/// Bytes that the pools have taken from the system and not given back, over all threads.
std::size_t pool_bytes();

}  // namespace xgrad::detail
