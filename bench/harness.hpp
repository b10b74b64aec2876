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

#if defined(__clang__)
inline constexpr const char* compiler = __VERSION__;
#else
inline constexpr const char* compiler = "g++ " __VERSION__;
#endif

/// What numbers are measured on, in words.
struct Machine {
  std::string cpu = "unknown processor";
  std::string vectors = "no AVX2";  ///< the widest registers that the processor has
  std::string core = "any core";    ///< the one that the process is bound to
};

/// Binds the process to its highest-numbered core, which is the least busy one on most machines.
inline Machine settle() {
  Machine machine;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    for (int i = CPU_SETSIZE - 1; i >= 0; --i) {
      if (!CPU_ISSET(i, &allowed)) continue;
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(i, &one);
      if (sched_setaffinity(0, sizeof one, &one) == 0) machine.core = "core " + std::to_string(i);
      break;
    }
  }
  std::string family, model;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line) && !line.empty();) {
    const auto value = line.substr(std::min(line.find(": "), line.size() - 2) + 2);
    if (line.starts_with("model name")) machine.cpu = value;
    if (line.starts_with("cpu family")) family = value;
    if (line.starts_with("model\t")) model = value;
    if (!line.starts_with("flags")) continue;
    if (value.find("avx2") != std::string::npos) machine.vectors = "AVX2";
    if (value.find("avx512f") != std::string::npos) machine.vectors = "AVX-512";
  }
  if (!model.empty()) machine.cpu += " (family " + family + ", model " + model + ")";
  return machine;
}

/// Settles, and prints what the numbers below it are measured on.
inline void begin(const char* title) {
  const Machine machine = settle();
  std::printf("%s\nmachine: %s, %s, %s, compiler %s\n", title, machine.cpu.c_str(), machine.vectors.c_str(),
              machine.core.c_str(), compiler);
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
