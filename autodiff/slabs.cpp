// Stretches of memory, found again from the addresses of their blocks by alignment.
// Not here: the classes of blocks (pool.hpp).
#include <xgrad/autodiff/slabs.hpp>

#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace xgrad::detail {
namespace {

constexpr std::size_t header = 64;

}  // namespace

void* allocate_huge(std::size_t bytes) noexcept {
  void* memory = std::aligned_alloc(huge_page, (bytes + huge_page - 1) / huge_page * huge_page);
#ifdef MADV_HUGEPAGE
  if (memory != nullptr) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: nothing depends on it
#endif
  return memory;
}

void* Slabs::take(std::size_t& taken) {
  if (current_ == nullptr || next_ + block_size_ > reinterpret_cast<unsigned char*>(current_) + huge_page) {
    void* memory = allocate_huge(huge_page);
    if (memory == nullptr) throw std::bad_alloc();
    try {
      slabs_.insert(memory);
    } catch (...) {
      std::free(memory);
      throw;
    }
    current_ = ::new (memory) Slab{0};
    next_ = static_cast<unsigned char*>(memory) + header;
    taken += huge_page;
  }
  ++current_->live;
  void* block = next_;
  next_ += block_size_;
  return block;
}

bool Slabs::give_back(void* block, std::size_t& given) noexcept {
  Slab* slab = slab_of(block);
  if (!slabs_.contains(slab)) return false;
  if (--slab->live > 0 || slab == current_) return true;
  slabs_.erase(slab);
  std::free(slab);
  given += huge_page;
  return true;
}

}  // namespace xgrad::detail
