// Reading of reference.json.
// Not here: its text (reference_text.cpp.in, filled in by meson).
#include "reference.hpp"

#include "reference_text.hpp"

#include <nlohmann/json.hpp>

namespace lab1 {
namespace {

using nlohmann::json;

std::vector<Reference::LogLine> log_of(const json& lines) {
  std::vector<Reference::LogLine> log;
  for (const json& line : lines) log.push_back({line.at("epoch"), line.at("loss")});
  return log;
}

std::vector<Reference::Row> rows_of(const json& table, const char* setting) {
  std::vector<Reference::Row> rows;
  for (const json& row : table)
    rows.push_back({row.at(setting), row.at("epochs"), row.at("linear_accuracy"), row.at("xor_accuracy"),
                    row.at("linear_loss"), row.at("xor_loss")});
  return rows;
}

}  // namespace

Reference read_reference() {
  const json all = json::parse(reference_text);
  return {
      .linear_log = log_of(all.at("log").at("linear")),
      .xor_log = log_of(all.at("log").at("xor")),
      .xor_loss = all.at("final").at("xor").at("loss"),
      .xor_accuracy = all.at("final").at("xor").at("accuracy"),
      .learning_rates = rows_of(all.at("table_a_learning_rate"), "learning_rate"),
      .hidden_units = rows_of(all.at("table_b_hidden_units"), "hidden"),
  };
}

}  // namespace lab1
