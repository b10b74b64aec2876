// Reading and writing of safetensors files.
// Not here: their JSON header (safetensors_header.cpp), atomic writing (file.cpp).
#include <xgrad/io/safetensors.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/io/file.hpp>
#include <xgrad/io/safetensors_header.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <string_view>

namespace xgrad::io {
namespace {

using detail::Entry;
using detail::Header;
using detail::quoted;

// The format is little-endian and memory goes to the file as it is. A big-endian machine would have to swap bytes here.
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t alignment = 8;

/// The bytes behind a contiguous tensor.
std::string_view bytes_of(const Tensor& tensor) {
  return {static_cast<const char*>(tensor.array().data),
          static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype())};
}

void check_names(const NamedTensors& tensors) {
  std::set<std::string_view> names;
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.defined()) throw ValueError("save_safetensors: tensor " + quoted(name) + " is undefined");
    xgrad::detail::check_readable("save_safetensors", tensor);
    if (name == "__metadata__")
      throw ValueError("save_safetensors: \"__metadata__\" is no name for a tensor: the format keeps it for itself");
    if (!names.insert(name).second) throw ValueError("save_safetensors: a name occurs twice: " + quoted(name));
  }
}

/// The length of the header as the file's first 8 bytes give it.
std::uint64_t read_length(const std::string& where, InputFile& file) {
  std::uint64_t length = 0;
  file.read(&length, sizeof length);
  if (length > detail::max_header_bytes)
    throw FormatError(where + ": the header is too long: got " + std::to_string(length) + " bytes, want at most " +
                      std::to_string(detail::max_header_bytes));
  const std::size_t rest = std::max(file.size(), sizeof length) - sizeof length;
  if (length > rest)
    throw FormatError(where + ": the header is longer than the file: got " + std::to_string(length) +
                      " bytes, want at most " + std::to_string(rest));
  return length;
}

Tensor read_tensor(const std::string& where, InputFile& file, const Entry& entry) {
  Tensor tensor = empty(entry.shape, {.dtype = entry.dtype});
  const std::string_view bytes = bytes_of(tensor);
  file.read(tensor.array().data, bytes.size());
  // Any other byte would be no bool to the compiler.
  if (entry.dtype == bool_ && std::any_of(bytes.begin(), bytes.end(), [](char byte) { return (byte & ~1) != 0; }))
    throw FormatError(where + ": tensor " + quoted(entry.name) + ": a byte of BOOL data is neither 0 nor 1");
  return tensor;
}

}  // namespace

void save_safetensors(const std::string& path, const NamedTensors& tensors, const Metadata& metadata) {
  const NoGrad guard;
  check_names(tensors);
  Header header{.entries = {}, .metadata = metadata};
  for (const auto& [name, tensor] : tensors)
    header.entries.push_back({.name = name, .dtype = tensor.dtype(), .shape = tensor.shape()});

  // Data from the widest element type to the narrowest: then each tensor is aligned without gaps, which the format
  // forbids.
  std::vector<Tensor> packed;
  std::vector<std::string_view> pieces = {{}};
  std::uint64_t end = 0;
  for (const std::size_t width : {8U, 4U, 1U}) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (size_of(tensors[i].second.dtype()) != width) continue;
      packed.push_back(contiguous(tensors[i].second));
      const std::string_view bytes = bytes_of(packed.back());
      pieces.push_back(bytes);
      header.entries[i].begin = end;
      header.entries[i].end = end += bytes.size();
    }
  }

  std::string text = to_json(header);
  text.append((alignment - text.size() % alignment) % alignment, ' ');
  if (text.size() > detail::max_header_bytes)
    throw ValueError("save_safetensors: names and metadata are too long: got a header of " +
                     std::to_string(text.size()) + " bytes, want at most " + std::to_string(detail::max_header_bytes));
  const std::uint64_t length = text.size();
  text.insert(0, reinterpret_cast<const char*>(&length), sizeof length);
  pieces[0] = text;
  write_file("save_safetensors", path, pieces);
}

NamedTensors load_safetensors(const std::string& path, Metadata* metadata) {
  const std::string where = "load_safetensors: " + path;
  InputFile file("load_safetensors", path);
  const std::uint64_t length = read_length(where, file);
  std::string text(length, '\0');
  file.read(text.data(), text.size());
  Header header = detail::parse_header(where, text);
  const std::uint64_t data_bytes = file.size() - sizeof length - length;
  NamedTensors tensors(header.entries.size());
  for (const std::size_t i : detail::check_layout(where, header.entries, data_bytes))
    tensors[i] = {header.entries[i].name, read_tensor(where, file, header.entries[i])};
  if (metadata != nullptr) *metadata = std::move(header.metadata);
  return tensors;
}

}  // namespace xgrad::io
