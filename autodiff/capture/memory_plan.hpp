// Where values lie in one block of memory, given when each is needed.
// Not here: which values those are (program.cpp).
#pragma once

#include <cstddef>
#include <vector>

namespace xgrad::detail {

/// A value of a program: it needs memory from one step to another, both included.
struct Lifetime {
  std::size_t bytes;
  std::size_t first, last;
};

struct MemoryPlan {
  std::vector<std::size_t> offsets;  ///< one for each lifetime, multiples of 64
  std::size_t bytes = 0;             ///< of the whole block
};

/// Values that are needed at one time do not overlap. Best fit in the order of `first`.
MemoryPlan plan_memory(const std::vector<Lifetime>& lifetimes);

}  // namespace xgrad::detail
