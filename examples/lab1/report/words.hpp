// Measured values in words.
// Not here: losses, which are written as in the log (../log.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lab1 {

/// "100%", "95.24%", "98%": as in the original report's tables.
std::string percent(double value);

/// "1234", or "-" for none.
std::string epoch_text(const std::optional<std::int64_t>& epoch);

}  // namespace lab1
