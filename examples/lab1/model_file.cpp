// Between models and the tensors and words of a file.
// Not here: checks of the file itself (xgrad/io).
#include "model_file.hpp"

#include <xgrad/autodiff/error.hpp>
#include <xgrad/io/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include <nlohmann/json.hpp>

namespace lab1 {
namespace {

using namespace xgrad;
using nlohmann::json;

constexpr const char* format = "xgrad lab1 model 1";

bool is_activation(const std::string& name) {
  return name == "sigmoid" || name == "tanh" || name == "relu" || name == "leaky-relu" || name == "none";
}

// Everything that the options could have asked for, and nothing else.
Model described(const json& words) {
  Model model;
  words.at("widths").get_to(model.architecture.widths);
  words.at("activation").get_to(model.architecture.activation);
  words.at("output_activation").get_to(model.architecture.output_activation);
  words.at("bias").get_to(model.architecture.bias);
  model.architecture.dtype = words.at("dtype") == "float32" ? float32 : float64;
  words.at("loss").get_to(model.loss);
  words.at("classes").get_to(model.classes);
  words.at("data").get_to(model.data);
  words.at("csv").get_to(model.csv);
  words.at("seed").get_to(model.seed);
  words.at("points").get_to(model.points);
  const Architecture& a = model.architecture;
  bool fits = a.widths.size() >= 2 && is_activation(a.activation) && is_activation(a.output_activation) &&
              model.classes.size() >= 2 && model.points >= 1 && model.points <= 1'000'000 &&
              (model.data == "linear" || model.data == "xor" || model.data == "csv") &&
              (model.loss == "mse" || model.loss == "bce" || model.loss == "cross-entropy");
  for (const std::int64_t width : a.widths) fits = fits && width >= 1 && width <= 10'000;
  if (!fits) throw ValueError("values out of range");
  return model;
}

}  // namespace

void save_model(const std::string& path, const Model& model) {
  const json words = {
      {"widths", model.architecture.widths},
      {"activation", model.architecture.activation},
      {"output_activation", model.architecture.output_activation},
      {"bias", model.architecture.bias},
      {"dtype", name(model.architecture.dtype)},
      {"loss", model.loss},
      {"classes", model.classes},
      {"data", model.data},
      {"csv", model.csv},
      {"seed", model.seed},
      {"points", model.points},
  };
  io::save_safetensors(path, model.network.state_dict(), {{"format", format}, {"model", words.dump()}});
}

Model load_model(const std::string& path) {
  io::Metadata metadata;
  const io::NamedTensors tensors = io::load_safetensors(path, &metadata);
  const auto fail = [&](const std::string& what) { throw FormatError(path + ": not a model of lab1: " + what); };
  if (metadata["format"] != format) fail("its metadata does not say format '" + std::string(format) + "'");
  Model model;
  try {
    model = described(json::parse(metadata["model"]));
    NumpyRandom random(0);
    model.network = make_network(model.architecture, random);
    model.network.load_state_dict(tensors);
  } catch (const std::exception& error) {
    fail(error.what());
  }
  return model;
}

}  // namespace lab1
