// Running gnuplot.
// Not here: scripts for it (figure_script.hpp).
#pragma once

#include <string>

namespace xgrad::train::detail {

/// Runs a script in its folder, with the settings of the script alone. Returns false where there is no gnuplot; the
/// first time, a line on standard error says so. Errors: IoError with what gnuplot printed if it fails.
bool run_gnuplot(const std::string& folder, const std::string& script);

}  // namespace xgrad::train::detail
