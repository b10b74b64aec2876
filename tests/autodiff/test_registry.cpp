// Every op that the library can run, against its samples, its error samples and its naive reference.
// Not here: the checks (support/check_op.cpp), the samples (samples/), special values (test_conventions.cpp).
#include "samples/samples.hpp"
#include "support/check_op.hpp"

#include <xgrad/autodiff/registry.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <map>
#include <string>

using namespace xgrad;

namespace {

// Ops that the tests define themselves, such as those with wrong rules.
bool is_from_tests(const Op& op) { return std::string(op.name).starts_with("test:"); }

std::string first_lines(const std::vector<std::string>& problems) {
  std::string text;
  for (std::size_t i = 0; i < problems.size() && i < 20; ++i) text += problems[i] + "\n";
  return text + std::to_string(problems.size()) + " problems";
}

}  // namespace

TEST_CASE("registry: every op, every sample") {
  std::map<std::string, test::OpSamples> known;
  for (test::OpSamples& op : test::samples::every_op()) {
    const std::string name = op.op;
    CHECK_MESSAGE(known.emplace(name, std::move(op)).second, "two lists of samples for " << name);
  }

  int ops = 0, skipped = 0;
  test::Report total;
  std::printf("%-22s %8s %12s %12s   worst error in ulps, in brackets the bound\n", "op", "samples", "float64",
              "float32");
  for (const Op* op : registered_ops()) {
    if (is_from_tests(*op)) continue;
    ++ops;
    const auto found = known.find(op->name);
    if (found == known.end()) {
      ++skipped;
      FAIL_CHECK("no samples for the op " << op->name);
      continue;
    }
    const test::Report report = test::check_op(*op, found->second);
    std::printf("%-22s %8d %6.3f (%3.1f) %6.3f (%3.1f)\n", op->name, report.samples, report.worst64,
                found->second.ulps64, report.worst32, found->second.ulps32);
    CHECK_MESSAGE(report.problems.empty(), first_lines(report.problems));
    total += report;
    known.erase(found);
  }
  for (const auto& entry : known) FAIL_CHECK("samples for an op that does not exist: " << entry.first);
  CHECK(ops >= 40);
  CHECK(skipped == 0);
  CHECK(total.first_order + total.kinks > 0);
  std::printf(
      "registry: %d ops, %d samples (%d without floating operands, %d at kinks), %d first-order checks, "
      "%d second-order checks, %d layouts, %d error samples, skipped: %d\n",
      ops, total.samples, total.without_floats, total.kinks, total.first_order, total.second_order, total.layouts,
      total.errors, skipped);
}
