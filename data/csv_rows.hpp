// The rows and fields of CSV text, each with its place.
// Not here: what the fields mean (csv.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xgrad::data::detail {

/// A place in a file, counted from 1; columns count characters of UTF-8.
struct Place {
  std::int64_t line = 1;
  std::int64_t column = 1;
};

struct Field {
  std::string text;
  Place place;
};

/// Splits text by RFC 4180: fields in quotes may hold delimiters, line ends and doubled quotes. Beyond it: lines end
/// with LF, CRLF or CR, the last one with or without; blank lines and a byte order mark are skipped; blanks around
/// fields and quotes are dropped. Own code because the CSV library of Debian 12, libcsv, tells its callers neither line
/// nor column of a field.
class CsvRows {
 public:
  /// `file` is for messages; `text` must outlive this object. Errors: FormatError unless it is UTF-8.
  CsvRows(std::string file, std::string_view text, char delimiter);

  /// Reads the next row that is not blank; false at the end. Errors: FormatError for misplaced quotes.
  bool next(std::vector<Field>& row);
  /// Where the last row ended.
  Place end() const { return end_; }

  /// Throws a FormatError `file:line:column: what`.
  [[noreturn]] void fail(Place place, const std::string& what) const;

 private:
  bool at_end() const { return rest_.empty(); }
  bool at_line_end() const { return rest_.empty() || rest_[0] == '\n' || rest_[0] == '\r'; }
  bool at(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool at_blank() const { return (at(' ') || at('\t')) && !at(delimiter_); }
  char take();
  void skip_blanks();
  Field read_field();
  void read_quoted(Field& field);

  std::string file_;
  std::string_view rest_;
  char delimiter_;
  Place place_;
  Place end_;
};

/// The text in quotes for a message, shortened and without control characters.
std::string quoted(std::string_view text);

}  // namespace xgrad::data::detail
