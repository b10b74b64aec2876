// The lines of log.hpp.
// Not here: figures and tables.
#include "log.hpp"

#include <xgrad/xgrad.hpp>

#include <cmath>
#include <cstdio>

namespace lab1 {
namespace {

using namespace xgrad;

/// The loss with the digits asked for; large ones, on the way to infinity, without their hundreds of digits.
std::string format_loss(double loss, int precision) {
  char text[64];
  std::snprintf(text, sizeof text, std::abs(loss) < 1e9 ? "%.*f" : "%.*e", precision, loss);
  return text;
}

}  // namespace

TrainResult train_and_log(nn::Sequential& network, const Dataset& dataset, const Objective& objective,
                          const TrainOptions& options, const std::atomic<bool>& interrupted) {
  std::printf("Training on %s Dataset\n", dataset.name.c_str());
  const auto log = [&](std::int64_t epoch, double loss) {
    if (epoch % options.log_every == 0)
      std::printf("Epoch %lld: Loss = %s\n", static_cast<long long>(epoch),
                  format_loss(loss, options.precision).c_str());
  };
  TrainResult result = train(network, dataset, objective, options, {log, &interrupted});
  const auto epochs = static_cast<long long>(result.losses.size());
  switch (result.stop) {
    case Stop::diverged:
      std::printf("Diverged: the loss is NaN from epoch %lld on", epochs);
      if (!result.bad_layer.empty()) std::printf(", first in %s", result.bad_layer.c_str());
      std::printf(". Try a smaller --lr.\n");
      return result;
    case Stop::interrupted: std::printf("Interrupted after epoch %lld\n", epochs); return result;
    case Stop::loss: std::printf("Stopped at epoch %lld: the loss is small enough\n", epochs); break;
    case Stop::accuracy: std::printf("Stopped at epoch %lld: the accuracy is high enough\n", epochs); break;
    case Stop::epochs: break;
  }
  print_predictions(network, dataset, objective, options.dtype, result.losses.back(), options.precision);
  return result;
}

void print_predictions(const nn::Sequential& network, const Dataset& dataset, const Objective& objective, Dtype dtype,
                       double loss, int precision) {
  const NoGrad guard;
  const Tensor outputs = network(dataset.points.to(dtype));
  const std::vector<std::int64_t> predicted = objective.classes(outputs);
  const std::int64_t* truth = dataset.labels.data<std::int64_t>();
  const auto name = [&](std::int64_t label) { return dataset.classes[static_cast<std::size_t>(label)].c_str(); };
  for (std::size_t i = 0; i < predicted.size(); ++i)
    std::printf("Iter: %zu | Ground truth: [%s] | Predict: [%s]\n", i, name(truth[i]), name(predicted[i]));
  std::printf("Final Loss: %s, Accuracy: %.2f%%\n", format_loss(loss, precision).c_str(),
              objective.accuracy(outputs, dataset.labels));
}

}  // namespace lab1
