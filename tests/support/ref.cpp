// Index arithmetic and distances, written independently of the library.
// Not here: the references.
#include "support/ref.hpp"

#include <cmath>
#include <limits>

namespace xgrad::test {

std::int64_t count(const Extents& shape) {
  std::int64_t n = 1;
  for (const std::int64_t extent : shape) n *= extent;
  return n;
}

Extents extents(const Shape& shape) { return {shape.begin(), shape.end()}; }

Shape to_shape(const Extents& shape) { return Shape(shape.data(), static_cast<int>(shape.size())); }

Extents index_of(std::int64_t number, const Extents& shape) {
  Extents index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    index[axis] = number % shape[axis];
    number /= shape[axis];
  }
  return index;
}

std::int64_t number_of(const Extents& index, const Extents& shape) {
  std::int64_t number = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) number = number * shape[axis] + index[axis];
  return number;
}

Ref to_ref(const Tensor& tensor) {
  Ref ref{extents(tensor.shape()), tensor.dtype(), {}};
  const Array& array = tensor.array();
  for (std::int64_t n = 0; n < count(ref.shape); ++n) {
    const Extents index = index_of(n, ref.shape);
    std::int64_t offset = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis) offset += index[axis] * array.strides[axis];
    switch (tensor.dtype()) {
      case Dtype::bool_: ref.values.push_back(array.as<bool>()[offset]); break;
      case Dtype::int64: ref.values.push_back(static_cast<long double>(array.as<std::int64_t>()[offset])); break;
      case Dtype::float32: ref.values.push_back(array.as<float>()[offset]); break;
      default: ref.values.push_back(array.as<double>()[offset]); break;
    }
  }
  return ref;
}

Ref scalar(double value) {
  Ref ref{{}, float32, {value}};
  ref.weak = true;
  return ref;
}

Ref scalar(int value) {
  Ref ref{{}, int64, {static_cast<long double>(value)}};
  ref.weak = true;
  return ref;
}

double ulps(long double got, long double want, long double scale, Dtype dtype) {
  if (std::isnan(got) && std::isnan(want)) return 0;
  if (got == want) return 0;
  // The result may round to infinity where the exact value is just below it.
  const long double largest = dtype == float32 ? static_cast<long double>(std::numeric_limits<float>::max())
                                               : static_cast<long double>(std::numeric_limits<double>::max());
  if (std::isinf(got) && std::fabs(want) > largest && std::signbit(got) == std::signbit(want)) return 0;
  if (!std::isfinite(got) || !std::isfinite(want)) return std::numeric_limits<double>::infinity();
  const int digits = dtype == float32 ? std::numeric_limits<float>::digits : std::numeric_limits<double>::digits;
  const int least =
      dtype == float32 ? std::numeric_limits<float>::min_exponent : std::numeric_limits<double>::min_exponent;
  const long double magnitude = std::fmax(std::fabs(want), scale);
  int exponent = least;
  if (magnitude > 0) exponent = std::max(std::ilogb(magnitude) + 1, least);
  return static_cast<double>(std::fabs(got - want) / std::ldexp(1.0L, exponent - digits));
}

std::string difference(const Tensor& got, const Ref& want, double bound, double& worst) {
  if (got.dtype() != want.dtype) return std::string("dtype ") + name(got.dtype()) + ", want " + name(want.dtype);
  if (extents(got.shape()) != want.shape)
    return "shape " + xgrad::to_string(got.shape()) + ", want " + to_string(want.shape);
  const Ref values = to_ref(got);
  std::string text;
  double text_distance = 0;
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    const long double scale = want.scale.empty() ? 0 : want.scale[i];
    const double distance = is_floating(want.dtype)
                                ? ulps(values.values[i], want.values[i], scale, want.dtype)
                                : (values.values[i] == want.values[i] ? 0 : std::numeric_limits<double>::infinity());
    worst = std::max(worst, distance);
    if (distance <= bound || distance <= text_distance) continue;
    text_distance = distance;
    text = "element " + std::to_string(i) + " is " + std::to_string(static_cast<double>(values.values[i])) + ", want " +
           std::to_string(static_cast<double>(want.values[i])) + ": off by " + std::to_string(distance) +
           " ulps, allowed " + std::to_string(bound);
  }
  return text;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const Ref x = to_ref(a), y = to_ref(b);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    if (std::isnan(x.values[i]) && std::isnan(y.values[i])) continue;
    if (x.values[i] != y.values[i] || std::signbit(x.values[i]) != std::signbit(y.values[i])) return false;
  }
  return true;
}

bool nearly_same(const Tensor& a, const Tensor& b, double tolerance) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const Ref x = to_ref(a), y = to_ref(b);
  long double largest = 1;
  for (const long double value : y.values) largest = std::fmax(largest, std::fabs(value));
  for (std::size_t i = 0; i < x.values.size(); ++i)
    if (!(std::fabs(x.values[i] - y.values[i]) <= tolerance * largest)) return false;
  return true;
}

std::string to_string(const Extents& shape) { return xgrad::to_string(to_shape(shape)); }

}  // namespace xgrad::test
