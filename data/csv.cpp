// From rows of text to features and classes.
// Not here: quotes, line ends, places (csv_rows.cpp).
#include <xgrad/data/csv.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/data/csv_rows.hpp>
#include <xgrad/io/file.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace xgrad::data {
namespace {

using detail::CsvRows;
using detail::Field;
using detail::quoted;
using Row = std::vector<Field>;

/// A finite number with nothing around it.
std::optional<double> to_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// What labels of one class have in common: the value if all labels are numbers, else the text.
using Key = std::pair<double, std::string>;

Key key_of(const std::string& label, bool are_numbers) {
  const std::optional<double> number = are_numbers ? to_number(label) : std::nullopt;
  return number ? Key{*number, {}} : Key{0, label};
}

bool all_numbers(const std::vector<std::string>& labels) {
  return std::all_of(labels.begin(), labels.end(), [](const std::string& text) { return to_number(text).has_value(); });
}

/// The rows of a file, checked field by field.
class Reader {
 public:
  Reader(const std::string& path, const CsvOptions& options)
      : options_(options), text_(io::read_file("read_csv", path)), rows_(path, text_, options.delimiter) {}

  LabeledTable read() {
    Row row;
    if (rows_.next(row)) {
      const bool is_header = holds_names(row);
      name_columns(row, is_header);
      if (!is_header) read_row(row);
      while (next(row)) read_row(row);
    }
    if (labels_.empty()) rows_.fail(rows_.end(), "no rows of data");
    table_.features = from_memory(values_.data(), {n_rows(), static_cast<std::int64_t>(table_.columns.size()) - 1});
    assign_classes();
    return std::move(table_);
  }

 private:
  std::int64_t n_rows() const { return static_cast<std::int64_t>(labels_.size()); }
  bool next(Row& row);
  bool holds_names(const Row& row) const;
  void name_columns(const Row& row, bool is_header);
  void read_row(const Row& row);
  void assign_classes();
  std::map<Key, std::int64_t> find_classes(bool are_numbers);
  std::map<Key, std::int64_t> given_classes(bool are_numbers);
  /// The given classes, for a message.
  std::string wanted() const;

  const CsvOptions& options_;
  std::string text_;
  CsvRows rows_;
  LabeledTable table_;
  std::vector<double> values_;
  std::vector<std::string> labels_;
  std::vector<detail::Place> places_;  // of the labels
};

bool Reader::next(Row& row) {
  if (!rows_.next(row)) return false;
  const std::size_t want = table_.columns.size();
  if (row.size() != want)
    rows_.fail(row.size() < want ? rows_.end() : row[want].place,
               "the number of fields differs from the first row's: got " + std::to_string(row.size()) + ", want " +
                   std::to_string(want));
  return true;
}

bool Reader::holds_names(const Row& row) const {
  if (row.size() < 2)
    rows_.fail(rows_.end(), "too few columns: got 1, want features and then a label, with " +
                                quoted({&options_.delimiter, 1}) + " between them");
  if (options_.header != CsvHeader::automatic) return options_.header == CsvHeader::yes;
  return std::none_of(row.begin(), row.end() - 1, [](const Field& field) { return to_number(field.text).has_value(); });
}

void Reader::name_columns(const Row& row, bool is_header) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (is_header && row[i].text.empty()) rows_.fail(row[i].place, "an empty field: want the name of a column");
    const std::string plain = i + 1 == row.size() ? "label" : "x" + std::to_string(i + 1);
    table_.columns.push_back(is_header ? row[i].text : plain);
  }
}

void Reader::read_row(const Row& row) {
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    if (row[i].text.empty()) rows_.fail(row[i].place, "an empty field: want a number");
    const std::optional<double> value = to_number(row[i].text);
    if (!value) rows_.fail(row[i].place, "not a number: got " + quoted(row[i].text) + ", want a finite decimal number");
    values_.push_back(*value);
  }
  if (row.back().text.empty()) rows_.fail(row.back().place, "an empty field: want a label");
  labels_.push_back(row.back().text);
  places_.push_back(row.back().place);
}

std::map<Key, std::int64_t> Reader::find_classes(bool are_numbers) {
  std::map<Key, std::int64_t> index_of;
  std::map<Key, std::string> spellings;
  for (const std::string& label : labels_) spellings.try_emplace(key_of(label, are_numbers), label);
  if (spellings.size() == 1)
    rows_.fail(places_[0], "a single class: got only " + quoted(labels_[0]) + ", want two or more");
  for (const auto& [key, spelling] : spellings) {
    index_of[key] = static_cast<std::int64_t>(table_.classes.size());
    table_.classes.push_back(spelling);
  }
  return index_of;
}

std::map<Key, std::int64_t> Reader::given_classes(bool are_numbers) {
  std::map<Key, std::int64_t> index_of;
  for (const std::string& spelling : options_.classes) {
    if (!index_of.emplace(key_of(spelling, are_numbers), static_cast<std::int64_t>(index_of.size())).second)
      throw ValueError("read_csv: a class is given twice: got " + quoted(spelling));
  }
  table_.classes = options_.classes;
  return index_of;
}

void Reader::assign_classes() {
  const bool is_given = !options_.classes.empty();
  const bool are_numbers = all_numbers(is_given ? options_.classes : labels_);
  const std::map<Key, std::int64_t> index_of = is_given ? given_classes(are_numbers) : find_classes(are_numbers);
  std::vector<std::int64_t> indices;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const auto found = index_of.find(key_of(labels_[i], are_numbers));
    if (found == index_of.end())
      rows_.fail(places_[i], "a label outside of the given classes: got " + quoted(labels_[i]) + ", want " + wanted());
    indices.push_back(found->second);
  }
  table_.labels = tensor(indices);
}

std::string Reader::wanted() const {
  std::string text;
  for (const std::string& name : options_.classes) text += (text.empty() ? "" : ", ") + quoted(name);
  return text;
}

}  // namespace

LabeledTable read_csv(const std::string& path, const CsvOptions& options) {
  if (options.delimiter == '"' || options.delimiter == '\n' || options.delimiter == '\r')
    throw ValueError("read_csv: the delimiter cannot be a quote or the end of a line");
  return Reader(path, options).read();
}

}  // namespace xgrad::data
