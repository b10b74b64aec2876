// The lab as a program: trains multilayer perceptrons, saves and tests them, and writes the lab's report.
// Not here: the studies of the report (report/).
#include "data.hpp"
#include "evaluation.hpp"
#include "experiment.hpp"
#include "log.hpp"
#include "model_file.hpp"
#include "numpy_random.hpp"
#include "options.hpp"
#include "report/make_report.hpp"

#include <xgrad/autodiff/error.hpp>
#include <xgrad/io/file.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr int exit_interrupted = 130;

int train(const lab1::TrainOptions& options) {
  if (!options.save.empty()) xgrad::io::check_writable("--save", options.save);
  const bool has_csv = !options.csv.empty();
  for (const std::string data : {"linear", "xor"}) {
    if (has_csv ? data == "xor" : options.data != "both" && options.data != data) continue;
    lab1::Experiment experiment = lab1::make_experiment(options, data);
    const lab1::TrainResult result = lab1::train_and_log(experiment, interrupted);
    if (result.stop == lab1::Stop::interrupted) return exit_interrupted;
    if (options.save.empty()) continue;
    if (result.stop == lab1::Stop::diverged) {
      std::fprintf(stderr, "lab1: %s: not written, since the training diverged\n", options.save.c_str());
      return 1;
    }
    lab1::save_model(options.save,
                     {experiment.architecture, experiment.network, options.loss, experiment.dataset.classes,
                      has_csv ? "csv" : data, options.csv, options.seed, options.points});
  }
  return 0;
}

lab1::Dataset data_of(const lab1::Model& model) {
  lab1::NumpyRandom random(model.seed);
  if (model.data == "linear") return lab1::linear_data(static_cast<std::size_t>(model.points), random);
  return model.data == "xor" ? lab1::xor_data() : lab1::csv_data(model.csv, model.classes);
}

int test(const lab1::TestOptions& options) {
  const lab1::Model model = lab1::load_model(options.model);
  const lab1::Dataset dataset = options.csv.empty() ? data_of(model) : lab1::csv_data(options.csv, model.classes);
  const std::int64_t features = model.architecture.widths.front();
  if (dataset.points.shape(1) != features)
    throw xgrad::ShapeError(dataset.name + ": the points do not fit the model: got " +
                            std::to_string(dataset.points.shape(1)) + " features, want " + std::to_string(features));
  const lab1::Objective objective(model.loss, model.classes.size());
  std::printf("Testing on %s Dataset\n", dataset.name.c_str());
  const lab1::Evaluation evaluation = lab1::evaluate(model.network, dataset, objective, model.architecture.dtype);
  std::fputs(lab1::prediction_lines(dataset, evaluation, options.precision).c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const lab1::CommandLine command = lab1::parse_command_line(argc, argv);
  if (command.command == lab1::Command::none) return command.exit_code;
  if (command.command != lab1::Command::test)
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { interrupted = true; });
  int code = 0;
  try {
    switch (command.command) {
      case lab1::Command::train: code = train(command.train); break;
      case lab1::Command::test: code = test(command.test); break;
      case lab1::Command::report: code = lab1::make_report(command.report.out, interrupted); break;
      case lab1::Command::none: break;
    }
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
