// The lines of log.hpp.
// Not here: figures and tables (report/).
#include "log.hpp"

#include <fmt/format.h>
#include <cmath>
#include <cstdio>

namespace lab1 {

std::string loss_text(double loss, int precision) {
  return std::abs(loss) < 1e9 ? fmt::format("{:.{}f}", loss, precision) : fmt::format("{:.{}e}", loss, precision);
}

std::string epoch_line(std::int64_t epoch, double loss, int precision) {
  return fmt::format("Epoch {}: Loss = {}", epoch, loss_text(loss, precision));
}

std::string divergence_line(const TrainResult& result) {
  return fmt::format("Diverged: the loss is {} from epoch {} on{}{}",
                     std::isinf(result.losses.back()) ? "infinite" : "NaN", result.losses.size(),
                     result.bad_layer.empty() ? "" : ", first in ", result.bad_layer);
}

std::string prediction_lines(const Dataset& dataset, const Evaluation& evaluation, int precision) {
  const std::int64_t* truth = dataset.labels.data<std::int64_t>();
  const auto name = [&](std::int64_t label) { return dataset.classes[static_cast<std::size_t>(label)]; };
  std::string text;
  for (std::size_t i = 0; i < evaluation.predicted.size(); ++i)
    text += fmt::format("Iter: {} | Ground truth: [{}] | Predict: [{}]\n", i, name(truth[i]),
                        name(evaluation.predicted[i]));
  return text +
         fmt::format("Final Loss: {}, Accuracy: {:.2f}%\n", loss_text(evaluation.loss, precision), evaluation.accuracy);
}

TrainResult train_and_log(Experiment& experiment, const std::atomic<bool>& interrupted) {
  const TrainOptions& options = experiment.options;
  fmt::print("Training on {} Dataset\n", experiment.dataset.name);
  const auto log = [&](std::int64_t epoch, double loss) {
    if (epoch % options.log_every == 0) fmt::print("{}\n", epoch_line(epoch, loss, options.precision));
  };
  TrainResult result = train(experiment, {.on_epoch = log, .interrupted = &interrupted});
  const std::size_t epochs = result.losses.size();
  switch (result.stop) {
    case Stop::diverged: fmt::print("{}. Try a smaller --lr.\n", divergence_line(result)); return result;
    case Stop::interrupted: fmt::print("Interrupted after epoch {}\n", epochs); return result;
    case Stop::loss: fmt::print("Stopped at epoch {}: the loss is small enough\n", epochs); break;
    case Stop::accuracy: fmt::print("Stopped at epoch {}: the accuracy is high enough\n", epochs); break;
    case Stop::epochs: break;
  }
  Evaluation evaluation = evaluate(experiment.network, experiment.dataset, experiment.objective, options.dtype);
  evaluation.loss = result.losses.back();
  fmt::print("{}", prediction_lines(experiment.dataset, evaluation, options.precision));
  return result;
}

}  // namespace lab1
