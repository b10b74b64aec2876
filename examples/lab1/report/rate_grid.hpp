// Variants of the main setting, each at several learning rates on both data sets, and the best rate of each.
// Not here: which variants there are (optimizer_study.cpp, activation_study.cpp).
#pragma once

#include "runs.hpp"
#include "table.hpp"

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
  RateGrid(Runs& runs, std::vector<Variant> variants, std::vector<std::string> rates);

  std::size_t size() const { return variants_.size(); }
  const std::string& name(std::size_t variant) const { return variants_[variant].name; }
  /// The run and rate with the fewest epochs to 100 % among those that end there; else that with the best accuracy.
  const Run& best(std::size_t variant, const std::string& data) const;
  const std::string& best_rate(std::size_t variant, const std::string& data) const;

  /// A row for each variant: the best rate on each data set, epochs to 100 %, accuracy and loss at the end.
  Table best_table(const std::string& title) const;
  /// Epochs to 100 % for each variant (rows) at each rate on each data set (columns).
  Table all_table(const std::string& title) const;
  /// Loss against epoch for both data sets, each variant at its best rate.
  xgrad::train::Figure curves() const;
  /// Epochs to 100 % at the best rates.
  xgrad::train::Figure bars() const;

 private:
  std::size_t best_index(std::size_t variant, const std::string& data) const;
  const Run& run(std::size_t variant, std::size_t rate, const std::string& data) const;

  const Runs& runs_;
  std::vector<Variant> variants_;
  std::vector<std::string> rates_;
  std::vector<std::size_t> linear_, xor_;  // run numbers, [variants, rates]
};

}  // namespace lab1
