// Reading of the command line of options.hpp.
// Not here: any meaning of the options.
#include "options.hpp"

#include <CLI/CLI.hpp>
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

void add_train_options(CLI::App& app, TrainOptions& options) {
  constexpr double largest = std::numeric_limits<double>::max();
  constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::string> activations = {"sigmoid", "tanh", "relu", "none"};
  const std::string activation_names = "sigmoid, tanh, relu or none";

  add(app, "--data", "Data to train on: both, linear or xor", "both, linear or xor", "both",
      one_of({"both", "linear", "xor"}, options.data));
  add(app, "--hidden", "Widths of the hidden layers", "widths from 1 to 10000 with commas between them", "10,10",
      [&options](const std::string& text) { return read_widths(text, options.hidden); });
  add(app, "--lr", "Learning rate", "a finite number, 0 or more", "0.1", number(0.0, largest, options.lr));
  add(app, "--epochs", "Number of epochs", "a whole number, 1 or more", "20000",
      number<std::int64_t>(1, longest, options.epochs));
  add(app, "--activation", "Activation of every layer: " + activation_names, activation_names, "sigmoid",
      one_of(activations, options.activation));
  add(app, "--output-activation", "Activation of the last layer, if it has one of its own", activation_names, "",
      one_of(activations, options.output_activation));
  add(app, "--momentum", "Momentum of gradient descent", "a number from 0 to 1", "0",
      number(0.0, 1.0, options.momentum));
  add(app, "--seed", "Seed of NumPy's legacy generator", "a whole number from 0 to 4294967295", "16",
      number<std::uint32_t>(0, std::numeric_limits<std::uint32_t>::max(), options.seed));
  app.add_flag_callback(
         "--no-bias", [&options] { options.bias = false; }, "Layers without bias")
      ->disable_flag_override();
  add(app, "--dtype", "Numbers to compute with: float64 or float32", "float64 or float32", "float64",
      [&options](const std::string& text) {
        options.dtype = text == "float32" ? xgrad::float32 : xgrad::float64;
        return text == xgrad::name(options.dtype);
      });
  add(app, "--log-every", "Epochs between two lines of the log", "a whole number, 1 or more", "500",
      number<std::int64_t>(1, longest, options.log_every));
  add(app, "--precision", "Digits after the point of a loss", "a whole number from 0 to 17", "5",
      number(0, 17, options.precision));
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
  CLI::App app("Trains a multilayer perceptron on the lab's two data sets", "lab1");
  CLI::App* train = app.add_subcommand("train", "Train, and print the log, the predictions and the accuracy");
  add_train_options(*train, result.train);
  try {
    app.parse(argc, argv);
    // CLI11's own check of this comes before that for unknown arguments and would hide them.
    if (!train->parsed())
      throw CLI::ParseError("no command: want lab1 train [OPTION...]", CLI::ExitCodes::RequiredError);
    result.run = true;
  } catch (const CLI::Success& help) {
    result.exit_code = app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "lab1: %s\n", on_one_line(error.what()).c_str());
    result.exit_code = 2;
  }
  return result;
}

}  // namespace lab1
