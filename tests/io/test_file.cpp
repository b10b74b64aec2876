// Files: whole or not at all, with the system's reason when they cannot be.
// Not here: formats.
#include <xgrad/io/file.hpp>

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

using namespace xgrad;
using test::error_text;
using test::read_text;
using test::TemporaryFolder;
using test::write_text;

namespace {

/// As on a full disk: no file may grow beyond so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit old_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("what is written is read, in pieces and empty") {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  io::write_file("op", path, {"abc", "", std::string_view("\0\xff", 2)});
  CHECK(io::read_file("op", path) == std::string("abc\0\xff", 5));
  io::write_file("op", path, {});
  CHECK(io::read_file("op", path).empty());
  const std::string large(1'000'003, 'x');
  io::write_file("op", path, {large});
  CHECK(io::read_file("op", path) == large);
  CHECK(folder.count() == 1);
}

TEST_CASE("a pipe is read to its end") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  REQUIRE(write(ends[1], "one,two", 7) == 7);
  close(ends[1]);
  CHECK(io::read_file("op", "/dev/fd/" + std::to_string(ends[0])) == "one,two");
  close(ends[0]);
}

TEST_CASE("reading says why it cannot") {
  const TemporaryFolder folder;
  const std::string missing = folder / "missing";
  CHECK(error_text<IoError>([&] { io::read_file("op", missing); }) ==
        "op: " + missing + ": cannot be opened: No such file or directory");
  CHECK(error_text<IoError>([&] { io::read_file("op", folder.path()); }) ==
        "op: " + folder.path() + ": cannot be read: Is a directory");
  const std::string three = write_text(folder / "three", "123");
  char bytes[4];
  io::InputFile file("op", three);
  CHECK(file.size() == 3);
  CHECK(error_text<FormatError>([&] { file.read(bytes, 4); }) ==
        "op: " + three + ": the file ends too early: got 3 bytes, want 4");
}

TEST_CASE("a failed write leaves the old file and nothing else") {
  const TemporaryFolder folder;
  const std::string path = write_text(folder / "file", "old");
  const std::string large(100'000, 'x');
  {
    const FileSizeLimit limit(50'000);
    CHECK(error_text<IoError>([&] { io::write_file("op", path, {large}); }) ==
          "op: " + path + ": cannot be written: File too large");
  }
  CHECK(read_text(path) == "old");
  CHECK(folder.count() == 1);
  {
    const FileSizeLimit limit(50'000);
    CHECK(error_text<IoError>([&] { io::write_file("op", folder / "new", {large}); }) ==
          "op: " + (folder / "new") + ": cannot be written: File too large");
  }
  CHECK(folder.count() == 1);
}

TEST_CASE("writing says why it cannot") {
  const TemporaryFolder folder;
  const std::string nowhere = folder / "no/such/folder/file";
  CHECK(error_text<IoError>([&] { io::write_file("op", nowhere, {"x"}); }) ==
        "op: " + nowhere + ": cannot be created: No such file or directory");
  for (const std::string& path : {folder.path(), std::string("/dev/null")})
    CHECK(error_text<IoError>([&] { io::write_file("op", path, {"x"}); }) ==
          "op: " + path + ": cannot be replaced: it is not a regular file");
  CHECK(folder.count() == 0);
}

TEST_CASE("whether a file can be written is known before") {
  const TemporaryFolder folder;
  for (const auto& write : {+[](const std::string& path) { io::write_file("op", path, {"x"}); },
                            +[](const std::string& path) { io::check_writable("op", path); }}) {
    const auto error = [&](const std::string& path) { return error_text<IoError>([&] { write(path); }); };
    CHECK(error("") == "op: : cannot be created: No such file or directory");
    CHECK(error(folder / "no/file") ==
          "op: " + (folder / "no/file") + ": cannot be created: No such file or directory");
    CHECK(error(folder / "no/") == "op: " + (folder / "no/") + ": cannot be created: No such file or directory");
    CHECK(error(folder.path()) == "op: " + folder.path() + ": cannot be replaced: it is not a regular file");
    CHECK(error("/dev/null/file") == "op: /dev/null/file: cannot be created: Not a directory");
    const std::string long_name = folder / std::string(256, 'x');
    CHECK(error(long_name) == "op: " + long_name + ": cannot be created: File name too long");
    CHECK(folder.count() == 0);
  }
  const std::string longest = folder / std::string(255, 'x');
  io::check_writable("op", longest);
  CHECK(folder.count() == 0);
  io::write_file("op", longest, {"old"});
  io::check_writable("op", longest);
  CHECK(read_text(longest) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("a link to a file that is not there yet stays a link") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "runs");
  REQUIRE(symlink("runs/one", (folder / "last").c_str()) == 0);
  REQUIRE(symlink((folder / "last").c_str(), (folder / "best").c_str()) == 0);
  io::write_file("op", folder / "best", {"new"});
  CHECK(read_text(folder / "runs/one") == "new");
  CHECK(std::filesystem::is_symlink(folder / "best"));
  CHECK(std::filesystem::is_symlink(folder / "last"));
  REQUIRE(symlink("loop", (folder / "loop").c_str()) == 0);
  CHECK(error_text<IoError>([&] { io::write_file("op", folder / "loop", {"x"}); }) ==
        "op: " + (folder / "loop") + ": cannot be created: Too many levels of symbolic links");
  CHECK(folder.count() == 4);
}

TEST_CASE("permissions are those of the old file, and links stay links") {
  const TemporaryFolder folder;
  const std::string path = write_text(folder / "file", "old");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  REQUIRE(symlink("file", (folder / "link").c_str()) == 0);
  io::write_file("op", folder / "link", {"new"});
  CHECK(read_text(path) == "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}
