// Table B: widths of the hidden layers.
// Not here: success from other seeds (success_rate_study.cpp).
#include "comparison_table.hpp"
#include "figures.hpp"
#include "studies.hpp"
#include "words.hpp"

#include <fmt/format.h>
#include <sstream>

namespace lab1 {
namespace {

std::vector<std::int64_t> widths_of(const std::string& text) {
  std::vector<std::int64_t> widths;
  std::istringstream stream(text);
  for (std::string width; std::getline(stream, width, ',');) widths.push_back(std::stoll(width));
  return widths;
}

}  // namespace

Section hidden_unit_study(Runs& runs, const Reference& reference) {
  std::vector<RowRuns> numbers;
  for (const Reference::Row& row : reference.hidden_units) {
    const TrainOptions options{.hidden = widths_of(row.setting), .epochs = row.epochs};
    numbers.push_back({runs.add(options, "linear", {.curve = true}),
                       runs.add(options, "xor", {.curve = true, .accuracy = true, .region = true})});
  }
  return [&, numbers](Report& report) {
    const std::vector<Reference::Row>& rows = reference.hidden_units;
    report.section("Hidden units");
    report.question("How many hidden units does it take?");
    report.setting("The main setting but for the widths of the two hidden layers and the epochs.");
    report.table("b_hidden_units", "Table B of the original report, value beside value.",
                 comparison_table("hidden units", rows, numbers, runs));

    xgrad::train::Figure curves;
    xgrad::train::Figure regions({.panel_width = 300, .panel_height = 300, .columns = 3});
    xgrad::train::Panel& linear = curves.add_panel(loss_panel("Linear"));
    xgrad::train::Panel& exclusive_or = curves.add_panel(loss_panel("XOR"));
    std::string corrections;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      // The longest run of each width is the last of its rows.
      if (i + 1 < rows.size() && rows[i + 1].setting == rows[i].setting) continue;
      const Run& run = runs[numbers[i].exclusive_or];
      const std::string name = "[" + rows[i].setting + "]";
      add_curve(linear, name, runs[numbers[i].linear]);
      add_curve(exclusive_or, name, run);
      add_region(regions, fmt::format("{}, {} epochs: {}", name, run.epochs, percent(run.evaluation.accuracy)), run);
      if (run.full_from)
        corrections += fmt::format("{}{} from epoch {}", corrections.empty() ? "" : ", ", name, *run.full_from);
    }
    report.figure("hidden_units", "Loss against epoch for each width, in its longest run.",
                  "On XOR all curves fall but that of [1,1], which stays above 0.16.", curves);
    report.figure(
        "hidden_units_regions", "What each width has learned of XOR in its longest run.",
        "A red band along the rising diagonal with every width but [1,1], whose decision is one straight line.",
        regions);
    report.answer(fmt::format(
        "More units learn in fewer epochs, but few are enough. All points of XOR are right with {} on. So [5,5] and "
        "[2,2] do not fail, as the original report says of them: at 20000 epochs they are still on their way, and its "
        "own table has them at 100% after 50000. Only [1,1] cannot: one unit a layer makes the output a monotone "
        "function of one weighted sum of x1 and x2, which cuts the square by a single straight line, and the best that "
        "a line can do with these points is 16 of 21, 76.19%.",
        corrections));
  };
}

}  // namespace lab1
