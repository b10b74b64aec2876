// The order of the report's sections, and its summary.
// Not here: the command line (../options.hpp).
#include "make_report.hpp"

#include "studies.hpp"

#include <xgrad/autodiff/error.hpp>

#include <fmt/format.h>
#include <chrono>

namespace lab1 {
namespace {

using Clock = std::chrono::steady_clock;

/// Of the same training in NumPy, 50 us an epoch (docs/design.md).
constexpr double numpy_epochs_per_second = 20'000;

/// Epochs of some runs and the time that a core took for them.
struct Speed {
  double epochs = 0, seconds = 0;
  double per_second() const { return epochs / seconds; }
};

Speed speed_of(const Runs& runs, std::size_t from, std::size_t to) {
  Speed speed;
  for (std::size_t i = from; i < to; ++i) {
    speed.epochs += static_cast<double>(runs[i].epochs);
    speed.seconds += runs[i].seconds;
  }
  return speed;
}

std::string counts_text(const Report& report) {
  std::string text;
  for (const auto& [kind, count] : report.counts())
    text += fmt::format("{}{} of {} {}", text.empty() ? "" : ", ", count.equal, count.all, kind);
  return text;
}

}  // namespace

int make_report(const std::string& folder, const std::atomic<bool>& interrupted) {
  const Clock::time_point start = Clock::now();
  Report report(folder);
  const Reference reference = read_reference();
  Runs runs;
  std::string log;
  std::vector<Section> sections;
  sections.push_back(training_study(runs, reference, log));
  const std::size_t tables_from = runs.size();
  sections.push_back(learning_rate_study(runs, reference));
  sections.push_back(hidden_unit_study(runs, reference));
  const std::size_t tables_to = runs.size();
  sections.push_back(no_activation_study(runs));
  sections.push_back(optimizer_study(runs));
  sections.push_back(activation_study(runs));
  sections.push_back(convolution_study(runs));
  sections.push_back(answers(runs));
  sections.push_back(success_rate_study(runs));

  const auto interrupted_code = [] {
    fmt::print("Interrupted: nothing is written\n");
    return 130;
  };
  if (!runs.execute(interrupted)) return interrupted_code();
  for (const Section& write_section : sections) try {
      write_section(report);
    } catch (const xgrad::IoError&) {
      if (!interrupted) throw;  // else gnuplot was interrupted, too
    }
  if (interrupted) return interrupted_code();

  const Speed all = speed_of(runs, 0, runs.size()), tables = speed_of(runs, tables_from, tables_to);
  const std::string counts = counts_text(report);
  const std::string speed =
      fmt::format("Tables A and B: {:.2f} million epochs at {:.0f} epochs a second and core; NumPy does about {:.0f}",
                  tables.epochs / 1e6, tables.per_second(), numpy_epochs_per_second);
  const std::string time = fmt::format("{} runs, {:.2f} million epochs, {:.1f} s", runs.size(), all.epochs / 1e6,
                                       std::chrono::duration<double>(Clock::now() - start).count());
  report.page("Backpropagation on two small data sets",
              fmt::format("<div class=\"summary{}\"><p>Equal to the original report, digit for digit: {}.</p>"
                          "<p>{}. {}.</p></div>\n",
                          report.all_equal() ? "" : " differs", counts, time, speed));
  report.file("log.txt", log);
  report.finish();
  fmt::print("{}\n{}Equal to the original report: {}\n{}\n{}\nReport: {}/report.html\n", log, report.compared_tables(),
             counts, time, speed, folder);
  return report.all_equal() ? 0 : 1;
}

}  // namespace lab1
