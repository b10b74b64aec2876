// Training and its log, as promised in training.hpp.
// Not here: figures and tables.
#include "training.hpp"

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

void report_predictions(const nn::Sequential& network, const Tensor& points, const Tensor& labels, double final_loss,
                        int precision) {
  const NoGrad guard;
  const Tensor predicted = network(points) > 0.5;
  const Tensor truth = labels > 0.5;
  for (std::int64_t i = 0; i < truth.size(); ++i)
    std::printf("Iter: %d | Ground truth: [%d] | Predict: [%d]\n", static_cast<int>(i), view(truth, i, 0).item<bool>(),
                view(predicted, i, 0).item<bool>());
  const double accuracy = mean(equal(predicted, truth).to(float64)).item();
  std::printf("Final Loss: %s, Accuracy: %.2f%%\n", format_loss(final_loss, precision).c_str(), 100 * accuracy);
}

}  // namespace

void train_and_report(nn::Sequential& network, const Dataset& dataset, const TrainOptions& options) {
  std::printf("Training on %s Dataset\n", dataset.name.c_str());
  const Tensor points = dataset.points.to(options.dtype);
  const Tensor labels = dataset.labels.to(options.dtype);
  optim::SGD optimizer(network.parameters(), {.lr = options.lr, .momentum = options.momentum});
  double loss_value = 0;
  for (std::int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const Tensor loss = nn::mse_loss(network(points), labels);
    loss_value = loss.item();
    if (std::isnan(loss_value)) {
      std::printf("Diverged: the loss is NaN from epoch %lld on; training stops here. A smaller --lr may help.\n",
                  static_cast<long long>(epoch));
      return;
    }
    if (epoch % options.log_every == 0)
      std::printf("Epoch %lld: Loss = %s\n", static_cast<long long>(epoch),
                  format_loss(loss_value, options.precision).c_str());
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
  report_predictions(network, points, labels, loss_value, options.precision);
}

}  // namespace lab1
