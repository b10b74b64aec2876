// Reading and atomic writing with the system's own calls: the standard streams neither give reasons nor reach the disk.
// Not here: formats (safetensors.cpp).
#include <xgrad/io/file.hpp>

#include <xgrad/autodiff/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
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
  for (const std::string_view piece : pieces)
    if (!write_piece(descriptor, piece)) return false;
  return ::fsync(descriptor) == 0;
}

/// Where a chain of symbolic links ends; the path itself if it is none.
std::string follow_links(const std::string& path) {
  std::error_code error;
  const std::filesystem::path end = std::filesystem::canonical(path, error);
  return error ? path : end.string();
}

/// A new file beside the target under a name of its own.
int open_temporary(const std::string& target, mode_t mode, std::string& name) {
  static std::atomic<unsigned> count{0};
  int descriptor = -1;
  do {
    name = target + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
    descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  } while (descriptor < 0 && errno == EEXIST);
  return descriptor;
}

/// The rename is durable only when its folder is; some file systems cannot do that, so failing is no error.
void sync_folder(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

InputFile::InputFile(const std::string& op, const std::string& path)
    : where_(op + ": " + path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0)
    throw IoError(where_ + ": cannot be opened: " + reason(errno));
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
  const std::string target = follow_links(path);
  struct stat old {};
  const bool exists = ::stat(target.c_str(), &old) == 0;
  if (exists && !S_ISREG(old.st_mode))
    throw IoError(op + ": " + path + ": cannot be replaced: it is not a regular file");

  std::string temporary;
  const int descriptor = open_temporary(target, 0666, temporary);
  if (descriptor < 0) throw IoError(op + ": " + path + ": cannot be created: " + reason(errno));
  bool good = write_all(descriptor, pieces);
  if (good && exists) good = ::fchmod(descriptor, old.st_mode & 07777) == 0;
  int error = good ? 0 : errno;
  // Some file systems say only here that the disk is full.
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    throw IoError(op + ": " + path + ": cannot be written: " + reason(error));
  }
  sync_folder(target);
}

}  // namespace xgrad::io
