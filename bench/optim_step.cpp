// One step of each optimizer: nanoseconds for small parameters, memory bandwidth for large ones.
// Not here: training (lab_epoch.cpp).
#include "harness.hpp"

#include <xgrad/xgrad.hpp>

#include <cstdint>
#include <vector>

using namespace xgrad;

namespace {

struct Size {
  std::int64_t elements;
  int parameters;
  int runs;
};

/// `arrays` are the ones of a parameter's size that a step reads or writes.
template <class Optimizer, class Options>
void time_step(const char* name, int arrays, Options options) {
  std::printf("%-20s", name);
  for (const Size& size : {Size{20, 6, 2000}, Size{1000, 6, 1000}, Size{100000, 1, 100}, Size{4000000, 1, 3}}) {
    std::vector<Tensor> parameters;
    for (int i = 0; i < size.parameters; ++i) {
      parameters.push_back(randn({size.elements}).set_requires_grad());
      parameters.back().set_grad(randn({size.elements}));
    }
    options.lr = 1e-6;
    Optimizer optimizer(parameters, options);
    const double seconds = bench::measure(15, size.runs, [&] { optimizer.step(); }).best;
    const double bytes = 4.0 * arrays * static_cast<double>(size.elements) * size.parameters;
    std::printf("  %9.3f us (%5.1f GB/s)", 1e6 * seconds, 1e-9 * bytes / seconds);
  }
  std::printf("\n");
}

}  // namespace

int main() {
  bench::begin("optim_step: one step in float32 on 6 x 20, 6 x 1000, 1e5 and 4e6 elements, best of 15");
  time_step<optim::SGD>("SGD", 3, optim::SGDOptions{});
  time_step<optim::SGD>("SGD, all options", 5,
                        optim::SGDOptions{.momentum = 0.9, .weight_decay = 0.1, .nesterov = true});
  time_step<optim::Adagrad>("Adagrad", 5, optim::AdagradOptions{});
  time_step<optim::Adadelta>("Adadelta", 7, optim::AdadeltaOptions{});
  time_step<optim::RMSprop>("RMSprop", 5, optim::RMSpropOptions{});
  time_step<optim::RMSprop>("RMSprop, all options", 9, optim::RMSpropOptions{.momentum = 0.9, .centered = true});
  time_step<optim::Adam>("Adam", 7, optim::AdamOptions{});
  time_step<optim::Adam>("Adam, amsgrad", 9, optim::AdamOptions{.amsgrad = true});
  time_step<optim::AdamW>("AdamW", 7, optim::AdamWOptions{});
}
