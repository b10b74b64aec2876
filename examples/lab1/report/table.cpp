// Three ways to write a table.
// Not here: files (report.cpp).
#include "table.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace lab1 {
namespace {

bool has_references(const Table& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const std::vector<Cell>& row) { return row[column].reference.has_value(); });
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string plain_cell(const Cell& cell) {
  if (!cell.reference) return cell.value;
  return cell.value + (cell.differs() ? " != " : " = ") + *cell.reference;
}

}  // namespace

std::string csv(const Table& table) {
  std::string text;
  const auto add = [&](const std::string& field) { text += (text.empty() || text.back() == '\n' ? "" : ",") + field; };
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    add(csv_field(table.columns[i]));
    if (has_references(table, i)) add(csv_field(table.columns[i] + " in the original report"));
  }
  text += '\n';
  for (const std::vector<Cell>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      add(csv_field(row[i].value));
      if (has_references(table, i)) add(csv_field(row[i].reference.value_or("")));
    }
    text += '\n';
  }
  return text;
}

std::string plain_text(const Table& table) {
  std::vector<std::size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(column.size());
  for (const std::vector<Cell>& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], plain_cell(row[i]).size());
  std::string text;
  const auto add = [&](std::size_t i, const std::string& cell) {
    text += fmt::format("{:<{}}", cell, i + 1 < widths.size() ? widths[i] + 2 : 0);
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i) add(i, table.columns[i]);
  text += '\n';
  for (const std::vector<Cell>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) add(i, plain_cell(row[i]));
    text += '\n';
  }
  return text;
}

std::string html(const Table& table) {
  // On a screen long tables scroll.
  std::string text = table.rows.size() > 20 ? "<div class=\"long\" tabindex=\"0\">\n<table>\n<thead><tr>"
                                            : "<div>\n<table>\n<thead><tr>";
  for (const std::string& column : table.columns) text += "<th scope=\"col\">" + escaped(column) + "</th>";
  text += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : table.rows) {
    text += "<tr>";
    for (const Cell& cell : row) {
      const bool is_first = &cell == &row.front();
      text += is_first ? "<th scope=\"row\">" : cell.differs() ? "<td class=\"differs\">" : "<td>";
      text += escaped(cell.value);
      if (cell.reference)
        text += fmt::format(" <span class=\"reference\">{} {}</span>", cell.differs() ? "&ne;" : "=",
                            escaped(*cell.reference));
      text += is_first ? "</th>" : "</td>";
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table>\n</div>\n";
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  return result;
}

}  // namespace lab1
