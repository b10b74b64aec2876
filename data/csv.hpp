// Labelled points from text files of comma-separated values.
// Not here: splitting into fields (csv_rows.hpp), binary files (io/safetensors.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace xgrad::data {

/// Whether the first row holds names. `automatic`: it does if none of its features is a number.
enum class CsvHeader : std::uint8_t { automatic, yes, no };

struct CsvOptions {
  char delimiter = ',';
  CsvHeader header = CsvHeader::automatic;
  /// The labels that may occur, in the order of their classes; empty: those that do occur. Give the classes of the
  /// training file when reading a file to test on.
  std::vector<std::string> classes = {};
};

/// n points with d features and a class each.
struct LabeledTable {
  std::vector<std::string> columns;  ///< d + 1 names; without a header x1, x2, ... and label
  Tensor features;                   ///< [n, d], float64
  Tensor labels;                     ///< [n], int64: indices into classes
  std::vector<std::string> classes;  ///< as written at their first occurrence
};

/// Reads a file of d >= 1 features and a label in each row, the label last. Labels are numbers or words. Classes are
/// sorted, numbers by value (1 and 1.0 are one class), words byte by byte, so they do not depend on the order of rows.
/// Numbers have a decimal point in every locale and must be finite. Text is UTF-8, lines end with LF, CRLF or CR,
/// fields may be quoted as in RFC 4180, blank lines are skipped.
/// Errors: FormatError `file:line:column: what is wrong` for other encodings, rows of different lengths, empty fields,
/// features that are no numbers, labels outside of given classes, a single class, no rows; IoError; ValueError for a
/// delimiter that cannot be one or classes given twice.
LabeledTable read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace xgrad::data
