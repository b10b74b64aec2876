// The command line of the lab's program.
// Not here: what the options do (network.hpp, training.hpp).
#pragma once

#include <xgrad/autodiff/dtype.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lab1 {

/// What `lab1 train` is asked to do; the defaults are the lab's main setting.
struct TrainOptions {
  std::string data = "both";
  std::string csv = {};       ///< a file of points of the user's own, in place of `data`
  std::int64_t points = 100;  ///< of the linear data
  std::vector<std::int64_t> hidden = {10, 10};
  double lr = 0.1;
  std::int64_t epochs = 20000;
  std::string activation = "sigmoid";
  std::string output_activation = {};  ///< empty: the same as activation; with cross-entropy none
  std::string optimizer = "sgd";
  std::optional<double> momentum = {};  ///< by default 0 for sgd and rmsprop, 0.9 for momentum and nesterov
  std::string scheduler = "none";
  std::int64_t batch_size = 0;  ///< 0: the full batch
  std::string loss = "mse";
  std::optional<double> stop_loss = {};
  std::optional<double> stop_accuracy = {};  ///< in percent
  std::string save = {};                     ///< a file for the trained model
  std::uint32_t seed = 16;
  bool bias = true;
  bool capture = false;  ///< replay captured steps
  xgrad::Dtype dtype = xgrad::float64;
  std::int64_t log_every = 500;
  int precision = 5;
};

/// What `lab1 test` is asked to do.
struct TestOptions {
  std::string model;
  std::string csv = {};  ///< points to test on; empty: the data that the model was trained on
  int precision = 5;
};

/// What `lab1 report` is asked to do.
struct ReportOptions {
  std::string out = "lab1-report";  ///< a folder
};

enum class Command : std::uint8_t { none, train, test, report };

/// What became of a command line: a command to run, or none and an exit code because all is said (help, or an error).
struct CommandLine {
  Command command = Command::none;
  int exit_code = 0;
  TrainOptions train = {};
  TestOptions test = {};
  ReportOptions report = {};
};

/// Reads the command line. Help goes to standard output with exit code 0, an error as one line to standard error with
/// exit code 2.
CommandLine parse_command_line(int argc, char** argv);

}  // namespace lab1
