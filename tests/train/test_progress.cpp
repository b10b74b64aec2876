// Progress: what it says, in a log, on a terminal and from several threads.
// Not here: runs that are long in earnest.
#include <xgrad/autodiff/error.hpp>
#include <xgrad/train/progress.hpp>
#include <xgrad/train/progress_line.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/error_text.hpp"

using namespace xgrad;
using train::Progress;
using train::detail::progress_bar;
using train::detail::progress_summary;
using train::detail::progress_text;
using train::detail::ProgressState;
using train::detail::short_number;
using train::detail::short_time;

namespace {

const ProgressState half{.title = "XOR", .note = "loss 0.04", .done = 10'000, .total = 20'000, .seconds = 4};

/// A stream whose text can be read back.
class Log {
 public:
  Log() : stream_(open_memstream(&text_, &size_)) {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() {
    std::fclose(stream_);
    std::free(text_);
  }
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

/// A pseudoterminal with 60 columns; text() is what a program has written to it.
class Terminal {
 public:
  Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(master_ >= 0);
    REQUIRE(grantpt(master_) == 0);
    REQUIRE(unlockpt(master_) == 0);
    stream_ = std::fopen(ptsname(master_), "w");
    REQUIRE(stream_ != nullptr);
    resize(60);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C", 1);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(stream_);
    close(master_);
  }
  void resize(unsigned short columns) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    REQUIRE(ioctl(master_, TIOCSWINSZ, &size) == 0);
  }
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::string result;
    pollfd ready{.fd = master_, .events = POLLIN, .revents = 0};
    char buffer[4096];
    while (poll(&ready, 1, 50) == 1) {
      const ssize_t got = read(master_, buffer, sizeof buffer);
      if (got <= 0) break;
      result.append(buffer, static_cast<std::size_t>(got));
    }
    return result;
  }

 private:
  int master_;
  std::FILE* stream_ = nullptr;
};

std::string with_points_for_digits(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
  return text;
}

}  // namespace

TEST_CASE("the line with a bar fits every width") {
  CHECK(progress_bar(half, 80, false) ==
        "XOR ###############..............  50% 10000/20000  2.5k/s  0:04 left  loss 0.04");
  CHECK(progress_bar(half, 58, false) == "XOR ####...  50% 10000/20000  2.5k/s  0:04 left  loss 0.04");
  CHECK(progress_bar(half, 50, false) == "XOR #####.....  50% 10000/20000  2.5k/s  0:04 left");
  CHECK(progress_bar(half, 20, false) == "XOR  50% 10000/20000");
  CHECK(progress_bar(half, 50, true) == "XOR ━━━━━─────  50% 10000/20000  2.5k/s  0:04 left");
  ProgressState state = half;
  state.title = "größe";
  for (const bool unicode : {false, true})
    for (int width = 1; width < 200; ++width)
      for (const std::int64_t done : {0, 1, 9'999, 20'000, 30'000}) {
        state.done = done;
        const std::string line = progress_bar(state, width, unicode);
        CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }) <= width);
      }
}

TEST_CASE("nothing done yet, all done, nothing to do") {
  ProgressState state{.title = "A", .note = "", .done = 0, .total = 3, .seconds = 0};
  CHECK(progress_bar(state, 40, false) == "A .....................   0% 0/3  0.00/s");
  CHECK(progress_text(state) == "A: 0/3 (0%), 0.00/s");
  CHECK(progress_summary(state) == "A: stopped at 0/3 (0%) after 0.0 s");
  state.done = 3;
  state.seconds = 2;
  CHECK(progress_bar(state, 40, false) == "A ########## 100% 3/3  1.50/s  0:00 left");
  CHECK(progress_summary(state) == "A: 3/3 in 2.0 s, 1.50/s");
  state = {.title = "B", .note = "", .done = 0, .total = 0, .seconds = 0};
  CHECK(progress_summary(state) == "B: 0/0 in 0.0 s, 0.00/s");
  CHECK(progress_text(half) == "XOR: 10000/20000 (50%), 2.5k/s, 0:04 left, loss 0.04");
}

TEST_CASE("a part is never called 100 %") {
  CHECK(progress_text({.title = "A", .note = "", .done = 9'999, .total = 10'000, .seconds = 1}).find("(99%)") !=
        std::string::npos);
  constexpr std::int64_t many = std::int64_t{1} << 62;
  CHECK(progress_text({.title = "A", .note = "", .done = many - 1, .total = many, .seconds = 1}).find("(99%)") !=
        std::string::npos);
}

TEST_CASE("a whole percentage is not rounded to the one below") {
  for (int done = 0; done <= 100; ++done)
    CHECK(progress_text({.title = "A", .note = "", .done = done, .total = 100, .seconds = 1})
              .find("(" + std::to_string(done) + "%)") != std::string::npos);
}

