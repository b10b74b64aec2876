// Rows of measured and original values.
// Not here: their comparison (report.cpp).
#include "comparison_table.hpp"

#include "../log.hpp"
#include "words.hpp"

namespace lab1 {

Table comparison_table(const std::string& setting, const std::vector<Reference::Row>& rows,
                       const std::vector<RowRuns>& numbers, const Runs& runs) {
  Table table{.columns = {setting, "epochs", "linear accuracy", "XOR accuracy", "linear loss", "XOR loss"}, .rows = {}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Run& linear = runs[numbers[i].linear];
    const Run& exclusive_or = runs[numbers[i].exclusive_or];
    table.rows.push_back({rows[i].setting,
                          std::to_string(rows[i].epochs),
                          {percent(linear.evaluation.accuracy), rows[i].linear_accuracy},
                          {percent(exclusive_or.evaluation.accuracy), rows[i].xor_accuracy},
                          {loss_text(linear.loss, 5), rows[i].linear_loss},
                          {loss_text(exclusive_or.loss, 5), rows[i].xor_loss}});
  }
  return table;
}

}  // namespace lab1
