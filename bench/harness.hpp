// Timing for the benchmarks: one core, a warm-up, best and median of many repeats, and the machine in words.
// Not here: what is measured.
#pragma once

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace bench {

/// Binds the process to its highest-numbered core, which is the least busy one on most machines, and prints what the
/// numbers below it were measured on.
inline void begin(const char* title) {
  cpu_set_t allowed;
  std::string core = "any core";
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    for (int i = CPU_SETSIZE - 1; i >= 0; --i) {
      if (!CPU_ISSET(i, &allowed)) continue;
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(i, &one);
      if (sched_setaffinity(0, sizeof one, &one) == 0) core = "core " + std::to_string(i);
      break;
    }
  }
  std::string model = "unknown processor";
  std::string flags;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const auto value = line.substr(std::min(line.find(": "), line.size() - 2) + 2);
    if (line.starts_with("model name")) model = value;
    if (line.starts_with("flags")) flags = value;
  }
  const char* vectors = flags.find("avx512f") != std::string::npos ? "AVX-512"
                        : flags.find("avx2") != std::string::npos  ? "AVX2"
                                                                   : "no AVX2";
  std::printf("%s\nmachine: %s, %s, %s, compiler %s\n", title, model.c_str(), vectors, core.c_str(), __VERSION__);
}

struct Time {
  double best;    ///< seconds a run
  double median;  ///< of the repeats
};

/// Runs `work` for a while to warm up, then `repeats` times `runs` times, and returns the seconds of one run.
template <class Work>
Time measure(int repeats, int runs, Work&& work) {
  using Clock = std::chrono::steady_clock;
  const auto time_runs = [&] {
    const auto start = Clock::now();
    for (int i = 0; i < runs; ++i) work();
    return std::chrono::duration<double>(Clock::now() - start).count() / runs;
  };
  for (double spent = 0; spent < 0.02;) spent += time_runs() * runs;
  std::vector<double> times(static_cast<std::size_t>(repeats));
  std::generate(times.begin(), times.end(), time_runs);
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2]};
}

}  // namespace bench
