// Running gnuplot as a child process.
// Not here: what it draws.
#include <xgrad/train/gnuplot.hpp>

#include <xgrad/autodiff/error.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace xgrad::train::detail {
namespace {

/// Standard output and error of a child, to be read by us.
class Pipe {
 public:
  Pipe() : error_(::pipe2(ends_.data(), O_CLOEXEC) == 0 ? 0 : errno) {}
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
  }
  /// What the system said to its making, 0 if nothing.
  int error() const { return error_; }
  int write_end() const { return ends_[1]; }
  /// Reads until the last writer is gone.
  std::string read_all() {
    ::close(std::exchange(ends_[1], -1));
    std::string text;
    std::array<char, 4096> buffer;
    ssize_t got = 0;
    while ((got = ::read(ends_[0], buffer.data(), buffer.size())) > 0 || (got < 0 && errno == EINTR))
      if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    return text;
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
  int error_;
};

/// Starts gnuplot; returns 0 or the system's error.
int start(const std::string& folder, const std::string& script, int output, pid_t& child) {
  posix_spawn_file_actions_t actions;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  for (const int target : {STDOUT_FILENO, STDERR_FILENO})
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, output, target);
  // Neither the user's settings (-d) nor standard input, where gnuplot would ask.
  std::array<const char*, 4> arguments = {"gnuplot", "-d", script.c_str(), nullptr};
  if (error == 0) error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (error == 0)
    error = ::posix_spawnp(&child, "gnuplot", &actions, nullptr, const_cast<char**>(arguments.data()), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

void say_missing_once() {
  static std::atomic<bool> is_said{false};
  if (!is_said.exchange(true))
    std::fputs("xgrad: gnuplot is not installed, so figures stay scripts (.gp) and data (.dat); Debian: gnuplot-nox\n",
               stderr);
}

/// On one line, as messages are.
std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text)
    if (static_cast<unsigned char>(c) > ' ' || (!line.empty() && line.back() != ' '))
      line += static_cast<unsigned char>(c) > ' ' ? c : ' ';
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

bool run_gnuplot(const std::string& folder, const std::string& script) {
  Pipe output;
  pid_t child = 0;
  const int error = output.error() != 0 ? output.error() : start(folder, script, output.write_end(), child);
  if (error == ENOENT) {
    say_missing_once();
    return false;
  }
  if (error != 0) throw IoError("gnuplot: cannot be started: " + std::generic_category().message(error));
  const std::string text = output.read_all();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw IoError("gnuplot: failed on " + folder + "/" + script + ": " + on_one_line(text));
  return true;
}

}  // namespace xgrad::train::detail
