// Reading of the command line of options.hpp.
// Not here: any meaning of the options.
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace lab1 {
namespace {

/// Adds an option whose text `read` turns into the target; it returns false for a text that is not what `wanted` says.
template <class Read>
void add(CLI::App& app, const std::string& name, const std::string& help, const std::string& wanted,
         const std::string& initial, Read read) {
  const auto parse = [name, wanted, read](const std::string& text) {
    if (!read(text)) throw CLI::ValidationError(name, "want " + wanted + ", got '" + text + "'");
  };
  app.add_option_function<std::string>(name, parse, help)->type_name("VALUE")->default_str(initial);
}

/// A number in decimal notation, without anything around it.
template <class T>
bool read_number(const std::string& text, T lowest, T highest, T& target) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !(value >= lowest && value <= highest)) return false;
  target = value;
  return true;
}

template <class T>
auto number(T lowest, T highest, T& target) {
  return [=, &target](const std::string& text) { return read_number(text, lowest, highest, target); };
}
template <class T>
auto number(T lowest, T highest, std::optional<T>& target) {
  return [=, &target](const std::string& text) { return read_number(text, lowest, highest, target.emplace()); };
}

auto text(std::string& target) {
  return [&target](const std::string& given) {
    target = given;
    return !given.empty();
  };
}

/// "a, b or c".
std::string list_of(const std::vector<std::string>& words) {
  std::string list = words[0];
  for (std::size_t i = 1; i < words.size(); ++i) list += (i + 1 == words.size() ? " or " : ", ") + words[i];
  return list;
}

auto one_of(const std::vector<std::string>& choices, std::string& target) {
  return [choices, &target](const std::string& text) {
    target = text;
    return std::find(choices.begin(), choices.end(), text) != choices.end();
  };
}

