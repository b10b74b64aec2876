// The words of words.hpp.
// Not here: tables.
#include "words.hpp"

#include <fmt/format.h>

namespace lab1 {

std::string percent(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "%";
}

std::string epoch_text(const std::optional<std::int64_t>& epoch) { return epoch ? std::to_string(*epoch) : "-"; }

}  // namespace lab1
