// Work cut into pieces and spread over threads.
// Not here: how many threads there are (threads.hpp), what each loop costs (their own files).
#pragma once

#include <algorithm>
#include <cstdint>

namespace xgrad::loops {

// Costs are counted in elements of cheap work, such as additions: some 0.2 ns each.

/// What a piece of work costs at least. Tests make this and the next small.
extern constinit std::int64_t piece_cost;
/// Work that costs less stays in the calling thread: waking another one, and bringing it what is in this one's cache,
/// could take as long.
extern constinit std::int64_t least_cost;

using PieceFn = void (*)(void* body, std::int64_t begin, std::int64_t end);

/// See parallel_for.
void run_pieces(std::int64_t count, std::int64_t pieces, PieceFn run, void* body);

/// Calls body(begin, end) for ranges that cover the items 0, ..., count - 1, each once, in any order and maybe in other
/// threads, and returns when all are done. Of exceptions, the one of the first range comes out of it. `cost` is that of
/// one item; cheap work is one call, body(0, count). A body is a loop over memory: it calls no ops (guards are those of
/// the calling thread), and what it calls here runs serially.
/// The ranges depend on the number of threads and on luck, so results must not depend on them.
template <class Body>
void parallel_for(std::int64_t count, std::int64_t cost, Body body) {
  if (count < 2 || static_cast<double>(count) * static_cast<double>(cost) < static_cast<double>(least_cost))
    return body(std::int64_t{0}, count);
  const std::int64_t items = std::max<std::int64_t>(piece_cost / std::max<std::int64_t>(cost, 1), 1);
  const PieceFn run = [](void* plain, std::int64_t begin, std::int64_t end) {
    (*static_cast<Body*>(plain))(begin, end);
  };
  run_pieces(count, count / items, run, &body);
}

/// True for so few elements that no elementwise work on them would be cut.
inline bool is_whole(std::int64_t count) { return 32 * count < least_cost; }

/// The same for elements of memory: ranges start where a cache line does, if the memory does.
template <class Body>
void parallel_elements(std::int64_t count, std::int64_t cost, Body body) {
  // Before anything has an address: then few elements cost no more than without all this.
  if (count * cost < least_cost) [[likely]]
    return body(std::int64_t{0}, count);
  const std::int64_t block = std::min<std::int64_t>(piece_cost, 64);
  parallel_for((count + block - 1) / block, block * cost,
               [=](std::int64_t begin, std::int64_t end) { body(begin * block, std::min(end * block, count)); });
}

}  // namespace xgrad::loops
