// The lab's three questions, each answered by a measured run.
// Not here: the studies of earlier sections.
#include "../log.hpp"
#include "figures.hpp"
#include "studies.hpp"
#include "words.hpp"

#include <xgrad/xgrad.hpp>

#include <fmt/format.h>
#include <array>

namespace lab1 {
namespace {

using namespace xgrad;

/// The linear points with class 1 where x1 + x2 > 1: a line that misses the origin.
Dataset falling_line(const TrainOptions& options) {
  NumpyRandom random(options.seed);
  Dataset data = linear_data(static_cast<std::size_t>(options.points), random);
  data.name = "x1 + x2 > 1";
  data.labels = greater(sum(data.points, 1), 1).to(int64);
  return data;
}

enum class Learn : std::uint8_t { both, weights, biases };

/// A single sigmoid of two inputs.
Experiment single_unit(Learn learn) {
  TrainOptions options{.hidden = {}, .lr = 10, .bias = learn != Learn::weights};
  Dataset data = falling_line(options);
  NumpyRandom random(options.seed);
  const Objective objective(options.loss, data.classes.size());
  const Architecture shape = architecture(options, 2, objective.outputs());
  Experiment experiment{options, std::move(data), objective, shape, make_network(shape, random)};
  if (learn == Learn::biases) experiment.network.get<nn::Linear>(0).weight.set_requires_grad(false);
  return experiment;
}

/// The weighted sum that the unit has learned.
std::string sum_text(const Run& run) {
  std::vector<double> w;
  for (const Tensor& parameter : run.network.parameters())
    w.insert(w.end(), parameter.data<double>(), parameter.data<double>() + parameter.size());
  const double bias = w.size() == 3 ? w[2] : 0;
  return fmt::format("{:.2f} x1 {:+.2f} x2 {:+.2f}", w[0], w[1], bias);
}

}  // namespace

Section answers(Runs& runs) {
  const TrainOptions main_setting;
  const std::size_t sigmoids = runs.add(main_setting, "xor", {});
  const std::size_t affine = runs.add(TrainOptions{.lr = 0.001, .activation = "none"}, "xor", {});
  struct Rate {
    std::string text;
    std::size_t number;
  };
  std::vector<Rate> rates;
  for (const char* rate : {"0.001", "0.1", "10", "100"})
    rates.push_back({rate, runs.add(TrainOptions{.lr = std::stod(rate)}, "xor", {.curve = true})});
  std::vector<std::size_t> units;
  for (const Learn learn : {Learn::both, Learn::weights, Learn::biases})
    units.push_back(runs.add(main_setting.epochs, [learn] { return single_unit(learn); }, {.region = true}));
  const std::size_t no_bias = runs.add(TrainOptions{.bias = false}, "xor", {});

  return [&, sigmoids, affine, rates, units, no_bias](Report& report) {
    report.section("Answers to the questions of the lab");
    report.question("What are activation functions for?");
    report.setting(
        "XOR with and without them: the main setting (section 1, figure 2), and affine layers at rate 0.001, since at "
        "0.1 they diverge (section 6, with tables and figures).");
    report.answer(fmt::format(
        "They make the network more than one affine map. The same three layers end on XOR at loss {} and {} without "
        "activation functions, at {} and {} with sigmoids. Bounded ones also keep outputs and gradients from growing "
        "without limit, which is what diverges at rate 0.1 in the section on affine layers.",
        loss_text(runs[affine].loss, 5), percent(runs[affine].evaluation.accuracy), loss_text(runs[sigmoids].loss, 5),
        percent(runs[sigmoids].evaluation.accuracy)));

    report.question("What happens if the learning rate is too large or too small?");
    report.setting("XOR in the main setting but for the rate.");
    Table table{.columns = {"learning rate", "loss", "accuracy"}, .rows = {}};
    train::PanelOptions options = loss_panel("XOR");
    options.x.log = true;
    options.legend = train::Legend::right;
    train::Figure curves({.panel_width = 620, .panel_height = 340});
    train::Panel& panel = curves.add_panel(options);
    for (const Rate& rate : rates) {
      const Run& run = runs[rate.number];
      table.rows.push_back({rate.text, loss_text(run.loss, 5), percent(run.evaluation.accuracy)});
      add_curve(panel, "rate " + rate.text, run);
    }
    report.table("rates_too_small_and_too_large", "XOR in the main setting after 20000 epochs.", table);
    report.figure("rates_too_small_and_too_large", "XOR at a rate too small, two good ones, and one too large.",
                  "The curves of rates 0.001 and 100 stay level, those of 0.1 and 10 fall.", curves);
    report.answer(fmt::format(
        "Too small, and training is not done when the epochs are over: at rate 0.001 the loss is {} after 20000 "
        "epochs. That is no local minimum: more epochs reach what a larger rate reaches (section 4). Too large, and a "
        "step leaps over the valley: at rate 100 the first steps drive the sigmoids so far into saturation that their "
        "gradients vanish, and the loss stays at {} with {} right. Without activation functions the loss grows until "
        "it is not a number.",
        loss_text(runs[rates.front().number].loss, 5), loss_text(runs[rates.back().number].loss, 5),
        percent(runs[rates.back().number].evaluation.accuracy)));

    report.question("What are weights and biases for?");
    report.setting(
        "A single unit, sigmoid(w1 x1 + w2 x2 + b), on the 100 linear points with a new label: class 1 where x1 + x2 "
        "&gt; 1. Rate 10, 20000 epochs. Learned are both, the weights alone (no bias), or the bias alone (the weights "
        "stay as drawn).");
    const std::array<const char*, 3> names = {"weights and bias", "weights alone", "bias alone"};
    Table unit_table{.columns = {"learned", "accuracy", "loss", "before the sigmoid"}, .rows = {}};
    train::Figure regions({.panel_width = 300, .panel_height = 300});
    for (std::size_t i = 0; i < units.size(); ++i) {
      const Run& run = runs[units[i]];
      unit_table.rows.push_back({names[i], percent(run.evaluation.accuracy), loss_text(run.loss, 5), sum_text(run)});
      add_region(regions, fmt::format("{}: {}", names[i], percent(run.evaluation.accuracy)), run);
    }
    report.table("weights_and_biases", "A single unit with parts of its parameters learned.", unit_table);
    report.figure("weights_and_biases", "Weights turn the line of decision, biases shift it.",
                  "Three squares of points on both sides of the falling diagonal; only with weights and bias does the "
                  "line of decision lie there.",
                  regions);
    report.answer(fmt::format(
        "Weights say how much each input counts, and so in which direction the line of decision runs and how sharp it "
        "is; a bias shifts the line away from the origin. Both together are right for {} of the points. Without a bias "
        "the line must pass through the origin ({}); with a bias alone it keeps the direction that the weights were "
        "drawn with ({}). In deeper networks of sigmoids other units can stand in for a bias, since a sigmoid of 0 is "
        "1/2: XOR without any bias ends at loss {} and {}.",
        percent(runs[units[0]].evaluation.accuracy), percent(runs[units[1]].evaluation.accuracy),
        percent(runs[units[2]].evaluation.accuracy), loss_text(runs[no_bias].loss, 5),
        percent(runs[no_bias].evaluation.accuracy)));
  };
}

}  // namespace lab1
