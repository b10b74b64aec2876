// Axes that end at round numbers, with as many numbers as there is room for.
// Not here: what surrounds them (figure_script.cpp).
#include <xgrad/train/axis_text.hpp>

#include <xgrad/train/text_width.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace xgrad::train::detail {
namespace {

/// Round steps, at most so many.
double step_of(double min, double max, int most) {
  const double least_step = (max - min) / most;
  const double decade = std::pow(10, std::floor(std::log10(least_step)));
  for (const double factor : {1, 2, 5})
    if (factor * decade >= least_step * (1 - 1e-9)) return factor * decade;
  return 10 * decade;
}

/// Decades alone would say too little on a short logarithmic axis.
bool is_short(double min, double max) { return max / min <= 100; }

/// The next power of ten from here, or, on a short axis, the next of 1, 2, 5, 10, ...
double round_down_log(double value, bool is_short_axis) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {5, 2})
    if (is_short_axis && factor * decade <= value) return factor * decade;
  return decade;
}
double round_up_log(double value, bool is_short_axis) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double factor : {1, 2, 5})
    if ((is_short_axis || factor == 1) && factor * decade >= value) return factor * decade;
  return 10 * decade;
}

/// The ends of an axis. They are always given: gnuplot fails where it finds no point to take them from.
struct Limits {
  double min, max;
};

/// Whether there is an axis between them, not just a single value and rounding errors.
bool differ(const Limits& limits) {
  const double size = std::max(std::abs(limits.min), std::abs(limits.max));
  return limits.max - limits.min > std::max(1e-9 * size, 1e-290);
}

Limits limits_of(const AxisOptions& options, const Span& span, int most_steps) {
  Limits limits = options.log ? Limits{0.1, 1} : Limits{0, 1};
  if (!span.is_empty()) limits = {span.min, span.max};
  // A single value, or one end that the user put beyond the values, leaves no axis.
  if (options.min) limits.min = *options.min;
  if (options.max) limits.max = *options.max;
  if (!differ(limits)) {
    const Limits ends = limits;
    const double size = std::abs(options.max ? ends.max : ends.min);
    const double room = size > 1e-280 ? 0.1 * size : 1;
    if (!options.min) limits.min = options.log ? ends.max / 10 : ends.max - room;
    if (!options.max) limits.max = options.log ? ends.min * 10 : ends.min + room;
  }
  if (span.is_tight) return limits;
  const double step = options.log ? 0 : step_of(limits.min, limits.max, most_steps);
  const bool is_short_axis = options.log && is_short(limits.min, limits.max);
  const Limits exact = limits;
  if (!options.min)
    limits.min = options.log ? round_down_log(exact.min, is_short_axis) : std::floor(exact.min / step) * step;
  if (!options.max)
    limits.max = options.log ? round_up_log(exact.max, is_short_axis) : std::ceil(exact.max / step) * step;
  return limits;
}

std::string log_tics(char axis, const Limits& limits) {
  if (!is_short(limits.min, limits.max)) return fmt::format("set format {} '10^{{%T}}'\n", axis);
  std::string tics;
  const int last = static_cast<int>(std::ceil(std::log10(limits.max)));
  for (int decade = static_cast<int>(std::floor(std::log10(limits.min))); decade <= last; ++decade)
    for (const int factor : {1, 2, 5}) tics += fmt::format("{}{}e{}", tics.empty() ? "" : ", ", factor, decade);
  return fmt::format("set format {0} '%g'\nset {0}tics ({1})\n", axis, tics);
}

/// Digits that tell the numbers of an axis apart.
int digits_of(const Limits& limits, double step) {
  const double largest = std::max(std::abs(limits.min), std::abs(limits.max));
  return std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, 6, 15);
}

/// Whether the numbers stay apart.
bool fits(char name, const Limits& limits, double step, double length) {
  double widest = 1;
  const int digits = digits_of(limits, step);
  for (double tic = std::ceil(limits.min / step) * step; name == 'x' && tic <= limits.max; tic += step)
    widest = std::max(widest, width_of(fmt::format("{:.{}g}", std::abs(tic) < 1e-9 * step ? 0 : tic, digits)));
  return (widest + 0.6) * text_height <= length * step / (limits.max - limits.min);
}

}  // namespace

std::string fitted(const std::string& text, double font_size, double room) {
  constexpr double smallest = 8;
  const double needed = std::max(1.0, width_of(text) * font_size);
  const double size = std::max(smallest, std::floor(font_size * std::min(1.0, room / needed)));
  return fmt::format("{} noenhanced font ',{:g}'", quoted(text), size);
}

std::string axis_text(char name, const AxisOptions& options, const Span& span, double length) {
  std::string text;
  if (!options.label.empty())
    text += fmt::format("set {}label {}{}\n", name, fitted(options.label, text_height, length + 2 * text_height),
                        name == 'x' ? " offset 0,0.3" : "");
  int most_steps = 5;
  Limits limits = limits_of(options, span, most_steps);
  if (!options.log)
    while (most_steps > 1 && !fits(name, limits, step_of(limits.min, limits.max, most_steps), length))
      limits = limits_of(options, span, --most_steps);
  text += fmt::format("set {}range [{:.15g}:{:.15g}]\n", name, limits.min, limits.max);
  if (options.log) return text + fmt::format("set logscale {}\n", name) + log_tics(name, limits);
  const double step = step_of(limits.min, limits.max, most_steps);
  // The format of all numbers has six digits.
  if (const int digits = digits_of(limits, step); digits > 6)
    text += fmt::format("set format {} '%.{}g'\n", name, digits);
  return text + fmt::format("set {}tics {:.15g}\n", name, step);
}

}  // namespace xgrad::train::detail
