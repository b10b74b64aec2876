// Tables and figures over the grid of variants and rates.
// Not here: single runs (runs.cpp).
#include "rate_grid.hpp"

#include "figures.hpp"
#include "words.hpp"

#include <xgrad/xgrad.hpp>

#include <fmt/format.h>
#include <array>
#include <limits>

namespace lab1 {
namespace {

constexpr std::array<const char*, 2> both = {"linear", "xor"};
constexpr std::array<const char*, 5> rates = {"10", "1", "0.1", "0.01", "0.001"};

/// Whether a is the better run.
bool is_better(const Run& a, const Run& b) {
  if (a.is_full() != b.is_full()) return a.is_full();
  if (a.is_full()) return a.full_from < b.full_from;
  return a.evaluation.accuracy > b.evaluation.accuracy;
}

std::string full_text(const Run& run) { return run.is_full() ? epoch_text(run.full_from) : "-"; }

}  // namespace

RateGrid::RateGrid(Runs& runs, std::vector<Variant> variants) : runs_(runs), variants_(std::move(variants)) {
  const Wanted wanted{.curve = true, .accuracy = true, .region = true};
  for (const Variant& variant : variants_)
    for (const char* rate : rates) {
      TrainOptions options = variant.options;
      options.lr = std::stod(rate);
      linear_.push_back(runs.add(options, "linear", wanted));
      xor_.push_back(runs.add(options, "xor", wanted));
    }
}

const Run& RateGrid::run(std::size_t variant, std::size_t rate, const std::string& data) const {
  return runs_[(data == "linear" ? linear_ : xor_)[variant * rates.size() + rate]];
}

std::size_t RateGrid::index_of(const std::string& variant) const {
  std::size_t index = 0;
  while (variants_.at(index).name != variant) ++index;
  return index;
}

const Run& RateGrid::run(const std::string& variant, const std::string& rate, const std::string& data) const {
  std::size_t index = 0;
  while (rates.at(index) != rate) ++index;
  return run(index_of(variant), index, data);
}

std::int64_t RateGrid::successes(const std::string& variant) const {
  std::int64_t count = 0;
  for (const char* data : both)
    for (std::size_t rate = 0; rate < rates.size(); ++rate) count += run(index_of(variant), rate, data).is_full();
  return count;
}

std::size_t RateGrid::best_index(std::size_t variant, const std::string& data) const {
  std::size_t best = 0;
  for (std::size_t rate = 1; rate < rates.size(); ++rate)
    if (is_better(run(variant, rate, data), run(variant, best, data))) best = rate;
  return best;
}

const Run& RateGrid::best(std::size_t variant, const std::string& data) const {
  return run(variant, best_index(variant, data), data);
}

std::string RateGrid::best_rate(std::size_t variant, const std::string& data) const {
  return rates[best_index(variant, data)];
}

std::string RateGrid::rates_text() const {
  return fmt::format("{} and {}", fmt::join(rates.begin(), rates.end() - 1, ", "), rates.back());
}

void RateGrid::report_tables(Report& report, const std::string& what) const {
  report.table(what + "s", fmt::format("Each {} at its best learning rate for each data set.", what), best_table(what));
  report.table(
      what + "s_all_rates",
      "The epoch from which on every point is right, at each rate; a dash where not every point is right after 20000 "
      "epochs.",
      all_table(what));
}

Table RateGrid::best_table(const std::string& what) const {
  Table table{.columns = {what}, .rows = {}};
  for (const std::string data : {"linear", "XOR"})
    for (const std::string value : {" rate", " 100 % from epoch", " accuracy", " loss"})
      table.columns.push_back(data + value);
  for (std::size_t i = 0; i < size(); ++i) {
    std::vector<Cell>& row = table.rows.emplace_back(std::vector<Cell>{name(i)});
    for (const char* data : both) {
      const Run& run = best(i, data);
      row.insert(row.end(), {Cell(best_rate(i, data)), Cell(full_text(run)), Cell(percent(run.evaluation.accuracy)),
                             Cell(fmt::format("{:.1e}", run.loss))});
    }
  }
  return table;
}

Table RateGrid::all_table(const std::string& what) const {
  Table table{.columns = {what}, .rows = {}};
  for (const std::string data : {"linear", "XOR"})
    for (const std::string rate : rates) table.columns.push_back(data + ", rate " + rate);
  for (std::size_t i = 0; i < size(); ++i) {
    std::vector<Cell>& row = table.rows.emplace_back(std::vector<Cell>{name(i)});
    for (const char* data : both)
      for (std::size_t rate = 0; rate < rates.size(); ++rate) row.emplace_back(full_text(run(i, rate, data)));
  }
  return table;
}

xgrad::train::Figure RateGrid::curves() const {
  xgrad::train::Figure figure({.panel_width = 820, .panel_height = 340, .columns = 1});
  for (const char* data : both) {
    xgrad::train::PanelOptions options = loss_panel(best(0, data).dataset.name);
    options.x.log = true;
    options.y.min = 1e-6;
    options.legend = xgrad::train::Legend::right;
    xgrad::train::Panel& panel = figure.add_panel(options);
    for (std::size_t i = 0; i < size(); ++i) add_curve(panel, name(i) + ", rate " + best_rate(i, data), best(i, data));
  }
  return figure;
}

xgrad::train::Figure RateGrid::bars() const {
  std::vector<std::string> groups;
  std::vector<double> heights;
  for (const char* data : both)
    for (std::size_t i = 0; i < size(); ++i) {
      const Run& run = best(i, data);
      heights.push_back(run.is_full() ? static_cast<double>(*run.full_from) : std::numeric_limits<double>::quiet_NaN());
    }
  for (std::size_t i = 0; i < size(); ++i) groups.push_back(name(i));
  xgrad::train::Figure figure({.panel_width = 760, .panel_height = 300});
  figure.add_panel({.y = {.label = "epoch", .log = true}, .legend = xgrad::train::Legend::below})
      .bars(groups, {"Linear", "XOR"}, xgrad::reshape(xgrad::tensor(heights), {2, -1}));
  return figure;
}

}  // namespace lab1
