// Building the networks of network.hpp.
// Not here: training them (training.cpp).
#include "network.hpp"

#include <xgrad/xgrad.hpp>

namespace lab1 {
namespace {

using namespace xgrad;

nn::Linear make_layer(std::int64_t in, std::int64_t out, const Architecture& architecture, NumpyRandom& random) {
  const DefaultDtype dtype(architecture.dtype);
  nn::Linear layer(in, out, {.bias = architecture.bias});
  const NoGrad guard;
  const Tensor drawn = reshape(tensor(random.normals(static_cast<std::size_t>(in * out))), {in, out});
  copy_(layer.weight, transpose(drawn).to(architecture.dtype));
  if (architecture.bias) fill_(layer.bias, 0);
  return layer;
}

void append_activation(nn::Sequential& network, const std::string& name) {
  if (name == "sigmoid") network.append(nn::Sigmoid());
  if (name == "tanh") network.append(nn::Tanh());
  if (name == "relu") network.append(nn::ReLU());
  if (name == "leaky-relu") network.append(nn::LeakyReLU());
}

}  // namespace

Architecture architecture(const TrainOptions& options, std::int64_t features, std::int64_t outputs) {
  Architecture result{{features}, options.activation, options.output_activation, options.bias, options.dtype};
  result.widths.insert(result.widths.end(), options.hidden.begin(), options.hidden.end());
  result.widths.push_back(outputs);
  if (result.output_activation.empty())
    result.output_activation = options.loss == "cross-entropy" ? "none" : options.activation;
  return result;
}

nn::Sequential make_network(const Architecture& architecture, NumpyRandom& random) {
  nn::Sequential network;
  const std::size_t layers = architecture.widths.size() - 1;
  for (std::size_t i = 0; i < layers; ++i) {
    network.append(make_layer(architecture.widths[i], architecture.widths[i + 1], architecture, random));
    append_activation(network, i + 1 < layers ? architecture.activation : architecture.output_activation);
  }
  return network;
}

}  // namespace lab1
