// Building the network, and running gradcheck on all of it.
// Not here: gradcheck itself (xgrad/autodiff/gradcheck.hpp).
#include "convolution_network.hpp"

#include <xgrad/xgrad.hpp>

#include <cmath>

namespace lab1 {
namespace {

using namespace xgrad;

/// A layer with weights of Xavier's scale and without bias to begin with.
template <class Layer>
Layer drawn(Layer layer, NumpyRandom& random) {
  const nn::init::Fans fans = nn::init::fans(layer.weight.shape());
  const double stddev = std::sqrt(2 / static_cast<double>(fans.in + fans.out));
  const Tensor normals = tensor(random.normals(static_cast<std::size_t>(layer.weight.size())));
  const NoGrad guard;
  copy_(layer.weight, stddev * reshape(normals, layer.weight.shape()));
  fill_(layer.bias, 0);
  return layer;
}

std::vector<nn::Parameter*> parameters_of(nn::Sequential& network) {
  std::vector<nn::Parameter*> parameters;
  const auto add = [&](auto* layer) {
    if (layer == nullptr) return;
    parameters.push_back(&layer->weight);
    if (layer->bias.defined()) parameters.push_back(&layer->bias);
  };
  for (std::size_t i = 0; i < network.size(); ++i) {
    add(dynamic_cast<nn::Conv2d*>(&network[i]));
    add(dynamic_cast<nn::Linear*>(&network[i]));
  }
  if (parameters.size() != network.parameters().size())
    throw ValueError("check_convolution_gradients: a layer with parameters is neither Conv2d nor Linear");
  return parameters;
}

}  // namespace

nn::Sequential make_convolution_network(NumpyRandom& random) {
  const DefaultDtype dtype(float64);
  return nn::Sequential{drawn(nn::Conv2d(1, 2, 3, {.padding = 1}), random),
                        nn::Tanh(),
                        nn::AvgPool2d({.kernel = 5, .stride = 2}),
                        drawn(nn::Conv2d(2, 8, 3), random),
                        nn::Tanh(),
                        nn::Flatten(),
                        drawn(nn::Linear(32, 1), random),
                        nn::Sigmoid()};
}

GradientCheck check_convolution_gradients(const nn::Sequential& network, const Tensor& images, const Tensor& targets) {
  nn::Sequential copy = network;
  const std::vector<nn::Parameter*> parameters = parameters_of(copy);
  std::vector<Tensor> inputs;
  for (const nn::Parameter* parameter : parameters) inputs.push_back(*parameter);
  inputs.push_back(images.detach().set_requires_grad());
  const auto loss = [&](const std::vector<Tensor>& values) {
    // The handles, not the values: the layers compute with the very tensors that gradcheck varies.
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i]->Tensor::operator=(values[i]);
    return nn::mse_loss(copy(values.back()), targets);
  };
  const GradcheckResult result = gradcheck(loss, inputs, {.raise = false});
  std::int64_t derivatives = 0;
  for (const Tensor& input : inputs) derivatives += input.size();
  return {result.ok, derivatives, result.message};
}

}  // namespace lab1
