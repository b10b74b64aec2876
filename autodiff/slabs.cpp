// Stretches of memory, found again from the addresses of their blocks by alignment.
// Not here: the classes of blocks (pool.hpp).
#include <xgrad/autodiff/slabs.hpp>

#include <new>

#include <sys/mman.h>

namespace xgrad::detail {
namespace {

constexpr std::size_t header = 64;

// The system's pages; a multiple of every size in use.
std::size_t whole_pages(std::size_t bytes) {
  constexpr std::size_t page = std::size_t{1} << 16;
  return (bytes + page - 1) / page * page;
}

// From an address to the next where a huge page may begin.
std::size_t bytes_to_huge_page(const void* memory) {
  return (huge_page - reinterpret_cast<std::uintptr_t>(memory) % huge_page) % huge_page;
}

}  // namespace

void prefer_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef MADV_HUGEPAGE
  const std::size_t head = bytes_to_huge_page(memory);
  const std::size_t whole = bytes > head ? (bytes - head) / huge_page * huge_page : 0;
  // A wish: nothing depends on it.
  if (whole != 0) madvise(static_cast<unsigned char*>(memory) + head, whole, MADV_HUGEPAGE);
#endif
}

void* allocate_huge(std::size_t bytes) noexcept {
  const std::size_t size = whole_pages(bytes);
  void* mapped =
      mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* first = static_cast<unsigned char*>(mapped);
  const std::size_t head = bytes_to_huge_page(first);
  if (head != 0) munmap(first, head);
  munmap(first + head + size, huge_page - head);
  prefer_huge_pages(first + head, size);
  return first + head;
}

void release_huge(void* memory, std::size_t bytes) noexcept { munmap(memory, whole_pages(bytes)); }

void* Slabs::take(std::size_t& taken) {
  if (current_ == nullptr || next_ + block_size_ > reinterpret_cast<unsigned char*>(current_) + huge_page) {
    void* memory = allocate_huge(huge_page);
    if (memory == nullptr) throw std::bad_alloc();
    try {
      slabs_.insert(memory);
    } catch (...) {
      release_huge(memory, huge_page);
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
  release_huge(slab, huge_page);
  given += huge_page;
  return true;
}

}  // namespace xgrad::detail
