// How far a long run is, as one line of text.
// Not here: when and where it is shown (progress.hpp).
#pragma once

#include <cstdint>
#include <string>

namespace xgrad::train::detail {

struct ProgressState {
  std::string title;
  std::string note;  ///< shown last; may be empty
  std::int64_t done = 0;
  std::int64_t total = 0;
  double seconds = 0;
};

/// `title ━━━━━━──── 61% 12200/20000  16.5k/s  0:02 left  loss 0.04`, at most `width` columns wide: what does not fit
/// is left out, note first, then the bar. Bars are '#' and '.' unless `unicode`.
std::string progress_bar(const ProgressState& state, int width, bool unicode);

/// The same without bar and limit, for logs: `title: 12200/20000 (61%), 16.5k/s, 0:02 left, loss 0.04`.
std::string progress_text(const ProgressState& state);
/// The last word: `title: 20000/20000 in 1.2 s, 16.5k/s, loss 0.01`, or `title: stopped at 12200/20000 (61%) after 0.7
/// s`.
std::string progress_summary(const ProgressState& state);

/// 950, 16.5k, 1.64M; below 10 with two digits after the point.
std::string short_number(double value);
/// 0:07, 12:34, 1:02:03.
std::string short_time(double seconds);

}  // namespace xgrad::train::detail
