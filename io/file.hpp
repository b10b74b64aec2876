// Files: reading with errors that name them, and writing that leaves either the new file or the old one.
// Not here: any format.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace xgrad::io {

/// A file being read from its start. Errors of its functions begin `op: path: `.
class InputFile {
 public:
  /// Errors: IoError with the system's reason.
  InputFile(const std::string& op, const std::string& path);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  /// Bytes in the file when it was opened; 0 for a pipe.
  std::size_t size() const { return size_; }
  /// Reads the next bytes. Errors: FormatError if the file ends before them; IoError.
  void read(void* target, std::size_t bytes);
  /// Reads as many of the next bytes as there are and returns their number. Errors: IoError.
  std::size_t read_up_to(void* target, std::size_t bytes);

 private:
  std::string where_;
  int descriptor_;
  std::size_t size_ = 0;
};

/// All bytes of a file or pipe. Errors: IoError.
std::string read_file(const std::string& op, const std::string& path);

/// Writes the pieces one after the other into a temporary file beside `path`, makes them durable and renames it:
/// whoever reads `path` sees the old file or the whole new one. The permissions of an old file are kept, and a symbolic
/// link is followed. Errors: IoError with the system's reason; then nothing has changed and nothing is left behind. A
/// process killed meanwhile leaves a file `.tmp-...`.
void write_file(const std::string& op, const std::string& path, const std::vector<std::string_view>& pieces);

/// Finds out before long work whether write_file could write `path`, by making and removing its temporary file.
/// Errors: IoError as those of write_file.
void check_writable(const std::string& op, const std::string& path);

}  // namespace xgrad::io
