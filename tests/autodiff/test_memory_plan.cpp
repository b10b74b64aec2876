// The plan of a captured step's memory: nothing overlaps, little is wasted.
// Not here: captured steps (test_capture.cpp).
#include <xgrad/autodiff/capture/memory_plan.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace xgrad;
using detail::Lifetime;
using detail::MemoryPlan;
using detail::plan_memory;

TEST_CASE("memory plan: what is needed at one time does not overlap; what is not takes the place of others") {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Lifetime> lifetimes;
    std::size_t sum = 0;
    for (unsigned i = 0; i < 40; ++i) {
      const std::size_t first = random() % 50, last = first + random() % 8;
      lifetimes.push_back({random() % 3 == 0 ? random() % 20 : random() % 5000, first, last});
      sum += (lifetimes.back().bytes + 63) / 64 * 64;
    }
    const MemoryPlan plan = plan_memory(lifetimes);
    std::size_t most = 0;
    for (std::size_t time = 0; time < 60; ++time) {
      std::size_t needed = 0;
      for (const Lifetime& one : lifetimes)
        if (one.first <= time && time <= one.last) needed += one.bytes;
      most = std::max(most, needed);
    }
    CHECK(plan.bytes >= most);
    CHECK(plan.bytes <= sum);
    for (std::size_t a = 0; a < lifetimes.size(); ++a) {
      CHECK(plan.offsets[a] % 64 == 0);
      CHECK(plan.offsets[a] + lifetimes[a].bytes <= plan.bytes);
      for (std::size_t b = 0; b < a; ++b) {
        const bool same_time = lifetimes[a].first <= lifetimes[b].last && lifetimes[b].first <= lifetimes[a].last;
        const bool apart = plan.offsets[a] + lifetimes[a].bytes <= plan.offsets[b] ||
                           plan.offsets[b] + lifetimes[b].bytes <= plan.offsets[a];
        const bool empty = lifetimes[a].bytes == 0 || lifetimes[b].bytes == 0;
        if (same_time && !empty) CHECK(apart);
      }
    }
  }
}

TEST_CASE("memory plan: a chain needs two places") {
  std::vector<Lifetime> chain;
  for (std::size_t i = 0; i < 100; ++i) chain.push_back({1000, i, i + 1});
  CHECK(plan_memory(chain).bytes == 2 * 1024);
  CHECK(plan_memory({}).bytes == 0);
}
