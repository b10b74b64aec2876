// Small blocks for large graphs, cut from stretches of 2 MiB: a million nodes then cost some hundred page faults
// instead of some ten thousand. A stretch goes back to the system when all of its blocks have come back.
// Not here: who gets the blocks (pool.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_set>

namespace xgrad::detail {

/// A block from this size on asks for huge pages: fewer of them fit a processor's table of addresses than its caches
/// hold of data, and a new block costs one fault instead of 512 a huge page.
inline constexpr std::size_t huge_page = std::size_t{1} << 21;

/// Asks for huge pages where whole ones lie in the memory.
void prefer_huge_pages(void* memory, std::size_t bytes) noexcept;

/// Memory straight from the system, aligned to huge pages, in huge pages if it has them. Null if there is none.
void* allocate_huge(std::size_t bytes) noexcept;
/// Gives back what allocate_huge(bytes) returned.
void release_huge(void* memory, std::size_t bytes) noexcept;

/// The stretches that blocks of one size are cut from. Not for several threads at once.
class Slabs {
 public:
  explicit Slabs(std::size_t block_size) : block_size_(block_size) {}

  /// A block; `taken` grows by what that takes from the system. Errors: std::bad_alloc.
  void* take(std::size_t& taken);
  /// False for a block that is not from here; `given` grows by what goes back to the system.
  bool give_back(void* block, std::size_t& given) noexcept;

 private:
  struct Slab {
    std::size_t live;  ///< blocks that have been taken and not given back
  };
  static Slab* slab_of(void* block) {
    return reinterpret_cast<Slab*>(static_cast<unsigned char*>(block) -
                                   reinterpret_cast<std::uintptr_t>(block) % huge_page);
  }

  std::size_t block_size_;
  Slab* current_ = nullptr;        ///< the one that blocks are cut from
  unsigned char* next_ = nullptr;  ///< the first byte of it not yet cut
  std::unordered_set<void*> slabs_;
};

}  // namespace xgrad::detail
