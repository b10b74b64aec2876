// The text of progress.
// Not here: clocks and terminals (progress.cpp).
#include <xgrad/train/progress_line.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace xgrad::train::detail {
namespace {

constexpr int widest_bar = 40;
constexpr int narrowest_bar = 5;

/// Columns on a terminal, one a character of UTF-8.
int columns(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string cut(const std::string& text, int width) {
  std::string result;
  int used = 0;
  for (const char c : text) {
    if ((c & 0xC0) != 0x80 && ++used > width) break;
    result += c;
  }
  return result;
}

double share(const ProgressState& state) {
  if (state.total == 0) return 1;
  return std::min(1.0, static_cast<double>(state.done) / static_cast<double>(state.total));
}

std::string rate(const ProgressState& state) {
  const double per_second = state.seconds > 0 ? static_cast<double>(state.done) / state.seconds : 0;
  return short_number(per_second) + "/s";
}

std::string counts(const ProgressState& state) { return fmt::format("{}/{}", state.done, state.total); }

/// Rounded down: 100 % is said when all is done.
int percent(const ProgressState& state) {
  if (state.done >= state.total) return 100;
  // In this order 29 of 100 are not 28.99...
  return std::min(99, static_cast<int>(100 * static_cast<double>(state.done) / static_cast<double>(state.total)));
}

std::string remaining(const ProgressState& state) {
  if (state.done == 0) return "";
  const double left = static_cast<double>(std::max<std::int64_t>(0, state.total - state.done));
  return short_time(state.seconds * left / static_cast<double>(state.done)) + " left";
}

std::string bar(double filled_share, int width, bool unicode) {
  const int filled = static_cast<int>(std::lround(filled_share * width));
  std::string text;
  for (int i = 0; i < width; ++i) text += i < filled ? (unicode ? "━" : "#") : (unicode ? "─" : ".");
  return text;
}

std::string joined(const std::string& a, const std::string& b) { return b.empty() ? a : a + "  " + b; }

}  // namespace

std::string progress_bar(const ProgressState& state, int width, bool unicode) {
  const std::string numbers =
      fmt::format("{:3}% {}", percent(state), joined(joined(counts(state), rate(state)), remaining(state)));
  std::string text = joined(numbers, state.note);
  // The shortest line that still has a bar decides what is left out.
  const int frame = columns(state.title) + 2 + narrowest_bar;
  if (frame + columns(text) > width) text = numbers;
  const int room = width - columns(state.title) - 2 - columns(text);
  if (room < narrowest_bar) return cut(state.title + " " + text, width);
  return state.title + " " + bar(share(state), std::min(room, widest_bar), unicode) + " " + text;
}

std::string progress_text(const ProgressState& state) {
  std::string text = fmt::format("{}: {} ({}%), {}", state.title, counts(state), percent(state), rate(state));
  for (const std::string& part : {remaining(state), state.note})
    if (!part.empty()) text += ", " + part;
  return text;
}

std::string progress_summary(const ProgressState& state) {
  const std::string text =
      state.done >= state.total
          ? fmt::format("{}: {} in {:.1f} s, {}", state.title, counts(state), state.seconds, rate(state))
          : fmt::format("{}: stopped at {} ({}%) after {:.1f} s", state.title, counts(state), percent(state),
                        state.seconds);
  return state.note.empty() ? text : text + ", " + state.note;
}

std::string short_number(double value) {
  // Limits are those of the rounded text: 999.6 is 1k, not 1000.
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 999.5) return fmt::format("{:.0f}", value);
  for (const char* unit : {"k", "M"}) {
    value /= 1000;
    if (value < 99.95) return fmt::format("{:.1f}{}", value, unit);
    if (value < 999.5) return fmt::format("{:.0f}{}", value, unit);
  }
  return fmt::format("{:.1f}G", value / 1000);
}

std::string short_time(double seconds) {
  constexpr double longest = 359999;  // 99:59:59
  const int total = static_cast<int>(std::ceil(std::min(seconds, longest)));
  const int hours = total / 3600;
  const int minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

}  // namespace xgrad::train::detail
