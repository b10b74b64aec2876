// The comparison of optimizers that the original report promises.
// Not here: their update rules (xgrad/optim/).
#include "rate_grid.hpp"
#include "studies.hpp"

#include <fmt/format.h>
#include <memory>

namespace lab1 {

Section optimizer_study(Runs& runs) {
  std::vector<Variant> variants;
  for (const char* name : {"rmsprop", "adam", "adagrad", "adadelta", "nesterov", "momentum", "sgd"})
    variants.push_back({name, {.optimizer = name}});
  const auto grid =
      std::make_shared<RateGrid>(runs, std::move(variants), std::vector<std::string>{"1", "0.1", "0.01", "0.001"});
  return [grid](Report& report) {
    report.section("Other optimizers");
    report.question("The original report promises a comparison of optimizers. Which learns fastest?");
    report.setting(
        "The main setting but for the optimizer and its learning rate, one of 1, 0.1, 0.01 and 0.001. Momentum is 0.9 "
        "for momentum and Nesterov; all other constants have their usual values. Only the learning rate is tuned: the "
        "best is that with the fewest epochs until every point is right.");
    report.table("optimizers", "Each optimizer at its best learning rate for each data set.",
                 grid->best_table("optimizer"));
    report.table("optimizers_all_rates",
                 "Epochs to 100 % at each rate; a dash where not every point is right after 20000 epochs.",
                 grid->all_table("optimizer"));
    report.figure("optimizers", "Loss against epoch, each optimizer at its best rate.", grid->curves());
    report.figure("optimizers_epochs", "Epochs to 100 % at the best rate; fewer is better.", grid->bars());
    std::size_t fastest = 0, slowest = 0;
    const auto epochs = [&](std::size_t i) { return grid->best(i, "xor").epochs_to_full.value_or(20000); };
    for (std::size_t i = 0; i < grid->size(); ++i) {
      if (epochs(i) < epochs(fastest)) fastest = i;
      if (epochs(i) > epochs(slowest)) slowest = i;
    }
    report.answer(fmt::format(
        "On XOR the fastest is {} with {} epochs at rate {}, the slowest {} with {} at rate {}. Plain gradient "
        "descent loses its epochs on the plateau, where gradients are small; momentum adds them up, and the methods "
        "that divide by the size of past gradients take long steps there. The price is a rate to be tuned: Adam and "
        "RMSprop fail at rate 1, where each step moves every weight by about 1 and the sigmoids saturate.",
        grid->name(fastest), epochs(fastest), grid->best_rate(fastest, "xor"), grid->name(slowest), epochs(slowest),
        grid->best_rate(slowest, "xor")));
  };
}

}  // namespace lab1
