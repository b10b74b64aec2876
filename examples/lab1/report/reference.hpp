// The printed results of the original report, which ours must equal as text.
// Not here: our results. The numbers stand in ../reference.json, which is part of the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab1 {

struct Reference {
  struct LogLine {
    std::int64_t epoch;
    std::string loss;
  };
  /// A row of table A or B: a setting, and accuracy and loss on both data sets.
  struct Row {
    std::string setting;  ///< the learning rate, "0.1", or the hidden widths, "10,10"
    std::int64_t epochs;
    std::string linear_accuracy, xor_accuracy, linear_loss, xor_loss;
  };

  std::vector<LogLine> linear_log, xor_log;
  std::string xor_loss, xor_accuracy;  ///< of the closing line
  std::vector<Row> learning_rates, hidden_units;
};

Reference read_reference();

}  // namespace lab1
