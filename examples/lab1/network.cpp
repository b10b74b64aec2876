// Building the network of network.hpp.
// Not here: training it (training.cpp).
#include "network.hpp"

#include <xgrad/xgrad.hpp>

namespace lab1 {
namespace {

using namespace xgrad;

nn::Linear make_layer(std::int64_t in, std::int64_t out, const TrainOptions& options, NumpyRandom& random) {
  const DefaultDtype dtype(options.dtype);
  nn::Linear layer(in, out, {.bias = options.bias});
  const NoGrad guard;
  const Tensor drawn = reshape(tensor(random.normals(static_cast<std::size_t>(in * out))), {in, out});
  copy_(layer.weight, transpose(drawn).to(options.dtype));
  if (options.bias) fill_(layer.bias, 0);
  return layer;
}

void append_activation(nn::Sequential& network, const std::string& name) {
  if (name == "sigmoid") network.append(nn::Sigmoid());
  if (name == "tanh") network.append(nn::Tanh());
  if (name == "relu") network.append(nn::ReLU());
}

}  // namespace

nn::Sequential make_network(const TrainOptions& options, NumpyRandom& random) {
  nn::Sequential network;
  std::int64_t in = 2;
  for (const std::int64_t width : options.hidden) {
    network.append(make_layer(in, width, options, random));
    append_activation(network, options.activation);
    in = width;
  }
  network.append(make_layer(in, 1, options, random));
  append_activation(network, options.output_activation.empty() ? options.activation : options.output_activation);
  return network;
}

}  // namespace lab1
