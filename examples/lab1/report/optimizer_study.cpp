// The comparison of optimizers that the original report promises.
// Not here: their update rules (xgrad/optim/).
#include "rate_grid.hpp"
#include "studies.hpp"
#include "words.hpp"

#include <fmt/format.h>
#include <memory>

namespace lab1 {

Section optimizer_study(Runs& runs) {
  std::vector<Variant> variants;
  for (const char* name : {"sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam"})
    variants.push_back({name, {.optimizer = name}});
  const auto grid = std::make_shared<RateGrid>(runs, std::move(variants));
  return [grid](Report& report) {
    report.section("Other optimizers");
    report.question("The original report promises a comparison of optimizers. Which learns fastest?");
    report.setting(
        "The main setting but for the optimizer and its learning rate, one of " + grid->rates_text() +
        ". Momentum is 0.9 for momentum and Nesterov; all other constants have their usual values. Only the rate is "
        "tuned: the best is that with which every point is right from the earliest epoch on.");
    grid->report_tables(report, "optimizer");
    report.figure("optimizers", "Loss against epoch, each optimizer at its best rate.",
                  "Two panels with seven curves each.", grid->curves());
    report.figure("optimizers_epochs",
                  "The epoch from which on every point is right, at the best rate; less is better.",
                  "Two bars for each optimizer.", grid->bars());
    std::size_t fastest = 0, slowest = 0;
    const auto epochs = [&](std::size_t i) { return grid->best(i, "xor").full_from.value_or(20000); };
    for (std::size_t i = 0; i < grid->size(); ++i) {
      if (epochs(i) < epochs(fastest)) fastest = i;
      if (epochs(i) > epochs(slowest)) slowest = i;
    }
    report.answer(fmt::format(
        "On XOR the fastest is {}, from epoch {} on at rate {}, the slowest {}, from epoch {} on at rate {}. Plain "
        "gradient descent loses its epochs on the plateau, where gradients are small. Momentum m adds them up and in "
        "effect divides the rate by 1 - m: with 0.9 at rate 0.1 it takes about as long as plain descent at rate 1 "
        "(epochs {} and {}). Adagrad, RMSprop and Adam divide by the size of past gradients and so take long steps "
        "where gradients are small. Adadelta does, too, but its steps start tiny, near the root of its eps, so it "
        "wants a large rate. The price is a rate to be tuned. A dash on the left half of a row is a rate too large: "
        "Adam and RMSprop at rate 1 end with a saturated output. One on the right is a run that 20000 epochs do not "
        "suffice for; SGD at rate 0.001 has every point of the linear data right only for the moment, as in section 3.",
        grid->name(fastest), epochs(fastest), grid->best_rate(fastest, "xor"), grid->name(slowest), epochs(slowest),
        grid->best_rate(slowest, "xor"), epoch_text(grid->run("momentum", "0.1", "xor").full_from),
        epoch_text(grid->run("sgd", "1", "xor").full_from)));
  };
}

}  // namespace lab1
