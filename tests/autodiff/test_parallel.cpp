// Work spread over threads: every item once, exceptions, nesting, many callers, children, the end of the program.
// Not here: what operations make of it (test_same_bits.cpp), users' own threads (test_threads.cpp).
#include "support/error_text.hpp"
#include "support/thread_count.hpp"

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace xgrad;

namespace {

/// True if every one of `count` elements was visited once.
bool visits_all(std::int64_t count, std::int64_t cost) {
  std::vector<int> visits(static_cast<std::size_t>(count));
  loops::parallel_elements(count, cost, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin) ++visits[static_cast<std::size_t>(begin)];
  });
  return std::all_of(visits.begin(), visits.end(), [](int n) { return n == 1; });
}

/// Destroyed after the helpers have ended.
struct AtExit {
  ~AtExit() {
    if (!visits_all(1'000'000, 1)) std::abort();
  }
} at_exit;

}  // namespace

TEST_CASE("the number of threads") {
  const test::ThreadCount threads(3);
  CHECK(num_threads() == 3);
  for (const int wrong : {0, -1, max_threads + 1})
    CHECK(test::error_text<ValueError>([&] { set_num_threads(wrong); }) ==
          "set_num_threads: not a number of threads: got " + std::to_string(wrong) + ", want 1 to 256");
  CHECK(num_threads() == 3);
  set_num_threads(max_threads);
  CHECK(num_threads() == max_threads);

  const char* set = std::getenv("XGRAD_NUM_THREADS");
  const std::string before = set != nullptr ? set : "";
  setenv("XGRAD_NUM_THREADS", "", 1);  // counts as none
  const int cores = detail::default_num_threads();
  CHECK(cores >= 1);
  CHECK(cores <= static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  setenv("XGRAD_NUM_THREADS", "7", 1);
  CHECK(detail::default_num_threads() == 7);
  for (const char* wrong : {"0", "-2", "257", "two", "2 ", "99999999999999"}) {
    setenv("XGRAD_NUM_THREADS", wrong, 1);
    CHECK(test::error_text<ValueError>([] { detail::default_num_threads(); }) ==
          "XGRAD_NUM_THREADS: not a number of threads: got \"" + std::string(wrong) + "\", want 1 to 256");
  }
  setenv("XGRAD_NUM_THREADS", before.c_str(), 1);
}

TEST_CASE("every element is visited once, by as many threads as asked for at most") {
  for (const int count : {1, 2, 3, 5, 17}) {
    const test::ThreadCount threads(count);
    for (const std::int64_t size : {0, 1, 63, 524'287, 524'288, 524'289, 1'000'000})
      for (const std::int64_t cost : {1, 16}) CHECK(visits_all(size, cost));
    std::atomic<int> calls{0};
    std::set<std::thread::id> ids;
    std::atomic_flag lock;
    loops::parallel_for(1000, loops::piece_cost, [&](std::int64_t begin, std::int64_t end) {
      calls += static_cast<int>(end - begin);
      while (lock.test_and_set()) std::this_thread::yield();
      ids.insert(std::this_thread::get_id());
      lock.clear();
    });
    CHECK(calls == 1000);
    CHECK(static_cast<int>(ids.size()) <= count);
  }
}

TEST_CASE("helpers do come") {
  const test::ThreadCount threads(2);
  std::set<std::thread::id> ids;
  std::atomic_flag lock;
  for (int attempt = 0; attempt < 1000 && ids.size() < 2; ++attempt)
    loops::parallel_for(64, loops::piece_cost, [&](std::int64_t, std::int64_t) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      while (lock.test_and_set()) std::this_thread::yield();
      ids.insert(std::this_thread::get_id());
      lock.clear();
    });
  CHECK(ids.size() == 2);
}

TEST_CASE("little work stays in the calling thread, in one call") {
  const test::ThreadCount threads(4);
  int calls = 0;
  loops::parallel_elements(loops::least_cost - 1, 1, [&](std::int64_t begin, std::int64_t end) {
    ++calls;
    CHECK(begin == 0);
    CHECK(end == loops::least_cost - 1);
  });
  CHECK(calls == 1);
}

TEST_CASE("the exception of the first piece comes out, and work goes on afterwards") {
  for (const int count : {2, 3, 5}) {
    const test::ThreadCount threads(count);
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> done{0};
      const auto work = [&] {
        loops::parallel_for(100, loops::piece_cost, [&](std::int64_t begin, std::int64_t) {
          ++done;
          if (begin >= 40) throw ValueError(std::to_string(begin));
        });
      };
      CHECK(test::error_text<ValueError>(work) == "40");
      CHECK(done == 100);
    }
    CHECK(visits_all(1'000'000, 1));
  }
}

TEST_CASE("work inside of work is serial") {
  const test::ThreadCount threads(4);
  std::atomic<int> calls{0}, items{0};
  loops::parallel_for(32, loops::piece_cost, [&](std::int64_t begin, std::int64_t end) {
    for (; begin < end; ++begin)
      loops::parallel_for(100, loops::piece_cost, [&](std::int64_t from, std::int64_t to) {
        ++calls;
        items += static_cast<int>(to - from);
      });
  });
  CHECK(calls == 32);
  CHECK(items == 3200);
}

TEST_CASE("many callers at once") {
  const test::ThreadCount threads(3);
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      for (int round = 0; round < 100; ++round) wrong += !visits_all(100'000 + round, 8);
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(wrong == 0);
}

TEST_CASE("helpers round as the calling thread does") {
  const test::ThreadCount threads(5);
  std::atomic<int> wrong{0};
  const auto count_wrong = [&](int mode) {
    loops::parallel_for(64, loops::piece_cost, [&](std::int64_t, std::int64_t) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));
      wrong += std::fegetround() != mode;
    });
  };
  count_wrong(FE_TONEAREST);
  std::fesetround(FE_UPWARD);
  count_wrong(FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  count_wrong(FE_TONEAREST);
  CHECK(wrong == 0);
}

#if !defined(__SANITIZE_THREAD__)
TEST_CASE("a child process has helpers of its own") {
  const test::ThreadCount threads(2);
  CHECK(visits_all(1'000'000, 1));
  const pid_t child = fork();
  if (child == 0) {
    bool right = true;
    for (int i = 0; i < 20; ++i) right = right && visits_all(1'000'000, 1);
    _exit(right ? 0 : 1);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(visits_all(1'000'000, 1));
}
#endif
