// A queue of runs and the threads that work it off.
// Not here: the training of one (training.cpp).
#include "runs.hpp"

#include <xgrad/train/progress.hpp>
#include <xgrad/xgrad.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <numeric>
#include <thread>

namespace lab1 {
namespace {

using namespace xgrad;
using Clock = std::chrono::steady_clock;

/// The output of a network of two features on 101 x 101 points of the unit square.
Tensor region_of(const nn::Sequential& network) {
  constexpr int n = 101;
  std::vector<double> points;
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column) points.insert(points.end(), {column / (n - 1.0), row / (n - 1.0)});
  const NoGrad guard;
  return reshape(network(reshape(tensor(points), {-1, 2})), {n, n});
}

Run trained(Experiment experiment, const Wanted& wanted, train::Progress& progress,
            const std::atomic<bool>& interrupted) {
  Run run;
  std::int64_t left = experiment.options.epochs;
  Watch watch{.on_epoch =
                  [&](std::int64_t, double) {
                    progress.add();
                    --left;
                  },
              .interrupted = &interrupted};
  if (wanted.accuracy)
    watch.on_accuracy = [&](std::int64_t epoch, double accuracy) {
      if (accuracy < 100) run.full_from.reset();
      if (accuracy == 100 && !run.full_from) run.full_from = epoch;
    };
  const Clock::time_point start = Clock::now();
  run.result = train(experiment, watch);
  run.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  run.epochs = static_cast<std::int64_t>(run.result.losses.size());
  if (run.result.stop == Stop::interrupted) return run;
  progress.add(left);  // of a run that ended early
  run.loss = run.result.losses.back();
  run.evaluation = evaluate(experiment.network, experiment.dataset, experiment.objective, experiment.options.dtype);
  if (!wanted.curve) run.result.losses = {};
  if (wanted.region) run.region = region_of(experiment.network);
  run.dataset = std::move(experiment.dataset);
  run.network = std::move(experiment.network);
  return run;
}

}  // namespace

std::size_t Runs::add(std::int64_t epochs, std::function<Experiment()> make, Wanted wanted) {
  plans_.push_back({epochs, std::move(make), wanted});
  return plans_.size() - 1;
}

std::size_t Runs::add(const TrainOptions& options, const std::string& data, Wanted wanted) {
  return add(
      options.epochs, [options, data] { return make_experiment(options, data); }, wanted);
}

bool Runs::execute(const std::atomic<bool>& interrupted) {
  std::int64_t epochs = 0;
  for (const Plan& plan : plans_) epochs += plan.epochs;
  std::vector<std::size_t> order(plans_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return plans_[a].epochs > plans_[b].epochs; });
  runs_.resize(plans_.size());

  // Each run has a core to itself and needs no other.
  set_num_threads(1);
  train::Progress progress("Epochs", epochs);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < order.size() && !interrupted; i = next++) try {
        const Plan& plan = plans_[order[i]];
        runs_[order[i]] = trained(plan.make(), plan.wanted, progress, interrupted);
      } catch (...) {
        next = order.size();
        throw;
      }
  };
  std::vector<std::future<void>> workers;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
    workers.push_back(std::async(std::launch::async, work));
  for (std::future<void>& worker : workers) worker.get();
  return !interrupted;
}

}  // namespace lab1
