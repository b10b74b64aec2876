// Tables of the report: measured values, some with what the original report says beside them.
// Not here: the measurements.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lab1 {

struct Cell {
  Cell(std::string measured, std::optional<std::string> original = {})
      : value(std::move(measured)), reference(std::move(original)) {}
  Cell(const char* text) : value(text) {}

  bool differs() const { return reference && *reference != value; }

  std::string value;
  std::optional<std::string> reference;  ///< the original report's value
};

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

/// Values separated by commas, as in RFC 4180. A column with references is followed by one that holds them.
std::string csv(const Table& table);
/// Aligned columns; a reference stands behind its value as " = 0.5", or " != 0.5" where it differs.
std::string plain_text(const Table& table);
/// A table element with the same content.
std::string html(const Table& table);
/// Text for HTML: with &, <, > and quotes escaped.
std::string escaped(const std::string& text);

}  // namespace lab1
