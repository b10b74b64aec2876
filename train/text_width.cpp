// Widths of characters, from above.
// Not here: the fonts that a viewer has.
#include <xgrad/train/text_width.hpp>

#include <algorithm>
#include <string_view>

namespace xgrad::train::detail {
namespace {

bool is_continuation(char c) { return (c & 0xC0) == 0x80; }

double width_of_ascii(char c) {
  constexpr std::string_view thin = " !'(),-./:;I[\\]fijlrt|J";
  constexpr std::string_view wide = "#%+<=>@MW^mw~";
  if (thin.find(c) != thin.npos) return 0.42;
  if (wide.find(c) != wide.npos) return 1;
  return (c >= 'A' && c <= 'Z') || c == '&' ? 0.79 : 0.65;
}

}  // namespace

int length_of(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

double width_of(const std::string& text) {
  double width = 0;
  for (const char c : text)
    if (!is_continuation(c)) width += (c & 0x80) != 0 ? 1 : width_of_ascii(c);
  return width;
}

}  // namespace xgrad::train::detail
