// The lab as a program: trains multilayer perceptrons, prints the report's log, saves models and tests them.
// Not here: tables, figures and studies.
#include "data.hpp"
#include "log.hpp"
#include "model_file.hpp"
#include "network.hpp"
#include "numpy_random.hpp"
#include "options.hpp"

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/io/file.hpp>

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr int exit_interrupted = 130;

/// Trains one network on one data set. Returns the exit code.
int train_one(const lab1::Dataset& dataset, const lab1::TrainOptions& options, lab1::NumpyRandom& random,
              const std::string& data, bool wanted) {
  const lab1::Objective objective(options.loss, dataset.classes.size());
  const lab1::Architecture architecture = lab1::architecture(options, dataset.points.shape(1), objective.outputs());
  xgrad::nn::Sequential network = lab1::make_network(architecture, random);
  if (!wanted) return 0;
  const lab1::TrainResult result = lab1::train_and_log(network, dataset, objective, options, interrupted);
  if (result.stop == lab1::Stop::interrupted) return exit_interrupted;
  if (!options.save.empty() && result.stop != lab1::Stop::diverged)
    lab1::save_model(options.save,
                     {architecture, network, options.loss, dataset.classes, data, options.seed, options.points});
  return 0;
}

// One stream of random numbers runs through both halves, so the linear half draws even when only XOR is wanted.
int train(const lab1::TrainOptions& options) {
  if (!options.save.empty()) xgrad::io::check_writable("--save", options.save);
  lab1::NumpyRandom random(options.seed);
  if (!options.csv.empty()) return train_one(lab1::csv_data(options.csv), options, random, options.csv, true);
  const lab1::Dataset linear = lab1::linear_data(static_cast<std::size_t>(options.points), random);
  if (const int code = train_one(linear, options, random, "linear", options.data != "xor")) return code;
  return options.data == "linear" ? 0 : train_one(lab1::xor_data(), options, random, "xor", true);
}

lab1::Dataset data_of(const lab1::Model& model) {
  lab1::NumpyRandom random(model.seed);
  if (model.data == "linear") return lab1::linear_data(static_cast<std::size_t>(model.points), random);
  return model.data == "xor" ? lab1::xor_data() : lab1::csv_data(model.data, model.classes);
}

int test(const lab1::TestOptions& options) {
  const lab1::Model model = lab1::load_model(options.model);
  const lab1::Dataset dataset = options.csv.empty() ? data_of(model) : lab1::csv_data(options.csv, model.classes);
  const std::int64_t features = model.architecture.widths.front();
  if (dataset.points.shape(1) != features)
    throw xgrad::ShapeError(dataset.name + ": the points do not fit the model: got " +
                            std::to_string(dataset.points.shape(1)) + " features, want " + std::to_string(features));
  const lab1::Objective objective(model.loss, model.classes.size());
  const xgrad::Dtype dtype = model.architecture.dtype;
  const xgrad::NoGrad guard;
  const double loss =
      objective.loss(model.network(dataset.points.to(dtype)), objective.targets(dataset.labels, dtype)).item();
  std::printf("Testing on %s Dataset\n", dataset.name.c_str());
  lab1::print_predictions(model.network, dataset, objective, dtype, loss, 5);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const lab1::CommandLine command = lab1::parse_command_line(argc, argv);
  if (command.command == lab1::Command::none) return command.exit_code;
  std::signal(SIGINT, [](int) { interrupted = true; });
  int code = 0;
  try {
    code = command.command == lab1::Command::train ? train(command.train) : test(command.test);
  } catch (const xgrad::Error& error) {
    std::fprintf(stderr, "lab1: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lab1: %s\n", error.what());
    return 1;
  }
  if (std::fflush(stdout) != 0) {
    std::fprintf(stderr, "lab1: cannot write to standard output\n");
    return 1;
  }
  return code;
}
