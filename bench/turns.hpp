// Measures several ways of doing the same work in turns.
// Not here: what they are called, and printing (suite.hpp).
#pragma once

#include "harness.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace bench {

using Work = std::function<void()>;

// One run more is not timed: after another side's turn it is the one that brings its data into the caches.
inline double seconds_of(const Work& work, int runs) {
  using Clock = std::chrono::steady_clock;
  work();
  const auto start = Clock::now();
  for (int i = 0; i < runs; ++i) work();
  return std::chrono::duration<double>(Clock::now() - start).count() / runs;
}

// Warms up, and returns how many runs fill a batch: ten milliseconds, so that what another side's turn pushed out of
// the caches does not count (a million floats at a time, batches of one took a quarter longer).
inline int runs_of_batch(const Work& work) {
  double best = seconds_of(work, 1);
  for (double spent = 0; spent < 0.02;) {
    const double time = seconds_of(work, 1);
    best = std::min(best, time);
    spent += time;
  }
  return std::clamp(static_cast<int>(1e-2 / best) + 1, 1, 100000);
}

/// Runs all works in turns, in batches of at least ten milliseconds after one untimed run, at least five times, and
/// for `seconds` in all if that is more.
inline std::vector<Time> in_turns(const std::vector<Work>& works, double seconds) {
  std::vector<int> runs;
  double round = 0;
  for (const Work& work : works) {
    runs.push_back(runs_of_batch(work));
    round += seconds_of(work, runs.back()) * runs.back();
  }
  const auto rounds = static_cast<std::size_t>(std::clamp(seconds / round, 5.0, 2000.0));
  std::vector<std::vector<double>> times(works.size());
  for (std::size_t i = 0; i < rounds; ++i)
    for (std::size_t w = 0; w < works.size(); ++w) times[w].push_back(seconds_of(works[w], runs[w]));

  std::vector<Time> results;
  for (auto& of_work : times) {
    std::sort(of_work.begin(), of_work.end());
    results.push_back({of_work.front(), of_work[of_work.size() / 2]});
  }
  return results;
}

}  // namespace bench
