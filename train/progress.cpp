// When progress is shown, and where: terminals, logs, threads.
// Not here: the text of the line (progress_line.cpp).
#include <xgrad/train/progress.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/train/progress_line.hpp>

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>

namespace xgrad::train {
namespace {

using Clock = std::chrono::steady_clock;

bool is_terminal(std::FILE* stream) {
  const char* kind = std::getenv("TERM");
  return ::isatty(::fileno(stream)) == 1 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

/// Asked anew for each drawing: the user may resize the window.
int columns_of(std::FILE* stream) {
  winsize size{};
  const bool is_known = ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

/// True if the environment asks for UTF-8, in the order in which POSIX reads these variables.
bool shows_unicode() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale(value);
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

}  // namespace

struct Progress::Display {
  explicit Display(std::FILE* out) : stream(out), on_terminal(is_terminal(out)) {}

  // Written by every step; the rest only under the mutex.
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> next_look{1};

  std::mutex mutex;
  detail::ProgressState state;
  std::FILE* stream;
  bool on_terminal;
  bool unicode = shows_unicode();
  bool finished = false;
  double interval = 0;
  Clock::time_point start = Clock::now();
  Clock::time_point last_shown = start;

  void update() {
    state.done = done.load();
    state.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }

  /// One call, so that the terminal never shows half a line.
  void write(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
  }

  /// The last column stays free: some terminals break the line there.
  std::string bar() const { return "\r" + detail::progress_bar(state, columns_of(stream) - 1, unicode) + "\x1b[K"; }

  /// Reads the clock and shows the state if it is time. A thread that finds another at it has nothing to do.
  void look(std::int64_t steps_done) {
    const std::unique_lock lock(mutex, std::try_to_lock);
    if (!lock || finished) return;
    update();
    // So often that the interval is kept to a tenth, while a fast run pays for the clock in one step of 64 only.
    const double steps = state.seconds > 0 ? interval / 10 * static_cast<double>(steps_done) / state.seconds : 1;
    next_look = steps_done + static_cast<std::int64_t>(std::clamp(steps, 1.0, 64.0));
    const Clock::time_point now = Clock::now();
    if (std::chrono::duration<double>(now - last_shown).count() < interval) return;
    last_shown = now;
    write(on_terminal ? bar() : detail::progress_text(state) + "\n");
  }

  void finish() {
    const std::lock_guard lock(mutex);
    if (std::exchange(finished, true)) return;
    update();
    write((on_terminal ? "\r\x1b[K" : "") + detail::progress_summary(state) + "\n");
  }
};

Progress::Progress(std::string title, std::int64_t total, ProgressOptions options)
    : display_(std::make_unique<Display>(options.stream == nullptr ? stderr : options.stream)) {
  if (total < 0) throw ValueError("Progress: the total is negative: got " + std::to_string(total) + ", want 0 or more");
  display_->state.title = std::move(title);
  display_->state.total = total;
  display_->interval = display_->on_terminal ? options.terminal_interval : options.log_interval;
}

Progress::~Progress() { finish(); }

void Progress::add(std::int64_t steps) {
  const std::int64_t done = display_->done.fetch_add(steps, std::memory_order_relaxed) + steps;
  if (done >= display_->next_look.load(std::memory_order_relaxed)) [[unlikely]]
    display_->look(done);
}

void Progress::set_note(std::string note) {
  const std::lock_guard lock(display_->mutex);
  display_->state.note = std::move(note);
}

void Progress::print(const std::string& line) {
  const std::lock_guard lock(display_->mutex);
  if (!display_->on_terminal || display_->finished) return display_->write(line + "\n");
  display_->update();
  display_->write("\r\x1b[K" + line + "\n" + display_->bar());
}

void Progress::finish() { display_->finish(); }

std::int64_t Progress::done() const { return display_->done.load(); }

}  // namespace xgrad::train
