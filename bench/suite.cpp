// How a suite measures and prints.
// Not here: the format's reader (report.py).
#include "suite.hpp"

#include "turns.hpp"

#include <xgrad/autodiff/kernels/kernels.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace bench {
namespace {

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
  std::vector<Work> works;
  for (const Side& side : sides) works.push_back(side.work);
  const std::vector<Time> results = in_turns(works, seconds_);
  if (json_) {
    for (std::size_t s = 0; s < sides.size(); ++s)
      std::printf(R"({"program": "%s", "case": "%s", "side": "%s", "unit": "s", "best": %.4e, "median": %.4e})"
                  "\n",
                  program_.c_str(), name.c_str(), sides[s].name.c_str(), results[s].best, results[s].median);
    for (const Bound& b : bounds) bound(name, b);
  } else {
    std::printf("%-44s", name.c_str());
    for (std::size_t s = 0; s < sides.size(); ++s) {
      std::printf("  %s %s (median %s)", sides[s].name.c_str(), in_words(results[s].best).c_str(),
                  in_words(results[s].median).c_str());
      if (s == 0) continue;
      std::printf(", ratio %.2f (%.2f", results[0].best / results[s].best, results[0].median / results[s].median);
      for (const Bound& b : bounds)
        if (b.against == sides[s].name) std::printf("; bound %.4g", b.ratio);
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

void Suite::bound(const std::string& name, const Bound& bound) {
  if (!json_ || !wants(name)) return;
  std::printf(R"({"program": "%s", "case": "%s", "bound": %.4g, "against": "%s"})"
              "\n",
              program_.c_str(), name.c_str(), bound.ratio, bound.against.c_str());
}

}  // namespace bench
