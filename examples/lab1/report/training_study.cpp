// Sections 1 to 3: the main setting.
// Not here: any variation of it.
#include "../log.hpp"
#include "figures.hpp"
#include "studies.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace lab1 {
namespace {

std::string log_of(const Run& run, const TrainOptions& options) {
  std::string text = fmt::format("Training on {} Dataset\n", run.dataset.name);
  for (std::int64_t epoch = options.log_every; epoch <= run.epochs; epoch += options.log_every)
    text += epoch_line(epoch, run.result.losses[static_cast<std::size_t>(epoch) - 1], options.precision) + "\n";
  Evaluation evaluation = run.evaluation;
  evaluation.loss = run.loss;
  return text + prediction_lines(run.dataset, evaluation, options.precision);
}

Table log_table(const Run& linear, const Run& exclusive_or, const Reference& reference) {
  Table table{.columns = {"epoch", "linear loss", "XOR loss"}, .rows = {}};
  for (std::size_t i = 0; i < reference.linear_log.size(); ++i) {
    const auto epoch = static_cast<std::size_t>(reference.linear_log[i].epoch);
    table.rows.push_back({std::to_string(epoch),
                          {loss_text(linear.result.losses.at(epoch - 1), 5), reference.linear_log[i].loss},
                          {loss_text(exclusive_or.result.losses.at(epoch - 1), 5), reference.xor_log.at(i).loss}});
  }
  return table;
}

Table end_table(const Run& linear, const Run& exclusive_or, const Reference& reference) {
  const auto accuracy = [](const Run& run) { return fmt::format("{:.2f}%", run.evaluation.accuracy); };
  return {.columns = {"data", "final loss", "accuracy", "100 % from epoch"},
          .rows = {{"Linear", loss_text(linear.loss, 5), accuracy(linear), epoch_text(linear.full_from)},
                   {"XOR",
                    {loss_text(exclusive_or.loss, 5), reference.xor_loss},
                    {accuracy(exclusive_or), reference.xor_accuracy},
                    epoch_text(exclusive_or.full_from)}}};
}

/// The last epoch with a loss above the value.
std::size_t last_epoch_above(const std::vector<double>& losses, double value) {
  std::size_t epoch = losses.size();
  while (epoch > 0 && losses[epoch - 1] <= value) --epoch;
  return epoch;
}

}  // namespace

Section training_study(Runs& runs, const Reference& reference, std::string& log) {
  const TrainOptions options;
  const Wanted wanted{.curve = true, .accuracy = true, .region = true};
  const std::size_t first = runs.add(options, "linear", wanted);
  const std::size_t second = runs.add(options, "xor", wanted);
  return [&, options, first, second](Report& report) {
    const Run& linear = runs[first];
    const Run& exclusive_or = runs[second];
    const std::string linear_log = log_of(linear, options), xor_log = log_of(exclusive_or, options);
    log = linear_log + xor_log;

    report.section("Training on both data sets");
    report.question("Does a network of two hidden layers learn both data sets by backpropagation alone?");
    report.setting(
        "Linear: 100 points drawn uniformly from the unit square, class 0 where x1 &gt; x2. XOR: 21 points on the "
        "diagonals of the square, class 0 on the rising one. Layers 2 &rarr; 10 &rarr; 10 &rarr; 1, a sigmoid after "
        "each; weights from the standard normal distribution (NumPy's generator, seed 16), biases 0; loss: the mean "
        "squared error; gradient descent over all points at once, learning rate 0.1, 20000 epochs. The loss of an "
        "epoch is that before its update; a point is of class 1 where the output is above 0.5.");
    report.table("training", "The end of both runs, and the epoch from which on every point was right.",
                 end_table(linear, exclusive_or, reference), "closing values");
    report.table("log", "The log, every 500th epoch, beside that of the original report.",
                 log_table(linear, exclusive_or, reference), "log lines");
    report.folded("Log and predictions, Linear (also in log.txt)", linear_log);
    report.folded("Log and predictions, XOR (also in log.txt)", xor_log);
    report.answer(fmt::format("Yes: {} of the linear points and {} of XOR are classified right.",
                              percent(linear.evaluation.accuracy), percent(exclusive_or.evaluation.accuracy)));

    report.section("Ground truth and prediction");
    report.question("What has the network learned between the points?");
    report.setting("The networks of section 1 after their last update, asked at 101 x 101 points of the square.");
    for (const Run* run : {&linear, &exclusive_or})
      report.figure(
          "comparison_" + std::string(run == &linear ? "linear" : "xor"),
          run->dataset.name +
              ": labels (left) and predictions (right), red for class 0 and blue for class 1. The color behind the "
              "predictions is the network's output, white at 0.5, where the line of decision runs.",
          run == &linear ? "Two squares of 100 points; in both, red points lie below the rising diagonal, blue "
                           "ones above it, and the line of decision follows the diagonal."
                         : "Two squares of 21 points on the diagonals; a red band along the rising diagonal "
                           "parts two blue regions.",
          comparison(*run));
    report.answer(
        "On the linear data the line of decision is almost exactly the diagonal x1 = x2. On XOR, where no straight "
        "line would do, the network encloses one of the diagonals by two curves.");

    report.section("Learning curves");
    report.question("How does the loss fall?");
    report.setting("The runs of section 1.");
    xgrad::train::Figure curves;
    add_curve(curves.add_panel(loss_panel("Linear")), "", linear);
    add_curve(curves.add_panel(loss_panel("XOR")), "", exclusive_or);
    report.figure("learning_curves", "Loss against epoch in the main setting.",
                  "Two falling curves; that of XOR is flat for the first quarter.", curves);
    report.answer(fmt::format(
        "The linear data are learned from the first epochs on. Early, the line of decision sweeps over the diagonal "
        "and classifies every point right for a while; those next to the diagonal are right for good from epoch {} on. "
        "XOR stands on a plateau first: the loss stays above 0.24 up to epoch {}, near 110/441 = 0.24943, the error of "
        "the best constant answer, 10/21. Then the two hidden layers find the structure, the loss falls, and from "
        "epoch {} on every point is right.",
        epoch_text(linear.full_from), last_epoch_above(exclusive_or.result.losses, 0.24),
        epoch_text(exclusive_or.full_from)));
  };
}

}  // namespace lab1
