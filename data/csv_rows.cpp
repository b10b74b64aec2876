// Splitting CSV text into rows and fields.
// Not here: numbers and labels (csv.cpp).
#include <xgrad/data/csv_rows.hpp>

#include <xgrad/autodiff/error.hpp>

#include <utility>

namespace xgrad::data::detail {
namespace {

/// True for the second and later bytes of a character in UTF-8.
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Bytes of the character of UTF-8 that the text begins with, 0 if there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const std::size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!is_continuation(text[i])) return 0;
  // What a shorter form could say, halves of a UTF-16 pair, and beyond the last character.
  const bool is_allowed = (byte(0) != 0xE0 || byte(1) >= 0xA0) && (byte(0) != 0xED || byte(1) < 0xA0) &&
                          (byte(0) != 0xF0 || byte(1) >= 0x90) && (byte(0) != 0xF4 || byte(1) < 0x90);
  return is_allowed ? size : 0;
}

/// Bytes before the first that is no part of a character.
std::size_t valid_bytes(std::string_view text) {
  std::size_t valid = 0;
  while (valid < text.size()) {
    const std::size_t size = character_size(text.substr(valid));
    if (size == 0) break;
    valid += size;
  }
  return valid;
}

}  // namespace

CsvRows::CsvRows(std::string file, std::string_view text, char delimiter)
    : file_(std::move(file)), rest_(text), delimiter_(delimiter) {
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  const std::size_t invalid = rest_.size() - valid_bytes(rest_);
  if (invalid == 0) return;
  while (rest_.size() > invalid) take();
  fail(place_, "not UTF-8: want a file in this encoding");
}

void CsvRows::fail(Place place, const std::string& what) const {
  throw FormatError(file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + what);
}

char CsvRows::take() {
  const char c = rest_[0];
  rest_.remove_prefix(1);
  // The LF of a CRLF ends the line, not its CR.
  if (c == '\n' || (c == '\r' && !at('\n')))
    place_ = {place_.line + 1, 1};
  else if (!is_continuation(c))
    ++place_.column;
  return c;
}

void CsvRows::skip_blanks() {
  while (at_blank()) take();
}

bool CsvRows::next(std::vector<Field>& row) {
  row.clear();
  skip_blanks();
  while (!at_end() && at_line_end()) {
    take();
    skip_blanks();
  }
  end_ = place_;
  if (at_end()) return false;
  row.push_back(read_field());
  while (at(delimiter_)) {
    take();
    row.push_back(read_field());
  }
  end_ = place_;
  return true;
}

Field CsvRows::read_field() {
  skip_blanks();
  Field field{.text = {}, .place = place_};
  if (at('"')) {
    read_quoted(field);
    return field;
  }
  while (!at_line_end() && !at(delimiter_)) {
    if (at('"')) fail(place_, "a quote inside a field: want the whole field in quotes and this quote doubled");
    field.text += take();
  }
  while (field.text.ends_with(' ') || field.text.ends_with('\t')) field.text.pop_back();
  return field;
}

void CsvRows::read_quoted(Field& field) {
  take();
  while (true) {
    if (at_end()) fail(field.place, "a quote is never closed");
    const char c = take();
    if (c == '"' && !at('"')) break;
    if (c == '"') take();
    field.text += c;
  }
  skip_blanks();
  if (!at_line_end() && !at(delimiter_))
    fail(place_, "text after a closing quote: want " + quoted({&delimiter_, 1}) + " or the end of the line");
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown;
  for (const char c : text) {
    if (shown.size() >= longest && !is_continuation(c)) return '"' + shown + "...\"";
    shown += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  }
  return '"' + shown + '"';
}

}  // namespace xgrad::data::detail
