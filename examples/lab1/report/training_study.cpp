// Sections 1 to 3: the main setting.
// Not here: any variation of it.
#include "../log.hpp"
#include "figures.hpp"
#include "studies.hpp"

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
  return {.columns = {"data", "final loss", "accuracy", "epochs to 100 %"},
          .rows = {{"Linear", loss_text(linear.loss, 5), accuracy(linear), std::to_string(*linear.epochs_to_full)},
                   {"XOR",
                    {loss_text(exclusive_or.loss, 5), reference.xor_loss},
                    {accuracy(exclusive_or), reference.xor_accuracy},
                    std::to_string(*exclusive_or.epochs_to_full)}}};
}

/// The first epoch from which on the loss stays below the value.
std::size_t last_above(const std::vector<double>& losses, double value) {
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
    report.table("training", "The end of both runs.", end_table(linear, exclusive_or, reference), "closing values");
    report.table("log", "The log, every 500th epoch, beside that of the original report.",
                 log_table(linear, exclusive_or, reference), "log lines");
    report.folded("Log and predictions, Linear", linear_log);
    report.folded("Log and predictions, XOR", xor_log);
    report.answer(fmt::format("Yes: {:.2f}% and {:.2f}% of the points are classified right.",
                              linear.evaluation.accuracy, exclusive_or.evaluation.accuracy));

    report.section("Ground truth and prediction");
    report.question("What has the network learned between the points?");
    const char* explanation =
        "{}: labels (left) and predictions (right), red for class 0 and blue for class 1. The color behind the "
        "predictions is the network's output, white at 0.5, where the line of decision runs.";
    report.figure("comparison_linear", fmt::format(fmt::runtime(explanation), "Linear"), comparison(linear));
    report.figure("comparison_xor", fmt::format(fmt::runtime(explanation), "XOR"), comparison(exclusive_or));
    report.answer(
        "On the linear data the line of decision is the diagonal x1 = x2, a little bent. On XOR, where no straight "
        "line would do, the network encloses one of the diagonals by two curves.");

    report.section("Learning curves");
    report.question("How does the loss fall?");
    xgrad::train::Figure curves;
    add_curve(curves.add_panel(loss_panel("Linear")), "", linear);
    add_curve(curves.add_panel(loss_panel("XOR")), "", exclusive_or);
    report.figure("learning_curves", "Loss against epoch in the main setting.", curves);
    report.answer(fmt::format(
        "The linear data are learned from the first epochs on; every point is right after epoch {}. XOR stands on a "
        "plateau first: up to epoch {} the loss is above 0.24, that is at 110/441 = 0.24943, the error of the best "
        "constant answer, 10/21. Then the two hidden layers find the structure, and the loss falls; every point is "
        "right after epoch {}.",
        *linear.epochs_to_full, last_above(exclusive_or.result.losses, 0.24), *exclusive_or.epochs_to_full));
  };
}

}  // namespace lab1
