// Affine layers without anything between them.
// Not here: what activation functions are for (answers.cpp).
#include "../log.hpp"
#include "figures.hpp"
#include "studies.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace lab1 {
namespace {

std::string end_of(const Run& run) {
  if (run.result.stop == Stop::diverged) return divergence_line(run.result);
  return fmt::format("all {} epochs", run.epochs);
}

std::string divergence_of(const Run& run) {
  return fmt::format("from epoch {} on, first in {}", run.epochs, run.result.bad_layer);
}

std::vector<Cell> row_of(const std::string& rate, const Run& run) {
  const bool has_diverged = run.result.stop == Stop::diverged;
  return {run.dataset.name, rate, end_of(run), has_diverged ? "-" : loss_text(run.loss, 5),
          has_diverged ? "-" : percent(run.evaluation.accuracy)};
}

}  // namespace

Section no_activation_study(Runs& runs) {
  struct Rate {
    std::string text;
    std::size_t linear, exclusive_or;
  };
  std::vector<Rate> rates;
  for (const char* rate : {"0.1", "0.001"}) {
    const TrainOptions options{.lr = std::stod(rate), .activation = "none"};
    rates.push_back({rate, runs.add(options, "linear", {.curve = true, .region = true}),
                     runs.add(options, "xor", {.curve = true, .region = true})});
  }
  return [&, rates](Report& report) {
    report.section("Without activation functions");
    report.question("What do the same layers learn without the sigmoids between them?");
    report.setting("The main setting with affine layers only, at learning rates 0.1 and 0.001. Layers count from 0.");
    Table table{.columns = {"data", "learning rate", "end", "loss", "accuracy"}, .rows = {}};
    xgrad::train::Figure curves;
    xgrad::train::Panel& large = curves.add_panel(loss_panel("learning rate 0.1: divergence"));
    xgrad::train::Panel& small = curves.add_panel(loss_panel("learning rate 0.001"));
    for (const Rate& rate : rates)
      for (const std::size_t number : {rate.linear, rate.exclusive_or}) {
        table.rows.push_back(row_of(rate.text, runs[number]));
        add_curve(rate.text == "0.1" ? large : small, runs[number].dataset.name, runs[number]);
      }
    report.table("no_activation", "Affine layers only.", table);
    report.figure("no_activation", "Loss against epoch without activation functions, up to the last finite value.",
                  "At rate 0.1 both curves shoot up within six epochs; at 0.001 both fall and stay level.", curves);
    const Run& linear = runs[rates[1].linear];
    const Run& exclusive_or = runs[rates[1].exclusive_or];
    xgrad::train::Figure regions({.panel_width = 420, .panel_height = 420});
    add_region(regions, "Linear: " + percent(linear.evaluation.accuracy), linear);
    add_region(regions, "XOR: " + percent(exclusive_or.evaluation.accuracy), exclusive_or);
    report.figure("no_activation_regions", "What affine layers have learned at learning rate 0.001.",
                  "One straight line for the linear data; for XOR one and the same color everywhere.", regions);
    report.answer(fmt::format(
        "Nothing bounds the outputs any more, and at rate 0.1 each step overshoots by more than the last: the loss is "
        "NaN on the linear data {}, on XOR {}. At rate 0.001 training converges, but affine maps one after the other "
        "are one affine map. One straight line is enough for the linear data; that of the least squared error is right "
        "for {} of them. On XOR it ends at loss {} and {}: by the symmetry of the points the best affine function is "
        "the constant 10/21, with error 110/441 = 0.2494331 and 11 of 21 points right. No rate and no number of layers "
        "or epochs can make the error smaller.",
        divergence_of(runs[rates[0].linear]), divergence_of(runs[rates[0].exclusive_or]),
        percent(linear.evaluation.accuracy), loss_text(exclusive_or.loss, 5),
        percent(exclusive_or.evaluation.accuracy)));
  };
}

}  // namespace lab1