/// Widths with commas between them.
bool read_widths(const std::string& text, std::vector<std::int64_t>& widths) {
  widths.clear();
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    if (!read_number<std::int64_t>(text.substr(start, comma - start), 1, 10'000, widths.emplace_back())) return false;
    start = comma + 1;
  }
  return true;
}

void add_precision(CLI::App& app, int& precision) {
  add(app, "--precision", "Digits after the point of a loss", "a whole number from 0 to 17", "5",
      number(0, 17, precision));
}

void add_train_options(CLI::App& app, TrainOptions& options) {
  constexpr double largest = std::numeric_limits<double>::max();
  constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::string> optimizers = {"sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam"};
  const std::vector<std::string> activations = {"sigmoid", "tanh", "relu", "leaky-relu", "none"};
  const std::string activation_names = "sigmoid, tanh, relu, leaky-relu or none";

  add(app, "--data", "Data to train on: both, linear or xor", "both, linear or xor", "both",
      one_of({"both", "linear", "xor"}, options.data));
  add(app, "--csv", "A file of your own points: features, then the label, in each row", "the name of a file", "",
      text(options.csv));
  add(app, "--n", "Points of the linear data, which are drawn before the XOR network's weights",
      "a whole number from 1 to 1000000", "100", number<std::int64_t>(1, 1'000'000, options.points));
  add(app, "--hidden", "Widths of the hidden layers", "widths from 1 to 10000 with commas between them", "10,10",
      [&options](const std::string& text) { return read_widths(text, options.hidden); });
  add(app, "--lr", "Learning rate", "a finite number, 0 or more", "0.1", number(0.0, largest, options.lr));
  add(app, "--epochs", "Number of epochs", "a whole number, 1 or more", "20000",
      number<std::int64_t>(1, longest, options.epochs));
  add(app, "--activation", "Activation of every layer: " + activation_names, activation_names, "sigmoid",
      one_of(activations, options.activation));
  add(app, "--output-activation", "Activation of the last layer, if it has one of its own", activation_names, "",
      one_of(activations, options.output_activation));
  add(app, "--optimizer", "Optimizer: " + list_of(optimizers), list_of(optimizers), "sgd",
      one_of(optimizers, options.optimizer));
  add(app, "--momentum", "Momentum of sgd, momentum, nesterov and rmsprop", "a number from 0 to 1", "",
      number(0.0, 1.0, options.momentum));
  add(app, "--scheduler", "Schedule of the learning rate: step divides it by 10 after each third of the epochs",
      "none, step or plateau", "none", one_of({"none", "step", "plateau"}, options.scheduler));
  add(app, "--batch-size", "Points to a step; 0 for all of them", "a whole number, 0 or more", "0",
      number<std::int64_t>(0, longest, options.batch_size));
  add(app, "--loss", "Loss: mse, bce or cross-entropy", "mse, bce or cross-entropy", "mse",
      one_of({"mse", "bce", "cross-entropy"}, options.loss));
  add(app, "--stop-loss", "Stop after the first epoch with this loss or less", "a finite number, 0 or more", "",
      number(0.0, largest, options.stop_loss));
  add(app, "--stop-accuracy", "Stop after the first epoch with this accuracy or more, in percent",
      "a number from 0 to 100", "", number(0.0, 100.0, options.stop_accuracy));
  add(app, "--save", "A file to save the trained model in", "the name of a file", "", text(options.save));
  add(app, "--seed", "Seed of NumPy's legacy generator", "a whole number from 0 to 4294967295", "16",
      number<std::uint32_t>(0, std::numeric_limits<std::uint32_t>::max(), options.seed));
  app.add_flag_callback(
         "--no-bias", [&options] { options.bias = false; }, "Layers without bias")
      ->disable_flag_override();
  app.add_flag_callback(
         "--capture", [&options] { options.capture = true; },
         "Record a training step once and replay it: faster, with the same digits")
      ->disable_flag_override();
  add(app, "--dtype", "Numbers to compute with: float64 or float32", "float64 or float32", "float64",
      [&options](const std::string& text) {
        options.dtype = text == "float32" ? xgrad::float32 : xgrad::float64;
        return text == xgrad::name(options.dtype);
      });
  add(app, "--log-every", "Epochs between two lines of the log", "a whole number, 1 or more", "500",
      number<std::int64_t>(1, longest, options.log_every));
  add_precision(app, options.precision);
}

// What single options cannot know.
void check_together(const TrainOptions& options, bool data_given, bool points_given) {
  const auto fail = [](const std::string& what) { throw CLI::ValidationError(what); };
  if (!options.csv.empty() && data_given) fail("--csv and --data exclude each other");
  if (!options.csv.empty() && points_given) fail("--csv and --n exclude each other");
  if (!options.save.empty() && options.csv.empty() && options.data == "both")
    fail("--save takes one model: want --data linear, --data xor or --csv beside it");
  if (options.momentum &&
      (options.optimizer == "adagrad" || options.optimizer == "adadelta" || options.optimizer == "adam"))
    fail("--momentum: " + options.optimizer + " has none");
  if (options.optimizer == "nesterov" && options.momentum == 0.0) fail("--momentum: nesterov wants more than 0");
}

/// Text of the user's with line breaks and the like must not break our one line.
std::string on_one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CommandLine result;
  CLI::App app("The lab on backpropagation: trains and tests multilayer perceptrons", "lab1");
  CLI::App* train = app.add_subcommand("train", "Train, and print the log, the predictions and the accuracy");
  add_train_options(*train, result.train);
  CLI::App* test = app.add_subcommand("test", "Load a saved model, and print its predictions, loss and accuracy");
  add(*test, "--model", "The file that lab1 train --save has written", "the name of a file", "",
      text(result.test.model));
  add(*test, "--csv", "Points to test on, by default those it was trained on", "the name of a file", "",
      text(result.test.csv));
  add_precision(*test, result.test.precision);
  CLI::App* report = app.add_subcommand("report", "Run the whole lab and write its report: figures, tables, one page");
  add(*report, "--out", "The folder to write into", "the name of a folder", result.report.out, text(result.report.out));
  try {
    app.parse(argc, argv);
    // CLI11's own check of this comes before that for unknown arguments and would hide them.
    if (app.get_subcommands().empty())
      throw CLI::ParseError(
          "no command: want lab1 train [OPTION...], lab1 test --model FILE or lab1 report [--out DIR]",
          CLI::ExitCodes::RequiredError);
    if (train->parsed()) check_together(result.train, train->count("--data") > 0, train->count("--n") > 0);
    if (test->parsed() && result.test.model.empty()) throw CLI::ValidationError("--model: want the name of a file");
    result.command = train->parsed() ? Command::train : test->parsed() ? Command::test : Command::report;
  } catch (const CLI::Success& help) {
    result.exit_code = app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "lab1: %s\n", on_one_line(error.what()).c_str());
    result.exit_code = 2;
  }
  return result;
}

}  // namespace lab1
