// A strict reader and a writer of the JSON header.
// Not here: files (safetensors.cpp).
#include <xgrad/io/safetensors_header.hpp>

#include <xgrad/autodiff/error.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

namespace xgrad::io::detail {
namespace {

using Json = nlohmann::json;

constexpr std::array<const char*, 4> dtype_names = {"BOOL", "I64", "F32", "F64"};  // in the order of Dtype
constexpr std::array<const char*, 18> other_dtype_names = {
    "U8",  "I8",      "I16",     "U16",     "I32", "U32",     "U64",     "F16",         "BF16",
    "C64", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F4",  "F6_E2M3", "F6_E3M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ"};

std::string shown(const Json& value) {
  constexpr std::size_t longest = 60;
  const std::string text = value.dump(-1, ' ', true);
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

/// Sees while reading what the finished document hides: the order of names, a name that occurs twice, nesting (which
/// would need memory without bound).
class Watcher {
 public:
  explicit Watcher(const std::string& where) : where_(where) {}

  /// The names of the outermost object.
  const std::vector<std::string>& names() const { return names_; }

  bool operator()(int depth, Json::parse_event_t event, const Json& value) {
    const bool opens = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (opens && depth > deepest) throw FormatError(where_ + ": the header nests values deeper than the format does");
    if (event == Json::parse_event_t::object_start) keys_[static_cast<std::size_t>(depth)].clear();
    if (event != Json::parse_event_t::key) return true;
    const auto& key = value.get_ref<const std::string&>();
    if (!keys_[static_cast<std::size_t>(depth) - 1].insert(key).second)
      throw FormatError(where_ + ": a name occurs twice in the header: " + quoted(key));
    if (depth == 1) names_.push_back(key);
    return true;
  }

 private:
  static constexpr int deepest = 2;  // {"weight": {"shape": [...]}}

  const std::string& where_;
  std::array<std::set<std::string>, deepest + 1> keys_;
  std::vector<std::string> names_;
};

FormatError not_json(const std::string& where, std::size_t byte) {
  return FormatError(where + ": the header is not JSON in UTF-8: error at its byte " + std::to_string(byte));
}

Json parse_json(const std::string& where, const std::string& text, Watcher& watcher) {
  const auto callback = [&](int depth, Json::parse_event_t event, const Json& value) {
    return watcher(depth, event, value);
  };
  try {
    return Json::parse(text, callback);
  } catch (const Json::parse_error& error) {
    throw not_json(where, error.byte);
  } catch (const Json::out_of_range&) {
    throw FormatError(where + ": the header holds a number beyond all that a double can be");
  }
}

Dtype parse_dtype(const std::string& where, const Json& value) {
  for (std::size_t i = 0; i < dtype_names.size(); ++i)
    if (value == dtype_names[i]) return static_cast<Dtype>(i);
  const bool is_known =
      std::any_of(other_dtype_names.begin(), other_dtype_names.end(), [&](const char* name) { return value == name; });
  throw FormatError(where + (is_known ? ": this dtype is not supported" : ": there is no such dtype") + ": got " +
                    shown(value) + ", want BOOL, I64, F32 or F64");
}

/// A list of whole numbers from 0 to 2^63 - 1.
std::vector<std::int64_t> parse_numbers(const std::string& where, const std::string& key, const Json& value) {
  std::vector<std::int64_t> numbers;
  const auto is_extent = [](const Json& item) {
    return item.is_number_unsigned() &&
           item.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  };
  if (!value.is_array() || !std::all_of(value.begin(), value.end(), is_extent))
    throw FormatError(where + ": " + key + ": got " + shown(value) + ", want a list of whole numbers");
  for (const Json& item : value) numbers.push_back(item.get<std::int64_t>());
  return numbers;
}

Shape parse_shape(const std::string& where, const Json& value) {
  Shape shape;
  try {
    for (const std::int64_t extent : parse_numbers(where, "shape", value)) shape.push_back(extent);
  } catch (const ShapeError& error) {
    throw FormatError(where + ": shape " + shown(value) + " is no shape of a tensor (" + error.message() + ")");
  }
  return shape;
}

Entry parse_entry(const std::string& file, const std::string& name, const Json& value) {
  const std::string where = file + ": tensor " + quoted(name);
  if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    throw FormatError(where + ": got " + shown(value) + ", want an object of dtype, shape and data_offsets");
  Entry entry{.name = name, .dtype = parse_dtype(where, value["dtype"]), .shape = parse_shape(where, value["shape"])};
  const std::vector<std::int64_t> offsets = parse_numbers(where, "data_offsets", value["data_offsets"]);
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    throw FormatError(where + ": data_offsets: got " + shown(value["data_offsets"]) + ", want [begin, end]");
  entry.begin = static_cast<std::uint64_t>(offsets[0]);
  entry.end = static_cast<std::uint64_t>(offsets[1]);
  // No overflow: a Shape never asks for more than 2^63 bytes.
  const std::uint64_t bytes = static_cast<std::uint64_t>(entry.shape.numel()) * size_of(entry.dtype);
  if (entry.end - entry.begin != bytes)
    throw FormatError(where + ": data_offsets do not fit shape and dtype: got " +
                      std::to_string(entry.end - entry.begin) + " bytes, want " + std::to_string(bytes));
  return entry;
}

Metadata parse_metadata(const std::string& where, const Json& value) {
  Metadata metadata;
  const bool is_text =
      value.is_object() && std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
  if (!is_text) throw FormatError(where + ": __metadata__: got " + shown(value) + ", want an object of strings");
  for (const auto& item : value.items()) metadata[item.key()] = item.value().get<std::string>();
  return metadata;
}

}  // namespace

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string to_json(const Header& header) {
  std::string text;
  const auto append = [&text](const std::string& name, const Json& value) {
    text += (text.empty() ? "{" : ",") + Json(name).dump() + ":" + value.dump();
  };
  try {
    if (!header.metadata.empty()) append("__metadata__", header.metadata);
    for (const Entry& entry : header.entries)
      append(entry.name, {{"dtype", dtype_names[static_cast<std::size_t>(entry.dtype)]},
                          {"shape", std::vector<std::int64_t>(entry.shape.begin(), entry.shape.end())},
                          {"data_offsets", {entry.begin, entry.end}}});
  } catch (const Json::type_error&) {
    throw ValueError("save_safetensors: a name or the metadata are not UTF-8");
  }
  return text.empty() ? "{}" : text + "}";
}

Header parse_header(const std::string& where, const std::string& text) {
  // The parser would skip a byte order mark and white space.
  if (text.empty() || text[0] != '{')
    throw FormatError(where + ": the header does not begin with '{', as every safetensors file's does");
  // For the parser the text would end here.
  if (const std::size_t zero = text.find('\0'); zero != text.npos) throw not_json(where, zero + 1);
  Watcher watcher(where);
  const Json json = parse_json(where, text, watcher);
  Header header;
  for (const std::string& name : watcher.names()) {
    if (name == "__metadata__")
      header.metadata = parse_metadata(where, json[name]);
    else
      header.entries.push_back(parse_entry(where, name, json[name]));
  }
  return header;
}

std::vector<std::size_t> check_layout(const std::string& where, const std::vector<Entry>& entries,
                                      std::uint64_t bytes) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Those without elements come before the one that begins at the same place.
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(entries[a].begin, entries[a].end) < std::pair(entries[b].begin, entries[b].end);
  });
  std::uint64_t end = 0;
  for (const std::size_t i : order) {
    const Entry& entry = entries[i];
    if (entry.begin != end)
      throw FormatError(where + ": tensor " + quoted(entry.name) +
                        (entry.begin < end ? ": its data overlap those before" : ": there is a gap before its data") +
                        ": got data_offsets from " + std::to_string(entry.begin) + ", want from " +
                        std::to_string(end));
    if (entry.end > bytes)
      throw FormatError(where + ": tensor " + quoted(entry.name) + ": its data reach beyond the end of the file: got " +
                        std::to_string(bytes) + " bytes after the header, want " + std::to_string(entry.end));
    end = entry.end;
  }
  if (end != bytes)
    throw FormatError(where + ": bytes after the last tensor: got " + std::to_string(bytes) +
                      " bytes after the header, want " + std::to_string(end));
  return order;
}

}  // namespace xgrad::io::detail
