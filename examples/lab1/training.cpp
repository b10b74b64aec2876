// The loop over epochs and batches.
// Not here: losses (objective.hpp), update rules (optimizer.hpp).
#include "training.hpp"

#include "optimizer.hpp"

#include <xgrad/xgrad.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <random>

namespace lab1 {
namespace {

using namespace xgrad;

/// The points and targets in batches, in a new order each epoch unless all are in one.
class Batches {
 public:
  Batches(const Tensor& points, const Tensor& targets, const TrainOptions& options)
      : points_(points), targets_(targets), size_(options.batch_size), engine_(options.seed) {
    if (size_ == 0 || size_ > points.shape(0)) size_ = points.shape(0);
    order_.resize(static_cast<std::size_t>(points.shape(0)));
    std::iota(order_.begin(), order_.end(), 0);
  }

  /// Calls use(points, targets, share of the epoch) for each batch.
  template <class Use>
  void each(Use use) {
    const std::int64_t n = points_.shape(0);
    if (size_ == n) return use(points_, targets_, 1.0);
    for (std::size_t i = order_.size() - 1; i > 0; --i) std::swap(order_[i], order_[engine_() % (i + 1)]);
    for (std::int64_t from = 0; from < n; from += size_) {
      const std::int64_t to = std::min(n, from + size_);
      use(rows(points_, from, to), rows(targets_, from, to), static_cast<double>(to - from) / static_cast<double>(n));
    }
  }

 private:
  Tensor rows(const Tensor& all_rows, std::int64_t from, std::int64_t to) const {
    std::vector<Tensor> parts;
    for (std::int64_t i = from; i < to; ++i) {
      const std::int64_t row = order_[static_cast<std::size_t>(i)];
      parts.push_back(view(all_rows, range(row, row + 1)));
    }
    return concatenate(parts);
  }

  Tensor points_, targets_;
  std::int64_t size_;
  std::vector<std::int64_t> order_;
  std::mt19937 engine_;
};

/// Hears every layer's output and remembers the first layer with one that is not finite.
class BadLayer : nn::CallObserver {
 public:
  BadLayer() { nn::call_observer = this; }
  ~BadLayer() { nn::call_observer = nullptr; }
  BadLayer(const BadLayer&) = delete;
  BadLayer& operator=(const BadLayer&) = delete;

  const std::string& name() const { return name_; }

 private:
  void called(const nn::Module& module, const Tensor& result) override {
    const bool is_finite = !std::isnan(sum(multiply(result, 0)).item());  // 0 for what is finite, else NaN
    if (name_.empty() && !is_finite) name_ = "layer " + module.name() + " (" + nn::type_name(module) + ")";
  }

  std::string name_;
};

std::string first_bad_layer(nn::Sequential& network, const Tensor& points) {
  const NoGrad guard;
  BadLayer bad_layer;
  network(points);
  return bad_layer.name();
}

/// Updates the network from a batch; returns the loss before.
using Step = std::function<double(const Tensor& points, const Tensor& targets)>;

Step plain_step(nn::Sequential& network, const Objective& objective, optim::Optimizer& optimizer) {
  return [&](const Tensor& x, const Tensor& t) {
    const Tensor loss = objective.loss(network(x), t);
    const double value = loss.item();
    if (std::isnan(value)) return value;
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return value;
  };
}

/// The same, but that it updates from a loss that is not a number, too.
Step captured_step(nn::Sequential& network, const Objective& objective, optim::Optimizer& optimizer) {
  const auto body = [&](const Tensor& x, const Tensor& t) {
    const Tensor loss = objective.loss(network(x), t);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  using Captured = decltype(capture(body, Tensor(), Tensor()));
  return [body, captured = std::shared_ptr<Captured>()](const Tensor& x, const Tensor& t) mutable {
    if (captured == nullptr) captured = std::make_shared<Captured>(capture(body, x, t));
    return (*captured)(x, t).item();
  };
}

TrainResult run(Experiment& experiment, const Watch& watch, bool captured) {
  auto& network = experiment.network;
  const TrainOptions& options = experiment.options;
  const Dataset& dataset = experiment.dataset;
  const Objective& objective = experiment.objective;
  const Tensor points = dataset.points.to(options.dtype);
  Batches batches(points, objective.targets(dataset.labels, options.dtype), options);
  const std::unique_ptr<optim::Optimizer> optimizer = make_optimizer(options, network.parameters());
  const auto schedule = make_scheduler(options, *optimizer);
  const Step step = (captured ? captured_step : plain_step)(network, objective, *optimizer);
  TrainResult result;
  for (std::int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    if (watch.interrupted != nullptr && *watch.interrupted) {
      result.stop = Stop::interrupted;
      return result;
    }
    double epoch_loss = 0;
    batches.each([&](const Tensor& x, const Tensor& t, double share) {
      if (!std::isnan(epoch_loss)) epoch_loss += share * step(x, t);
    });
    result.losses.push_back(epoch_loss);
    if (std::isnan(epoch_loss)) {
      result.stop = Stop::diverged;
      result.bad_layer = first_bad_layer(network, points);
      return result;
    }
    if (watch.on_epoch) watch.on_epoch(epoch, epoch_loss);
    schedule(epoch_loss);
    if (options.stop_loss && epoch_loss <= *options.stop_loss) {
      result.stop = Stop::loss;
      return result;
    }
    if (!watch.on_accuracy && !options.stop_accuracy) continue;
    const NoGrad guard;
    const double accuracy = objective.accuracy(network(points), dataset.labels);
    if (watch.on_accuracy) watch.on_accuracy(epoch, accuracy);
    if (options.stop_accuracy && accuracy >= *options.stop_accuracy) {
      result.stop = Stop::accuracy;
      return result;
    }
  }
  if (std::isinf(result.losses.back())) {  // NaN was to come
    result.stop = Stop::diverged;
    result.bad_layer = first_bad_layer(network, points);
  }
  return result;
}

}  // namespace

TrainResult train(Experiment& experiment, const Watch& watch) {
  if (!experiment.options.capture) return run(experiment, watch, false);
  const nn::Sequential start = experiment.network;
  const TrainResult result = run(experiment, watch, true);
  if (result.stop != Stop::diverged || !std::isnan(result.losses.back())) return result;
  // The last update has spoilt every layer. The plain run stops before it and can say where it began.
  experiment.network = start;
  return run(experiment, {.interrupted = watch.interrupted}, false);
}

}  // namespace lab1
