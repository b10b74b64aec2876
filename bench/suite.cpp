// How a suite measures and prints.
// Not here: the format's reader (report.py).
#include "suite.hpp"

#include "harness.hpp"

#include <xgrad/autodiff/kernels/kernels.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

// One run more is not timed: after another side's turn it is the one that brings its data into the caches.
double seconds_of(const std::function<void()>& work, int runs) {
  work();
  const auto start = Clock::now();
  for (int i = 0; i < runs; ++i) work();
  return std::chrono::duration<double>(Clock::now() - start).count() / runs;
}

// Warms up, and returns how many runs fill a batch: ten milliseconds, so that what another side's turn pushed out of
// the caches does not count (a million floats at a time, batches of one took a quarter longer).
int runs_of_batch(const std::function<void()>& work) {
  double best = seconds_of(work, 1);
  for (double spent = 0; spent < 0.02;) {
    const double time = seconds_of(work, 1);
    best = std::min(best, time);
    spent += time;
  }
  return std::clamp(static_cast<int>(1e-2 / best) + 1, 1, 100000);
}

Time summary(std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2]};
}

std::string in_words(double seconds) {
  char text[32];
  if (seconds < 1e-3)
    std::snprintf(text, sizeof text, "%.2f us", 1e6 * seconds);
  else
    std::snprintf(text, sizeof text, "%.3f ms", 1e3 * seconds);
  return text;
}

}  // namespace

Suite::Suite(const char* program, const char* title, int argc, char** argv) : program_(program) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      json_ = true;
    } else if (argument == "--seconds" && i + 1 < argc) {
      seconds_ = std::atof(argv[++i]);
    } else if (argument == "--only" && i + 1 < argc) {
      only_ = argv[++i];
    } else {
      std::fprintf(stderr, "usage: %s [--json] [--seconds S] [--only TEXT]\n", program);
      std::exit(2);
    }
  }
  const Machine machine = settle();
  const char* level = xgrad::kernels::table().level;
  if (json_)
    std::printf(
        R"({"program": "%s", "machine": {"cpu": "%s", "vectors": "%s", "level": "%s", "core": "%s", "compiler": "%s"}})"
        "\n",
        program, machine.cpu.c_str(), machine.vectors.c_str(), level, machine.core.c_str(), compiler);
  else
    std::printf("%s: %s\nmachine: %s, %s, kernels %s, %s, compiler %s\n", program, title, machine.cpu.c_str(),
                machine.vectors.c_str(), level, machine.core.c_str(), compiler);
}

bool Suite::wants(const std::string& name) const { return name.find(only_) != std::string::npos; }

void Suite::compare(const std::string& name, const std::vector<Side>& sides, const std::vector<Bound>& bounds) {
  if (!wants(name)) return;
  std::vector<int> runs;
  double round = 0;
  for (const Side& side : sides) {
    runs.push_back(runs_of_batch(side.work));
    round += seconds_of(side.work, runs.back()) * runs.back();
  }
  const auto rounds = static_cast<std::size_t>(std::clamp(seconds_ / round, 5.0, 2000.0));
  std::vector<std::vector<double>> times(sides.size());
  for (std::size_t i = 0; i < rounds; ++i)
    for (std::size_t s = 0; s < sides.size(); ++s) times[s].push_back(seconds_of(sides[s].work, runs[s]));

  std::vector<Time> results;
  for (auto& of_side : times) results.push_back(summary(of_side));
  if (json_) {
    for (std::size_t s = 0; s < sides.size(); ++s)
      std::printf(R"({"program": "%s", "case": "%s", "side": "%s", "unit": "s", "best": %.4e, "median": %.4e})"
                  "\n",
                  program_.c_str(), name.c_str(), sides[s].name.c_str(), results[s].best, results[s].median);
    for (const Bound& bound : bounds)
      std::printf(R"({"program": "%s", "case": "%s", "bound": %.4g, "against": "%s"})"
                  "\n",
                  program_.c_str(), name.c_str(), bound.ratio, bound.against.c_str());
  } else {
    std::printf("%-44s", name.c_str());
    for (std::size_t s = 0; s < sides.size(); ++s) {
      std::printf("  %s %s (median %s)", sides[s].name.c_str(), in_words(results[s].best).c_str(),
                  in_words(results[s].median).c_str());
      if (s == 0) continue;
      std::printf(", ratio %.2f (%.2f", results[0].best / results[s].best, results[0].median / results[s].median);
      for (const Bound& bound : bounds)
        if (bound.against == sides[s].name) std::printf("; bound %.4g", bound.ratio);
      std::printf(")");
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

void Suite::value(const std::string& name, const char* unit, double measured, double limit, const char* limit_name) {
  if (!wants(name)) return;
  if (json_)
    std::printf(
        R"({"program": "%s", "case": "%s", "side": "xgrad", "unit": "%s", "value": %.6g, "limit": %.6g, "of": "%s"})"
        "\n",
        program_.c_str(), name.c_str(), unit, measured, limit, limit_name);
  else
    std::printf("%-44s  %.6g %s (%s %.6g)\n", name.c_str(), measured, unit, limit_name, limit);
  std::fflush(stdout);
}

void Suite::value(const std::string& name, const char* unit, double measured) {
  if (!wants(name)) return;
  if (json_)
    std::printf(R"({"program": "%s", "case": "%s", "side": "xgrad", "unit": "%s", "value": %.6g})"
                "\n",
                program_.c_str(), name.c_str(), unit, measured);
  else
    std::printf("%-44s  %.6g %s\n", name.c_str(), measured, unit);
  std::fflush(stdout);
}

}  // namespace bench