TEST_CASE("numbers and times are short") {
  CHECK(short_number(0) == "0.00");
  CHECK(short_number(9.99) == "9.99");
  CHECK(short_number(9.999) == "10");
  CHECK(short_number(999.4) == "999");
  CHECK(short_number(999.6) == "1.0k");
  CHECK(short_number(16'500) == "16.5k");
  CHECK(short_number(164'000) == "164k");
  CHECK(short_number(999'700) == "1.0M");
  CHECK(short_number(1.64e6) == "1.6M");
  CHECK(short_number(2e9) == "2.0G");
  CHECK(short_time(0) == "0:00");
  CHECK(short_time(6.2) == "0:07");
  CHECK(short_time(754) == "12:34");
  CHECK(short_time(3723) == "1:02:03");
  CHECK(short_time(1e300) == "99:59:59");
}

TEST_CASE("a log has lines, the last one always") {
  Log log;
  {
    Progress progress("A", 4, {.stream = log.stream(), .log_interval = 0});
    progress.add();
    progress.set_note("loss 1");
    progress.add(2);
    progress.print("a line");
    progress.add();
    CHECK(progress.done() == 4);
  }
  std::vector<std::string> lines;
  const std::string text = log.text();
  for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1)
    lines.push_back(text.substr(start, text.find('\n', start) - start));
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].starts_with("A: 1/4 (25%), "));
  CHECK(lines[1].starts_with("A: 3/4 (75%), "));
  CHECK(lines[1].ends_with(" left, loss 1"));
  CHECK(lines[2] == "a line");
  CHECK(lines[4].starts_with("A: 4/4 in 0.0 s, "));
}

TEST_CASE("a short run is one line of a log, also when it is left by an exception") {
  Log log;
  try {
    Progress progress("A", 1'000'000, {.stream = log.stream()});
    for (int i = 0; i < 500'000; ++i) progress.add();
    throw std::runtime_error("diverged");
  } catch (const std::runtime_error&) {
  }
  CHECK(with_points_for_digits(log.text()) == "A: stopped at 000000/0000000 (00%) after 0.0 s\n");
}

TEST_CASE("a terminal has one line that is redrawn and then replaced by the summary") {
  Terminal terminal;
  {
    Progress progress("A", 2, {.stream = terminal.stream(), .terminal_interval = 0});
    progress.add();
    std::string text = terminal.text();
    CHECK(text.starts_with("\rA #"));
    CHECK(text.find("  50% 1/2  ") != std::string::npos);
    CHECK(text.ends_with("\x1b[K"));
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.size() <= 59 + 4);

    terminal.resize(20);
    progress.print("a line");
    text = terminal.text();
    CHECK(text.starts_with("\r\x1b[Ka line\r\n\rA "));
    CHECK(text.size() <= 15 + 19 + 4);
    progress.add();
    terminal.text();
  }
  const std::string text = terminal.text();
  CHECK(text.starts_with("\r\x1b[KA: 2/2 in "));
  CHECK(text.ends_with("\r\n"));
}

TEST_CASE("a dumb terminal gets lines; bars are drawn as the locale allows") {
  {
    Terminal terminal;
    setenv("TERM", "dumb", 1);
    Progress("A", 0, {.stream = terminal.stream()});
    CHECK(terminal.text().find('\x1b') == std::string::npos);
  }
  Terminal terminal;
  setenv("LC_ALL", "", 1);
  setenv("LC_CTYPE", "de_DE.UTF-8", 1);
  Progress progress("A", 2, {.stream = terminal.stream(), .terminal_interval = 0});
  progress.add();
  CHECK(terminal.text().find("━") != std::string::npos);
}

TEST_CASE("nothing is shown after finish but what is printed") {
  Log log;
  Progress progress("A", 2, {.stream = log.stream(), .log_interval = 0});
  progress.finish();
  progress.add(2);
  progress.finish();
  progress.print("end");
  CHECK(log.text() == "A: stopped at 0/2 (0%) after 0.0 s\nend\n");
}

TEST_CASE("threads count together") {
  Log log;
  {
    Progress progress("A", 400'000, {.stream = log.stream(), .log_interval = 1e-4});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&progress] {
        for (int i = 0; i < 100'000; ++i) {
          progress.add();
          if (i % 1000 == 0) progress.set_note("step " + std::to_string(i));
        }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(progress.done() == 400'000);
  }
  CHECK(log.text().find("A: 400000/400000 in ") != std::string::npos);
}

TEST_CASE("a negative total is refused") {
  CHECK(test::error_text<ValueError>([] { Progress("A", -1); }) ==
        "Progress: the total is negative: got -1, want 0 or more");
}
