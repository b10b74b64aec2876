// The header of a safetensors file: what it says, to and from JSON.
// Not here: the tensors' data (safetensors.cpp).
#pragma once

#include <xgrad/autodiff/dtype.hpp>
#include <xgrad/autodiff/shape.hpp>
#include <xgrad/io/safetensors.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace xgrad::io::detail {

inline constexpr std::uint64_t max_header_bytes = 100'000'000;

/// One tensor; its data lies in [begin, end), counted from the end of the header.
struct Entry {
  std::string name;
  Dtype dtype = float32;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct Header {
  std::vector<Entry> entries;
  Metadata metadata;
};

/// `"layers.0.weight"`: quoted, with everything escaped that would break a line.
std::string quoted(const std::string& text);

/// The JSON text without padding. Errors: ValueError for text that is no UTF-8.
std::string to_json(const Header& header);

/// Reads and checks the JSON text; `where` opens the messages. That the data of all entries fill the file is checked by
/// check_layout. Errors: FormatError.
Header parse_header(const std::string& where, const std::string& json);

/// The indices of the entries in the order of their data, which must follow each other without a gap up to `bytes`.
/// Errors: FormatError.
std::vector<std::size_t> check_layout(const std::string& where, const std::vector<Entry>& entries, std::uint64_t bytes);

}  // namespace xgrad::io::detail
