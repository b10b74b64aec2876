// Deterministic operands, and the check of error samples.
// Not here: the other checks (check_op.cpp).
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>

#include <cctype>
#include <cmath>

namespace xgrad::test {
namespace {

// Knuth's MMIX generator; the upper bits are good enough for test data.
class Numbers {
 public:
  explicit Numbers(int seed) : state_(static_cast<std::uint64_t>(seed) * 0x9E3779B97F4A7C15ULL + 1) { next(); }
  double next() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

// Replaces "FILE:123" by "HERE".
std::string without_site(std::string text, const std::string& file) {
  const std::string start = file + ":";
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at)) {
    std::size_t end = at + start.size();
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    text.replace(at, end - at, "HERE");
  }
  return text;
}

}  // namespace

std::string check_error(const ErrorSample& sample) {
  try {
    sample.call();
  } catch (const Error& error) {
    const std::string text = without_site(error.message(), sample.file);
    if (typeid(error) != *sample.type)
      return sample.name + ": threw another type than wanted, with the text \"" + text + "\"";
    if (text != sample.text) return sample.name + ": got \"" + text + "\", want \"" + sample.text + "\"";
    return "";
  }
  return sample.name + ": threw nothing";
}

Tensor values(const Shape& shape, double low, double high, int seed) {
  Tensor result = empty(shape, float64);
  Numbers numbers(seed + 17 * shape.rank() + static_cast<int>(shape.numel()));
  double* data = result.mutable_data<double>();
  for (std::int64_t i = 0; i < result.size();) {
    data[i] = low + (high - low) * numbers.next();
    if (std::fabs(data[i] - std::round(data[i])) > 0.05) ++i;
  }
  return result;
}

Tensor distinct(const Shape& shape, int seed) {
  Tensor result = empty(shape, float64);
  // 37 has no factor in common with 101, so the first 101 numbers differ.
  for (std::int64_t i = 0; i < result.size(); ++i)
    result.mutable_data<double>()[i] = 0.125 * static_cast<double>((i * 37 + seed * 11 + 5) % 101) - 6.0625;
  return result;
}

Tensor integers(const Shape& shape, int low, int high, int seed) {
  Tensor result = empty(shape, int64);
  Numbers numbers(seed + 5);
  for (std::int64_t i = 0; i < result.size(); ++i)
    result.mutable_data<std::int64_t>()[i] = low + static_cast<int>(numbers.next() * (high - low));
  return result;
}

Tensor bools(const Shape& shape, int seed) {
  Tensor result = empty(shape, bool_);
  Numbers numbers(seed + 9);
  for (std::int64_t i = 0; i < result.size(); ++i) result.mutable_data<bool>()[i] = numbers.next() < 0.5;
  return result;
}

Tensor numbers(const std::vector<double>& list) { return tensor(list); }

}  // namespace xgrad::test
