// The report while it is written: sections of text, tables and figures, and how many values equal the original's.
// Not here: what the sections say (the studies beside this file).
#pragma once

#include "table.hpp"

#include <xgrad/train/figure.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lab1 {

/// Text is HTML; what is not markup must be escaped.
class Report {
 public:
  /// Makes the folder and one inside of it for what is not finished. Errors: xgrad::IoError if that fails or if
  /// something in the folder is in the way.
  explicit Report(std::string folder);
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  /// Unless finished, leaves nothing behind.
  ~Report();

  void section(const std::string& title);
  void question(const std::string& text) { labelled("Question", text); }
  void setting(const std::string& text) { labelled("Setting", text); }
  void answer(const std::string& text) { labelled("Answer", text); }
  /// Also as tables/NAME.csv. Values with a reference are compared with it and counted as `kind`.
  void table(const std::string& name, const std::string& caption, const Table& table,
             const std::string& kind = "table cells");
  /// Also as figures/NAME.png and .svg. `description` is for those who cannot see it; both texts are plain.
  void figure(const std::string& name, const std::string& caption, const std::string& description,
              const xgrad::train::Figure& figure);
  /// Text that is folded away until it is asked for.
  void folded(const std::string& title, const std::string& text);

  struct Count {
    int equal = 0, all = 0;
  };
  /// How many values equal the original's, by their kind.
  const std::map<std::string, Count>& counts() const { return counts_; }
  bool all_equal() const;
  /// The tables with references so far, in plain text.
  const std::string& compared_tables() const { return compared_tables_; }

  /// Writes a text file into the folder. Errors: xgrad::IoError.
  void file(const std::string& name, const std::string& text) const;
  /// Writes report.html: title, the summary, contents, sections. Errors: xgrad::IoError.
  void page(const std::string& title, const std::string& summary) const;
  /// Moves everything to its place. Errors: xgrad::IoError.
  void finish();

 private:
  void leave_nothing() const;
  void labelled(const std::string& label, const std::string& text);

  std::filesystem::path folder_, unfinished_;
  std::vector<std::filesystem::path> made_;  // the folder and those above it that were not there, from below
  std::vector<std::string> sections_;
  std::string body_, compared_tables_;
  int figures_ = 0, tables_ = 0;
  std::map<std::string, Count> counts_;
};

}  // namespace lab1
