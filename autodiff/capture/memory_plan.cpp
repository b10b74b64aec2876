// A list of free stretches, sorted by offset; values come and go in the order of time.
// Not here: the memory itself (program.cpp).
#include <xgrad/autodiff/capture/memory_plan.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

namespace xgrad::detail {
namespace {

constexpr std::size_t alignment = 64;

class FreeList {
 public:
  /// The smallest stretch that is large enough, else the end of the block, which grows.
  std::size_t take(std::size_t bytes) {
    auto best = free_.end();
    for (auto it = free_.begin(); it != free_.end(); ++it)
      if (it->second >= bytes && (best == free_.end() || it->second < best->second)) best = it;
    if (best == free_.end()) return take_at_end(bytes);
    const auto [offset, size] = *best;
    free_.erase(best);
    if (size > bytes) free_.emplace(offset + bytes, size - bytes);
    return offset;
  }

  void give_back(std::size_t offset, std::size_t bytes) {
    auto next = free_.lower_bound(offset);
    if (next != free_.end() && offset + bytes == next->first) {
      bytes += next->second;
      next = free_.erase(next);
    }
    if (next != free_.begin()) {
      const auto before = std::prev(next);
      if (before->first + before->second == offset) {
        before->second += bytes;
        return;
      }
    }
    free_.emplace(offset, bytes);
  }

  std::size_t end() const { return end_; }

 private:
  // A free stretch before the end becomes part of it.
  std::size_t take_at_end(std::size_t bytes) {
    std::size_t offset = end_;
    if (!free_.empty()) {
      const auto last = std::prev(free_.end());
      if (last->first + last->second == end_) {
        offset = last->first;
        free_.erase(last);
      }
    }
    end_ = offset + bytes;
    return offset;
  }

  std::map<std::size_t, std::size_t> free_;  ///< sizes by offset
  std::size_t end_ = 0;
};

}  // namespace

MemoryPlan plan_memory(const std::vector<Lifetime>& lifetimes) {
  std::vector<std::size_t> by_first(lifetimes.size());
  std::iota(by_first.begin(), by_first.end(), std::size_t{0});
  std::vector<std::size_t> by_last = by_first;
  std::stable_sort(by_first.begin(), by_first.end(),
                   [&](std::size_t a, std::size_t b) { return lifetimes[a].first < lifetimes[b].first; });
  std::stable_sort(by_last.begin(), by_last.end(),
                   [&](std::size_t a, std::size_t b) { return lifetimes[a].last < lifetimes[b].last; });
  const auto rounded = [&](std::size_t i) { return (lifetimes[i].bytes + alignment - 1) / alignment * alignment; };

  MemoryPlan plan;
  plan.offsets.resize(lifetimes.size());
  FreeList memory;
  auto ended = by_last.begin();
  for (const std::size_t i : by_first) {
    if (rounded(i) == 0) continue;
    for (; ended != by_last.end() && lifetimes[*ended].last < lifetimes[i].first; ++ended)
      if (rounded(*ended) != 0) memory.give_back(plan.offsets[*ended], rounded(*ended));
    plan.offsets[i] = memory.take(rounded(i));
  }
  plan.bytes = memory.end();
  return plan;
}

}  // namespace xgrad::detail
