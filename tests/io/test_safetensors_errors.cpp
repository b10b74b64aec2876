// Files that break the safetensors format in one way each, and tensors that cannot be saved: what the errors say.
// Not here: files that are right (test_safetensors.cpp), failures of the system (test_file.cpp).
#include <xgrad/io/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cstring>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

using namespace xgrad;
using test::error_text;
using test::TemporaryFolder;
using test::write_text;

namespace {

std::string length_of(std::uint64_t bytes) {
  std::string text(8, '\0');
  std::memcpy(text.data(), &bytes, 8);
  return text;
}

std::string file_of(const std::string& header, const std::string& data = "") {
  return length_of(header.size()) + header + data;
}

/// A file with one tensor "w", which lies in 8 bytes.
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets,
                const std::string& data = "12345678") {
  return file_of(R"({"w":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", data);
}

const std::string f32 = R"({"dtype":"F32","shape":[1],"data_offsets":)";

struct Case {
  std::string file;
  std::string error;
};

const std::string w = "tensor \"w\": ";

}  // namespace

TEST_CASE("a file that breaks the format is refused with its reason") {
  const Case cases[] = {
      {"", "the file ends too early: got 0 bytes, want 8"},
      {"1234567", "the file ends too early: got 7 bytes, want 8"},
      {length_of(100'000'001) + "{}", "the header is too long: got 100000001 bytes, want at most 100000000"},
      {length_of(~0ULL), "the header is too long: got 18446744073709551615 bytes, want at most 100000000"},
      {length_of(3) + "{}", "the header is longer than the file: got 3 bytes, want at most 2"},
      {length_of(0), "the header does not begin with '{', as every safetensors file's does"},
      {file_of(" {}"), "the header does not begin with '{', as every safetensors file's does"},
      {file_of("\xEF\xBB\xBF{}"), "the header does not begin with '{', as every safetensors file's does"},
      {file_of("{"), "the header is not JSON in UTF-8: error at its byte 2"},
      {file_of(std::string("{}\0", 3)), "the header is not JSON in UTF-8: error at its byte 3"},
      {file_of(std::string("{}\0 what is this", 16)), "the header is not JSON in UTF-8: error at its byte 3"},
      {one("\"F32\"", "[1e999]", "[0,8]"), "the header holds a number beyond all that a double can be"},
      {file_of("{} x"), "the header is not JSON in UTF-8: error at its byte 4"},
      {file_of("{}", "x").replace(8, 2, "{\xff"), "the header is not JSON in UTF-8: error at its byte 2"},
      {file_of("{\"\xC0\xAF\":1}"), "the header is not JSON in UTF-8: error at its byte 3"},
      {file_of(R"({"\ud800":1})"), "the header is not JSON in UTF-8: error at its byte 9"},
      {file_of("{\"w\":[[[1]]]}"), "the header nests values deeper than the format does"},
      {file_of("{\"w\":" + std::string(1'000'000, '[')), "the header nests values deeper than the format does"},
      {file_of("{\"w\":" + f32 + "[0,4]},\"w\":" + f32 + "[4,8]}}", "12345678"),
       "a name occurs twice in the header: \"w\""},
      {file_of(R"({"__metadata__":{"a":"1","a":"2"}})"), "a name occurs twice in the header: \"a\""},
      {one("\"F32\",\"dtype\":\"F32\"", "[2]", "[0,8]"), "a name occurs twice in the header: \"dtype\""},
      {file_of(R"({"__metadata__":{"a":1}})"), "__metadata__: got {\"a\":1}, want an object of strings"},
      {file_of(R"({"__metadata__":"a"})"), "__metadata__: got \"a\", want an object of strings"},
      {file_of(R"({"w":1})"), w + "got 1, want an object of dtype, shape and data_offsets"},
      {file_of(R"({"w":{"dtype":"F32","shape":[]}})"),
       w + "got {\"dtype\":\"F32\",\"shape\":[]}, want an object of dtype, shape and data_offsets"},
      {one("\"F32\",\"more\":0", "[2]", "[0,8]"),
       w + "got {\"data_offsets\":[0,8],\"dtype\":\"F32\",\"more\":0,\"shape\":[2]}, "
           "want an object of dtype, shape and data_offsets"},
      {one("\"F16\"", "[4]", "[0,8]"), w + "this dtype is not supported: got \"F16\", want BOOL, I64, F32 or F64"},
      {one("\"BF16\"", "[4]", "[0,8]"), w + "this dtype is not supported: got \"BF16\", want BOOL, I64, F32 or F64"},
      {one("\"f32\"", "[2]", "[0,8]"), w + "there is no such dtype: got \"f32\", want BOOL, I64, F32 or F64"},
      {one("7", "[2]", "[0,8]"), w + "there is no such dtype: got 7, want BOOL, I64, F32 or F64"},
      {one("\"F32\"", "2", "[0,8]"), w + "shape: got 2, want a list of whole numbers"},
      {one("\"F32\"", "[2.0]", "[0,8]"), w + "shape: got [2.0], want a list of whole numbers"},
      {one("\"F32\"", "[-2]", "[0,8]"), w + "shape: got [-2], want a list of whole numbers"},
      {one("\"F32\"", "[9223372036854775808]", "[0,8]"),
       w + "shape: got [9223372036854775808], want a list of whole numbers"},
      {one("\"F32\"", "[4294967296,4294967296]", "[0,8]"),
       w + "shape [4294967296,4294967296] is no shape of a tensor (shape: too many elements for the memory of any "
           "machine: got (4294967296, 4294967296))"},
      {one("\"F32\"", "[1,1,1,1,1,1,1,1,2]", "[0,8]"),
       w + "shape [1,1,1,1,1,1,1,1,2] is no shape of a tensor (shape: too many axes: got more than 8)"},
      {one("\"F32\"", "[2]", "[0]"), w + "data_offsets: got [0], want [begin, end]"},
      {one("\"F32\"", "[2]", "[8,0]"), w + "data_offsets: got [8,0], want [begin, end]"},
      {one("\"F32\"", "[2]", "[0,\"8\"]"), w + "data_offsets: got [0,\"8\"], want a list of whole numbers"},
      {one("\"F32\"", "[3]", "[0,8]"), w + "data_offsets do not fit shape and dtype: got 8 bytes, want 12"},
      {one("\"F64\"", "[2]", "[0,8]"), w + "data_offsets do not fit shape and dtype: got 8 bytes, want 16"},
      {one("\"F32\"", "[2]", "[0,8]", "1234567"),
       w + "its data reach beyond the end of the file: got 7 bytes after the header, want 8"},
      {one("\"F32\"", "[2]", "[0,8]", "123456789"),
       "bytes after the last tensor: got 9 bytes after the header, want 8"},
      {file_of("{}", "x"), "bytes after the last tensor: got 1 bytes after the header, want 0"},
      {one("\"F32\"", "[1]", "[4,8]"), w + "there is a gap before its data: got data_offsets from 4, want from 0"},
      {file_of("{\"v\":" + f32 + "[0,4]},\"w\":" + f32 + "[2,6]}}", "123456"),
       w + "its data overlap those before: got data_offsets from 2, want from 4"},
      {file_of("{\"v\":" + f32 + "[0,4]},\"w\":" + f32 + "[0,4]}}", "1234"),
       w + "its data overlap those before: got data_offsets from 0, want from 4"},
      {one("\"BOOL\"", "[8]", "[0,8]", std::string("\0\1\1\0\0\2\1\1", 8)),
       w + "a byte of BOOL data is neither 0 nor 1"},
  };
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  for (const Case& c : cases) {
    CAPTURE(c.file.substr(0, 200));
    write_text(path, c.file);
    CHECK(error_text<FormatError>([&] { io::load_safetensors(path); }) == "load_safetensors: " + path + ": " + c.error);
  }
}

