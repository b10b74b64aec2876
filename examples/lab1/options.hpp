// The command line of the lab's program.
// Not here: what the options do (network.hpp, training.hpp).
#pragma once

#include <xgrad/autodiff/dtype.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lab1 {

/// What `lab1 train` is asked to do; the defaults are the lab's main setting.
struct TrainOptions {
  std::string data = "both";
  std::vector<std::int64_t> hidden = {10, 10};
  double lr = 0.1;
  std::int64_t epochs = 20000;
  std::string activation = "sigmoid";
  std::string output_activation = {};  ///< empty: the same as activation
  double momentum = 0;
  std::uint32_t seed = 16;
  bool bias = true;
  xgrad::Dtype dtype = xgrad::float64;
  std::int64_t log_every = 500;
  int precision = 5;
};

/// What became of a command line: options to run with, or an exit code because all is said (help, or an error).
struct CommandLine {
  TrainOptions train = {};
  bool run = false;
  int exit_code = 0;
};

/// Reads the command line. Help goes to standard output with exit code 0, an error as one line to standard error with
/// exit code 2.
CommandLine parse_command_line(int argc, char** argv);

}  // namespace lab1
