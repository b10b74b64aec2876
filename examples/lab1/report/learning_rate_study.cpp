// Table A: learning rates.
// Not here: other optimizers (optimizer_study.cpp).
#include "../log.hpp"
#include "comparison_table.hpp"
#include "figures.hpp"
#include "studies.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace lab1 {
namespace {

/// The rates of the table, each in its longest run.
std::vector<std::size_t> longest_runs(const std::vector<Reference::Row>& rows) {
  std::vector<std::size_t> longest;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_same = !longest.empty() && rows[longest.back()].setting == rows[i].setting;
    if (is_same) longest.back() = i;
    if (!is_same) longest.push_back(i);
  }
  return longest;
}

std::size_t row_of(const std::vector<Reference::Row>& rows, const std::string& rate, std::int64_t epochs) {
  const auto is_wanted = [&](const Reference::Row& row) { return row.setting == rate && row.epochs == epochs; };
  return static_cast<std::size_t>(std::find_if(rows.begin(), rows.end(), is_wanted) - rows.begin());
}

}  // namespace

Section learning_rate_study(Runs& runs, const Reference& reference) {
  std::vector<RowRuns> numbers;
  for (const Reference::Row& row : reference.learning_rates) {
    const TrainOptions options{.lr = std::stod(row.setting), .epochs = row.epochs};
    numbers.push_back({runs.add(options, "linear", {.curve = true}), runs.add(options, "xor", {.curve = true})});
  }
  return [&, numbers](Report& report) {
    const std::vector<Reference::Row>& rows = reference.learning_rates;
    report.section("Learning rates");
    report.question("How do the learning rate and the number of epochs act together?");
    report.setting("The main setting but for the rate and the epochs. The generator is seeded again for each row.");
    report.table("a_learning_rates",
                 "Table A of the original report, value beside value. (It misprints one cell, the linear loss at rate "
                 "0.1 after 10000 epochs, as 0.01429; its own log has 0.01492.)",
                 comparison_table("learning rate", rows, numbers, runs));

    xgrad::train::Figure by_epoch, by_product;
    const auto add_panel = [](xgrad::train::Figure& figure, const std::string& title, const std::string& x_label) {
      xgrad::train::PanelOptions options = loss_panel(title, x_label);
      options.x.log = true;
      return &figure.add_panel(options);
    };
    xgrad::train::Panel* linear_by_epoch = add_panel(by_epoch, "Linear", "epoch");
    xgrad::train::Panel* xor_by_epoch = add_panel(by_epoch, "XOR", "epoch");
    xgrad::train::Panel* linear_by_product = add_panel(by_product, "Linear", "learning rate x epoch");
    xgrad::train::Panel* xor_by_product = add_panel(by_product, "XOR", "learning rate x epoch");
    for (const std::size_t i : longest_runs(rows)) {
      const double rate = std::stod(rows[i].setting);
      const std::string name = "rate " + rows[i].setting;
      add_curve(*linear_by_epoch, name, runs[numbers[i].linear]);
      add_curve(*xor_by_epoch, name, runs[numbers[i].exclusive_or]);
      add_curve(*linear_by_product, name, runs[numbers[i].linear], rate);
      add_curve(*xor_by_product, name, runs[numbers[i].exclusive_or], rate);
    }
    report.figure("learning_rates", "Loss against epoch for the five learning rates.",
                  "Five falling curves of the same form, the slower the smaller the rate.", by_epoch);
    report.figure("learning_rate_times_epoch",
                  "The same losses against the product of rate and epoch: but for the first steps the curves fall into "
                  "one.",
                  "Five curves that lie on one another.", by_product);
    const RowRuns& tenth = numbers.at(row_of(rows, "0.1", 20000));
    const RowRuns& hundredth = numbers.at(row_of(rows, "0.01", 10000));
    const RowRuns& thousandth = numbers.at(row_of(rows, "0.001", 200000));
    report.answer(fmt::format(
        "In this range a result depends almost only on rate times epochs, as it must where gradient descent follows "
        "the path of steepest descent closely: rate 0.01 after 10000 epochs has the linear loss {}, rate 0.1 after "
        "1000 epochs {}; on XOR, rate 0.001 after 200000 epochs has {}, rate 0.1 after 2000 {}. So a small rate is "
        "slow; it is not stuck in a local minimum. What XOR shows at rate 0.001, and at 0.01 after 10000 epochs, is "
        "the way to and over the plateau at 110/441, which the larger rates leave at the same product.",
        loss_text(runs[hundredth.linear].loss, 5), loss_text(runs[tenth.linear].result.losses.at(999), 5),
        loss_text(runs[thousandth.exclusive_or].loss, 5),
        loss_text(runs[tenth.exclusive_or].result.losses.at(1999), 5)));
  };
}

}  // namespace lab1
