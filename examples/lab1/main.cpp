// The lab as a program: trains a multilayer perceptron on two data sets and prints the report's log.
// Not here: tables, figures and studies.
#include "data.hpp"
#include "network.hpp"
#include "numpy_random.hpp"
#include "options.hpp"
#include "training.hpp"

#include <cstdio>
#include <exception>

namespace {

// One stream of random numbers runs through both halves, so the linear half draws even when only XOR is wanted.
void train(const lab1::TrainOptions& options) {
  lab1::NumpyRandom random(options.seed);
  const lab1::Dataset linear = lab1::linear_data(100, random);
  xgrad::nn::Sequential linear_network = lab1::make_network(options, random);
  if (options.data != "xor") lab1::train_and_report(linear_network, linear, options);
  if (options.data == "linear") return;
  xgrad::nn::Sequential xor_network = lab1::make_network(options, random);
  lab1::train_and_report(xor_network, lab1::xor_data(), options);
}

}  // namespace

int main(int argc, char** argv) {
  const lab1::CommandLine command = lab1::parse_command_line(argc, argv);
  if (!command.run) return command.exit_code;
  try {
    train(command.train);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lab1: %s\n", error.what());
    return 1;
  }
  if (std::fflush(stdout) != 0) {
    std::fprintf(stderr, "lab1: cannot write to standard output\n");
    return 1;
  }
  return 0;
}
