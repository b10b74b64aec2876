// Counting windows.
// Not here: the ops that have them (convolution.cpp, pooling.cpp).
#include <xgrad/autodiff/ops/windows.hpp>

#include <xgrad/autodiff/error.hpp>

#include <limits>
#include <string>

namespace xgrad::ops {
namespace {

// Positions are sums and products of these; with this bound they fit in 64 bits.
constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();

void check_range(const char* what, std::int64_t value, std::int64_t least) {
  if (value < least || value > largest)
    throw ValueError(std::string("the ") + what + " is out of range: got " + std::to_string(value) + ", want " +
                     std::to_string(least) + " to " + std::to_string(largest));
}

}  // namespace

loops::Windows windows(const Shape& shape, int axis, const WindowOptions& options) {
  const auto& [kernel, stride, padding, dilation, ceil_mode] = options;
  check_range("kernel's extent", kernel, 1);
  check_range("stride", stride, 1);
  check_range("padding", padding, 0);
  check_range("dilation", dilation, 1);
  const std::int64_t extent = shape[axis];
  const std::int64_t span = (kernel - 1) * dilation + 1, padded = extent + 2 * padding;
  const std::int64_t room = padded - span + (ceil_mode ? stride - 1 : 0);
  if (room < 0)
    throw ShapeError("the kernel is larger than the padded input: got " + std::to_string(span) + " and " +
                     std::to_string(padded) + " along axis " + std::to_string(axis));
  std::int64_t count = room / stride + 1;
  if (ceil_mode && (count - 1) * stride >= extent + padding) --count;
  return {extent, kernel, stride, padding, dilation, count};
}

}  // namespace xgrad::ops
