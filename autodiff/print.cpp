// The layout of printed arrays: brackets, line breaks, and which elements are shown.
// Not here: how a number is written (print_words.cpp).
#include <xgrad/autodiff/print.hpp>

#include <xgrad/autodiff/print_words.hpp>

#include <cstddef>
#include <vector>

namespace xgrad {
namespace {

constexpr std::int64_t threshold = 1000;
constexpr std::int64_t edge = 3;
constexpr std::size_t line_width = 75;

class Layout {
 public:
  explicit Layout(const Array& array) : array_(array), summary_(array.numel > threshold) {}

  template <class T>
  std::string write() {
    if (array_.shape.rank() == 0) return detail::word(*array_.as<const T>());
    std::vector<T> values;
    collect(array_.as<const T>(), 0, values);
    words_ = detail::words(values);
    return write_axis(0, line_width);
  }

 private:
  bool shortened(int axis) const { return summary_ && array_.shape[axis] > 2 * edge; }

  template <class T>
  void collect(const T* at, int axis, std::vector<T>& values) const {
    if (axis == array_.shape.rank()) {
      values.push_back(*at);
      return;
    }
    const std::int64_t extent = array_.shape[axis];
    for (std::int64_t i = 0; i < extent; ++i) {
      if (shortened(axis) && i == edge) i = extent - edge;
      collect(at + i * array_.strides[axis], axis + 1, values);
    }
  }

  /// Takes the next words, in the order in which they were collected. The opening bracket stands in column `axis`.
  std::string write_axis(int axis, std::size_t width) {
    return axis == array_.shape.rank() - 1 ? write_row(axis, width) : write_rows(axis, width);
  }

  std::string write_rows(int axis, std::size_t width) {
    const std::size_t indent = static_cast<std::size_t>(axis) + 1;
    const std::string separator =
        std::string(static_cast<std::size_t>(array_.shape.rank() - axis - 1), '\n') + std::string(indent, ' ');
    std::string text = "[";
    const std::int64_t extent = array_.shape[axis];
    for (std::int64_t i = 0; i < extent; ++i) {
      if (shortened(axis) && i == edge) {
        text += separator + "...";
        i = extent - edge;
      }
      if (i > 0) text += separator;
      text += write_axis(axis + 1, width - 1);
    }
    return text + "]";
  }

  std::string write_row(int axis, std::size_t width) {
    const std::string indent(static_cast<std::size_t>(axis) + 1, ' ');
    std::string text;
    std::string line = indent;
    // One column is left for the closing bracket. A line that holds nothing yet takes any word.
    const auto append = [&](const std::string& word) {
      if (line.size() > indent.size()) line += ' ';
      if (line.size() > indent.size() && line.size() + word.size() > width - 1) {
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        line = indent;
      }
      line += word;
    };
    const std::int64_t extent = array_.shape[axis];
    for (std::int64_t i = 0; i < extent; ++i) {
      if (shortened(axis) && i == edge) {
        append("...");
        i = extent - edge;
      }
      append(words_[next_++]);
    }
    text += line;
    return "[" + text.substr(indent.size()) + "]";
  }

  const Array& array_;
  bool summary_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

}  // namespace

std::string to_string(const Array& array) {
  if (array.numel == 0) return "[]";
  switch (array.dtype) {
    case Dtype::bool_: return Layout(array).write<unsigned char>();
    case Dtype::int64: return Layout(array).write<std::int64_t>();
    case Dtype::float32: return Layout(array).write<float>();
    case Dtype::float64: return Layout(array).write<double>();
  }
  return {};
}

}  // namespace xgrad
