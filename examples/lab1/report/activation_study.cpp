// Activation functions in every layer or in the hidden layers only.
// Not here: none at all (no_activation_study.cpp).
#include "figures.hpp"
#include "rate_grid.hpp"
#include "studies.hpp"
#include "words.hpp"

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
  const auto grid =
      std::make_shared<RateGrid>(runs, std::move(variants), std::vector<std::string>{"1", "0.1", "0.01", "0.001"});
  return [grid](Report& report) {
    report.section("Other activation functions");
    report.question("How do tanh, ReLU and leaky ReLU compare with the sigmoid?");
    report.setting(
        "The main setting with another activation function, either after every layer or after the hidden layers only, "
        "with a sigmoid after the last. The learning rate is the best of 1, 0.1, 0.01 and 0.001. Leaky ReLU has slope "
        "0.01 below 0.");
    report.table("activations", "Each activation function at its best learning rate for each data set.",
                 grid->best_table("activation"));
    report.table("activations_all_rates",
                 "Epochs to 100 % at each rate; a dash where not every point is right after 20000 epochs.",
                 grid->all_table("activation"));
    report.figure("activations", "Loss against epoch, each activation function at its best rate.", grid->curves());
    xgrad::train::Figure regions({.panel_width = 300, .panel_height = 300, .columns = 3});
    for (std::size_t i = 0; i < grid->size(); ++i) add_region(regions, grid->name(i), grid->best(i, "xor"));
    report.figure("activations_regions",
                  "What networks of each activation function have learned of XOR: smooth curves with sigmoid and tanh, "
                  "polygons with ReLU and leaky ReLU.",
                  regions);
    report.answer(
        "All of them learn both data sets at a suitable rate. The sigmoid's slope is at most 1/4, so each layer "
        "shrinks "
        "the gradient; tanh and the ReLUs have slope 1 where they are active, and with a sigmoid after the last layer "
        "they leave the plateau sooner. As the last layer they are the worse choice: a ReLU whose input is negative "
        "for every point has gradient 0 and never comes back, tanh can saturate at the wrong end, and the unbounded "
        "leaky ReLU can diverge. These are the dashes in their rows at large rates.");
  };
}

}  // namespace lab1
