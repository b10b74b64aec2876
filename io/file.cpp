// Reading and atomic writing with the system's own calls: the standard streams neither give reasons nor reach the disk.
// Not here: formats (safetensors.cpp).
#include <xgrad/io/file.hpp>

#include <xgrad/autodiff/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace xgrad::io {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// Writes all of a piece, however the system cuts it up.
bool write_piece(int descriptor, std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(descriptor, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_all(int descriptor, const std::vector<std::string_view>& pieces) {
  return std::all_of(pieces.begin(), pieces.end(),
                     [&](std::string_view piece) { return write_piece(descriptor, piece); });
}

/// Where a file is written: links are followed, also to a file that is not there yet.
struct Target {
  std::string path;
  bool exists = false;
  mode_t mode = 0;

  std::filesystem::path folder() const { return std::filesystem::path(path).parent_path(); }
};

std::string follow_links(std::filesystem::path path) {
  constexpr int most = 40;  // as Linux allows; a longer chain fails in stat
  std::error_code error;
  for (int i = 0; i < most; ++i) {
    const std::filesystem::path next = std::filesystem::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;  // which is `next` if that is absolute
  }
  return path.string();
}

/// Errors: IoError if no file can be there.
Target find_target(const std::string& where, const std::string& path) {
  struct stat old {};
  Target target{.path = follow_links(path)};
  target.exists = ::stat(target.path.c_str(), &old) == 0;
  if (!target.exists && (errno != ENOENT || path.empty()))
    throw IoError(where + ": cannot be created: " + reason(errno));
  if (target.exists && !S_ISREG(old.st_mode)) throw IoError(where + ": cannot be replaced: it is not a regular file");
  target.mode = old.st_mode & 07777;
  return target;
}

/// A new file beside the target, which nobody else may read if the target is there: its name is its own and short, so
/// every name that a file may have can be written. Errors: IoError.
int open_temporary(const std::string& where, const Target& target, std::string& name) {
  static std::atomic<unsigned> count{0};
  int descriptor = -1;
  do {
    name = (target.folder() / (".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++))).string();
    descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, target.exists ? 0600 : 0666);
  } while (descriptor < 0 && errno == EEXIST);
  if (descriptor < 0) throw IoError(where + ": cannot be created: " + reason(errno));
  return descriptor;
}

/// The rename is durable only when its folder is; some file systems cannot do that, so failing is no error.
void sync_folder(const Target& target) {
  const std::string folder = target.folder().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

InputFile::InputFile(const std::string& op, const std::string& path)
    : where_(op + ": " + path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw IoError(where_ + ": cannot be opened: " + reason(errno));
  struct stat status {};
  // Of an open file it cannot fail.
  ::fstat(descriptor_, &status);
  size_ = static_cast<std::size_t>(status.st_size);
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(void* target, std::size_t bytes) {
  const std::size_t got = read_up_to(target, bytes);
  if (got < bytes)
    throw FormatError(where_ + ": the file ends too early: got " + std::to_string(got) + " bytes, want " +
                      std::to_string(bytes));
}

std::size_t InputFile::read_up_to(void* target, std::size_t bytes) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::read(descriptor_, static_cast<char*>(target) + done, bytes - done);
    if (got == 0) break;
    if (got > 0)
      done += static_cast<std::size_t>(got);
    else if (errno != EINTR)
      throw IoError(where_ + ": cannot be read: " + reason(errno));
  }
  return done;
}

std::string read_file(const std::string& op, const std::string& path) {
  constexpr std::size_t step = 1 << 16;
  InputFile file(op, path);
  std::string text(file.size() + step, '\0');
  std::size_t filled = 0;
  while ((filled += file.read_up_to(text.data() + filled, text.size() - filled)) == text.size())
    text.resize(2 * text.size());
  text.resize(filled);
  return text;
}

void write_file(const std::string& op, const std::string& path, const std::vector<std::string_view>& pieces) {
  const std::string where = op + ": " + path;
  const Target target = find_target(where, path);
  std::string temporary;
  const int descriptor = open_temporary(where, target, temporary);
  const bool good = write_all(descriptor, pieces) && (!target.exists || ::fchmod(descriptor, target.mode) == 0) &&
                    ::fsync(descriptor) == 0;
  int error = good ? 0 : errno;
  // Some file systems say only here that the disk is full.
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), target.path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    throw IoError(where + ": cannot be written: " + reason(error));
  }
  sync_folder(target);
}

void check_writable(const std::string& op, const std::string& path) {
  const std::string where = op + ": " + path;
  std::string temporary;
  ::close(open_temporary(where, find_target(where, path), temporary));
  ::unlink(temporary.c_str());
}

}  // namespace xgrad::io
