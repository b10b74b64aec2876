// The texts of describe.hpp.
// Not here: texts of single ops.
#include <xgrad/autodiff/describe.hpp>

#include <xgrad/autodiff/context.hpp>

namespace xgrad {

namespace {

std::string module_path() {
  std::string path;
  for (const auto* entry = detail::context.scope; entry != nullptr; entry = entry->outer)
    if (entry->name != nullptr) path = path.empty() ? std::string(entry->name) : entry->name + ("." + path);
  return path;
}

}  // namespace

std::string describe(const Array& array) { return to_string(array.shape) + " " + name(array.dtype); }

std::string describe_index(std::int64_t number, const Shape& shape) {
  Shape index = shape;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[axis] = number % shape[axis];
    number /= shape[axis];
  }
  return to_string(index);
}

std::string describe(Site site) {
  if (site.file == nullptr) return "";
  return std::string(site.file) + ":" + std::to_string(site.line);
}

std::string with_context(const std::string& op, const std::string& what, const std::string& operands, Site site) {
  std::string text = op + ": " + what;
  if (!operands.empty()) text += "; operands " + operands;
  if (const std::string path = module_path(); !path.empty()) text += "; in " + path;
  if (const std::string place = describe(site); !place.empty()) text += "; at " + place;
  return text;
}

}  // namespace xgrad
