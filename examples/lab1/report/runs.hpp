// The training runs of the report: asked for by its sections, then done all together on every core.
// Not here: what a section makes of them.
#pragma once

#include "../evaluation.hpp"
#include "../experiment.hpp"
#include "../training.hpp"

#include <xgrad/autodiff/tensor.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lab1 {

/// What is to be remembered of a run besides its end.
struct Wanted {
  bool curve = false;     ///< the loss of every epoch
  bool accuracy = false;  ///< from which epoch on every point was right; costs a pass an epoch
  bool region = false;    ///< the network's output all over the unit square
};

/// What became of a run.
struct Run {
  Dataset dataset;
  TrainResult result;                     ///< losses only if wanted
  std::int64_t epochs = 0;                ///< that were trained
  double loss = 0;                        ///< of the last epoch, before its update
  Evaluation evaluation;                  ///< after it
  std::optional<std::int64_t> full_from;  ///< the epoch after which every point was right until the end, if wanted
  xgrad::Tensor region;                   ///< [101, 101], row 0 at x2 = 0, if wanted
  xgrad::nn::Sequential network;
  double seconds = 0;  ///< of its training

  bool is_full() const { return evaluation.accuracy == 100; }
};

class Runs {
 public:
  /// Adds the training of `make()`, called in the thread that trains. Returns the run's number.
  std::size_t add(std::int64_t epochs, std::function<Experiment()> make, Wanted wanted);
  /// The same for make_experiment(options, data).
  std::size_t add(const TrainOptions& options, const std::string& data, Wanted wanted);

  /// Trains all, a run to a core, the longest first, with progress on standard error. Returns false if interrupted.
  bool execute(const std::atomic<bool>& interrupted);

  const Run& operator[](std::size_t number) const { return runs_.at(number); }
  /// How many have been added.
  std::size_t size() const { return plans_.size(); }

 private:
  struct Plan {
    std::int64_t epochs;
    std::function<Experiment()> make;
    Wanted wanted;
  };

  std::vector<Plan> plans_;
  std::vector<Run> runs_;
};

}  // namespace lab1
