// The whole lab in one run.
// Not here: its studies (studies.hpp).
#pragma once

#include <atomic>
#include <string>

namespace lab1 {

/// Trains everything and writes the report into the folder: report.html, log.txt, tables/, figures/. Prints the log of
/// the main setting, then tables and counts beside the original's values. Returns 0; 1 if a value differs from the
/// original's; 130 if interrupted, and then has written nothing.
/// Errors: xgrad::IoError.
int make_report(const std::string& folder, const std::atomic<bool>& interrupted);

}  // namespace lab1
