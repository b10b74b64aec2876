// Activation functions in every layer or in the hidden layers only.
// Not here: none at all (no_activation_study.cpp).
#include "../log.hpp"
#include "figures.hpp"
#include "rate_grid.hpp"
#include "studies.hpp"

#include <fmt/format.h>
#include <memory>

namespace lab1 {

Section activation_study(Runs& runs) {
  std::vector<Variant> variants;
  for (const std::string name : {"sigmoid", "tanh", "relu", "leaky-relu"}) {
    variants.push_back({name + ", every layer", {.activation = name}});
    if (name != "sigmoid")
      variants.push_back({name + ", then sigmoid", {.activation = name, .output_activation = "sigmoid"}});
  }
  const auto grid = std::make_shared<RateGrid>(runs, std::move(variants));
  return [grid](Report& report) {
    report.section("Other activation functions");
    report.question("How do tanh, ReLU and leaky ReLU compare with the sigmoid?");
    report.setting(
        "The main setting with another activation function, either after every layer or after the hidden layers only, "
        "with a sigmoid after the last. The learning rate is the best of " +
        grid->rates_text() + ". Leaky ReLU has slope 0.01 below 0.");
    grid->report_tables(report, "activation");
    report.figure("activations", "Loss against epoch, each activation function at its best rate.",
                  "Two panels with seven curves each.", grid->curves());
    xgrad::train::Figure regions({.panel_width = 300, .panel_height = 300, .columns = 3});
    for (std::size_t i = 0; i < grid->size(); ++i) add_region(regions, grid->name(i), grid->best(i, "xor"));
    report.figure("activations_regions",
                  "What networks of each activation function have learned of XOR: smooth curves with sigmoid and tanh, "
                  "polygons with ReLU and leaky ReLU.",
                  "Seven squares; in each a red region around the rising diagonal parts two blue ones.", regions);
    const std::string every = ", every layer", then = ", then sigmoid";
    std::string counts;
    for (const std::string name : {"tanh", "relu", "leaky-relu"})
      counts += fmt::format("{}{} {} against {}", counts.empty() ? "" : ", ", name, grid->successes(name + every),
                            grid->successes(name + then));
    const auto xor_loss = [&](const std::string& name) {
      return loss_text(grid->run(name + every, "1", "xor").loss, 5);
    };
    report.answer(fmt::format(
        "All of them learn both data sets at a suitable rate. On XOR, tanh and the ReLUs before a last sigmoid leave "
        "the plateau much sooner than sigmoids: a sigmoid's slope is at most 1/4, which tends to shrink the gradient "
        "from layer to layer, while that of tanh reaches 1 and that of a ReLU is 1 where it is active. After the last "
        "layer they are more fragile: of the ten runs at five rates on two data sets, those with every point right "
        "are: {} with the sigmoid. At rate 1 on XOR, ReLU ends at loss {}, since its last unit is dead: its input is "
        "negative for every point, so that output and gradient are 0 for ever. Tanh ends at {}, saturated at the wrong "
        "end. Leaky ReLU, which is not bounded, {}.",
        counts, xor_loss("relu"), xor_loss("tanh"),
        grid->run("leaky-relu" + every, "1", "xor").result.stop == Stop::diverged ? "diverges" : "does not diverge"));
  };
}

}  // namespace lab1
