// Progress of long runs: a line on the terminal that is redrawn, or now and then a line in a log.
// Not here: what the line says (progress_line.hpp).
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace xgrad::train {

struct ProgressOptions {
  std::FILE* stream = nullptr;     ///< by default standard error
  double terminal_interval = 0.1;  ///< seconds between two drawings
  double log_interval = 10;        ///< seconds between two lines if the stream is no terminal
};

/// Counts steps and shows how many are done, their rate and the time that is left. Any number of threads may call any
/// function. A step costs a few nanoseconds: in fast runs the clock is read once in 64 of them.
class Progress {
 public:
  /// Errors: ValueError for a negative total.
  Progress(std::string title, std::int64_t total, ProgressOptions options = {});
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Finishes, so that what is printed next stands on a line of its own.
  ~Progress();

  /// Counts steps as done.
  void add(std::int64_t steps = 1);
  /// A word on the run, such as its loss; shown with the next drawing.
  void set_note(std::string note);
  /// Prints a line of text above the progress.
  void print(const std::string& line);
  /// Shows the last state and ends the line; nothing is shown after that.
  void finish();

  std::int64_t done() const;

 private:
  struct Display;
  std::unique_ptr<Display> display_;
};

}  // namespace xgrad::train
