// Another number of threads, or another size of pieces, for a scope of a test.
// Not here: what is checked under it.
#pragma once

#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/threads.hpp>

namespace xgrad::test {

class ThreadCount {
 public:
  explicit ThreadCount(int count) : before_(num_threads()) { set_num_threads(count); }
  ~ThreadCount() { set_num_threads(before_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_;
};

/// Work is cut into pieces of this cost: 1 makes a piece of every element.
class PieceCost {
 public:
  explicit PieceCost(std::int64_t cost) : piece_before_(loops::piece_cost), least_before_(loops::least_cost) {
    loops::piece_cost = cost;
    loops::least_cost = 2 * cost;
  }
  ~PieceCost() {
    loops::piece_cost = piece_before_;
    loops::least_cost = least_before_;
  }
  PieceCost(const PieceCost&) = delete;
  PieceCost& operator=(const PieceCost&) = delete;

 private:
  std::int64_t piece_before_, least_before_;
};

}  // namespace xgrad::test