TEST_CASE("every truncation of a right file is refused") {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "file", {{"a", ones({2})}, {"b", tensor({true})}, {"c", zeros({0})}}, {{"k", "v"}});
  const std::string whole = test::read_text(folder / "file");
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    CAPTURE(bytes);
    write_text(folder / "cut", whole.substr(0, bytes));
    CHECK(error_text<FormatError>([&] { io::load_safetensors(folder / "cut"); }).find("load_safetensors: ") == 0);
  }
}

TEST_CASE("one wrong byte in the header never does harm") {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "file", {{"a", ones({2})}, {"b", tensor({true})}}, {{"k", "v"}});
  const std::string whole = test::read_text(folder / "file");
  int refused = 0;
  for (std::size_t at = 0; at + 9 < whole.size(); ++at)
    for (const char byte : {'\0', '"', '1', '{', ',', '\xff'}) {
      std::string changed = whole;
      changed[at] = byte;
      write_text(folder / "changed", changed);
      try {
        io::load_safetensors(folder / "changed");
      } catch (const FormatError&) {
        ++refused;
      }
    }
  CHECK(refused > 500);
}

TEST_CASE("what cannot be saved") {
  const TemporaryFolder folder;
  const auto error_of = [&](const io::NamedTensors& tensors, const io::Metadata& metadata = {}) {
    return error_text<ValueError>([&] { io::save_safetensors(folder / "file", tensors, metadata); });
  };
  const Tensor x = ones({1});
  CHECK(error_of({{"w", Tensor()}}) == "save_safetensors: tensor \"w\" is undefined");
  CHECK(error_of({{"w", x}, {"v", x}, {"w", x}}) == "save_safetensors: a name occurs twice: \"w\"");
  CHECK(error_of({{"__metadata__", x}}) ==
        "save_safetensors: \"__metadata__\" is no name for a tensor: the format keeps it for itself");
  CHECK(error_of({{"\xff", x}}) == "save_safetensors: a name or the metadata are not UTF-8");
  CHECK(error_of({}, {{"a", "\xff"}}) == "save_safetensors: a name or the metadata are not UTF-8");
  CHECK(error_of({}, {{"a", std::string(100'000'000, 'x')}}) ==
        "save_safetensors: names and metadata are too long: got a header of 100000032 bytes, want at most 100000000");
  CHECK(folder.count() == 0);
  CHECK(error_text<IoError>([&] {
          io::save_safetensors(folder / "no/file", {{"w", x}});
        }).find("save_safetensors: ") == 0);
  CHECK(error_text<IoError>([&] { io::load_safetensors(folder / "no"); }) ==
        "load_safetensors: " + (folder / "no") + ": cannot be opened: No such file or directory");
}
