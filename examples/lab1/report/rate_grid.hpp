// Variants of the main setting, each at several learning rates on both data sets, and the best rate of each.
// Not here: which variants there are (optimizer_study.cpp, activation_study.cpp).
#pragma once

#include "report.hpp"
#include "runs.hpp"

#include <xgrad/train/figure.hpp>

#include <string>
#include <vector>

namespace lab1 {

struct Variant {
  std::string name;
  TrainOptions options;  ///< but for the learning rate
};

class RateGrid {
 public:
  RateGrid(Runs& runs, std::vector<Variant> variants);

  std::size_t size() const { return variants_.size(); }
  const std::string& name(std::size_t variant) const { return variants_[variant].name; }
  /// The run of a variant, by name, at one of the rates. Errors: std::out_of_range.
  const Run& run(const std::string& variant, const std::string& rate, const std::string& data) const;
  /// How many of its runs end with every point right.
  std::int64_t successes(const std::string& variant) const;
  /// "10, 1, 0.1, 0.01 and 0.001".
  std::string rates_text() const;
  /// The run and rate with every point right from the earliest epoch on; if there is none, that with the best accuracy
  /// at the end.
  const Run& best(std::size_t variant, const std::string& data) const;
  std::string best_rate(std::size_t variant, const std::string& data) const;

  /// Two tables: a row for each variant with its best rate, first epoch, accuracy and loss on each data set; and the
  /// first epochs at every rate.
  void report_tables(Report& report, const std::string& what) const;
  /// Loss against epoch for both data sets, each variant at its best rate.
  xgrad::train::Figure curves() const;
  /// The epochs from which on every point is right, at the best rates.
  xgrad::train::Figure bars() const;

 private:
  Table best_table(const std::string& what) const;
  Table all_table(const std::string& what) const;
  std::size_t index_of(const std::string& variant) const;
  std::size_t best_index(std::size_t variant, const std::string& data) const;
  const Run& run(std::size_t variant, std::size_t rate, const std::string& data) const;

  const Runs& runs_;
  std::vector<Variant> variants_;
  std::vector<std::size_t> linear_, xor_;  // run numbers, [variants, rates]
};

}  // namespace lab1
