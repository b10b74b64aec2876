// The choice by name.
// Not here: checks of the names (options.cpp).
#include "optimizer.hpp"

#include <xgrad/xgrad.hpp>

#include <algorithm>

namespace lab1 {

using namespace xgrad;

std::unique_ptr<optim::Optimizer> make_optimizer(const TrainOptions& options, std::vector<Tensor> parameters) {
  const double lr = options.lr;
  const std::string& name = options.optimizer;
  const bool has_momentum = name == "momentum" || name == "nesterov";
  const double momentum = options.momentum.value_or(has_momentum ? 0.9 : 0);
  if (name == "adagrad")
    return std::make_unique<optim::Adagrad>(std::move(parameters), optim::AdagradOptions{.lr = lr});
  if (name == "adadelta")
    return std::make_unique<optim::Adadelta>(std::move(parameters), optim::AdadeltaOptions{.lr = lr});
  if (name == "rmsprop")
    return std::make_unique<optim::RMSprop>(std::move(parameters),
                                            optim::RMSpropOptions{.lr = lr, .momentum = momentum});
  if (name == "adam") return std::make_unique<optim::Adam>(std::move(parameters), optim::AdamOptions{.lr = lr});
  return std::make_unique<optim::SGD>(
      std::move(parameters), optim::SGDOptions{.lr = lr, .momentum = momentum, .nesterov = name == "nesterov"});
}

std::function<void(double)> make_scheduler(const TrainOptions& options, optim::Optimizer& optimizer) {
  if (options.scheduler == "step")
    return [step = std::make_shared<optim::StepLR>(optimizer, std::max<std::int64_t>(1, (options.epochs + 2) / 3),
                                                   0.1)](double) { step->step(); };
  if (options.scheduler == "plateau") {
    const optim::ReduceLROnPlateauOptions patience{.factor = 0.5,
                                                   .patience = std::max<std::int64_t>(10, options.epochs / 100)};
    return [plateau = std::make_shared<optim::ReduceLROnPlateau>(optimizer, patience)](double loss) {
      plateau->step(loss);
    };
  }
  return [](double) {};
}

}  // namespace lab1
