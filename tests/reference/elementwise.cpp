// The references of elementwise.hpp.
// Not here: reductions and products.
#include "reference/elementwise.hpp"

#include <algorithm>
#include <cmath>

namespace xgrad::test::reference {
namespace {

Extents broadcast(const Extents& a, const Extents& b) {
  Extents shape(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t m = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t n = i < b.size() ? b[b.size() - 1 - i] : 1;
    shape[shape.size() - 1 - i] = m == 1 ? n : m;
  }
  return shape;
}

// The element of x that stands at `index` of a larger shape.
long double at(const Ref& x, const Extents& index) {
  Extents own(x.shape.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::size_t axis = own.size() - 1 - i;
    own[axis] = x.shape[axis] == 1 ? 0 : index[index.size() - 1 - i];
  }
  return x.values[static_cast<std::size_t>(number_of(own, x.shape))];
}

// What the library computes with: the operand in the dtype of the operation.
long double in_dtype(long double value, Dtype dtype) { return dtype == float32 ? static_cast<float>(value) : value; }

long double truth(bool value) { return value ? 1 : 0; }

}  // namespace

Dtype common_dtype(const Refs& operands) {
  bool any_tensor = false;
  int largest = 0;
  for (const Ref& operand : operands)
    if (!operand.weak) {
      any_tensor = true;
      largest = std::max(largest, static_cast<int>(operand.dtype));
    }
  const bool floating = largest >= 2;
  for (const Ref& operand : operands)
    if (operand.weak && (!any_tensor || !floating)) largest = std::max(largest, static_cast<int>(operand.dtype));
  return static_cast<Dtype>(largest);
}

Dtype floating_dtype(const Refs& operands) { return std::max(common_dtype(operands), float32); }

Ref map(const Ref& x, Function1 f, Dtype dtype) {
  Ref result{x.shape, dtype, {}};
  for (const long double value : x.values) result.values.push_back(f(in_dtype(value, dtype)));
  return result;
}

Ref map(const Ref& a, const Ref& b, Function2 f, Dtype dtype) {
  Ref result{broadcast(a.shape, b.shape), dtype, {}};
  const Dtype operands = dtype == bool_ ? common_dtype({a, b}) : dtype;
  for (std::int64_t n = 0; n < count(result.shape); ++n) {
    const Extents index = index_of(n, result.shape);
    result.values.push_back(f(in_dtype(at(a, index), operands), in_dtype(at(b, index), operands)));
  }
  return result;
}

Ref negative(const Ref& x) {
  return map(
      x, [](long double v) { return -v; }, x.dtype);
}
Ref exp(const Ref& x) {
  return map(
      x, [](long double v) { return std::exp(v); }, floating_dtype({x}));
}
Ref log(const Ref& x) {
  return map(
      x, [](long double v) { return std::log(v); }, floating_dtype({x}));
}
Ref sqrt(const Ref& x) {
  return map(
      x, [](long double v) { return std::sqrt(v); }, floating_dtype({x}));
}
Ref square(const Ref& x) {
  return map(
      x, [](long double v) { return v * v; }, x.dtype);
}
Ref abs(const Ref& x) {
  return map(
      x, [](long double v) { return std::fabs(v); }, x.dtype);
}
Ref sign(const Ref& x) {
  return map(
      x, [](long double v) { return std::isnan(v) ? v : static_cast<long double>((v > 0) - (v < 0)); }, x.dtype);
}
Ref sin(const Ref& x) {
  return map(
      x, [](long double v) { return std::sin(v); }, floating_dtype({x}));
}
Ref cos(const Ref& x) {
  return map(
      x, [](long double v) { return std::cos(v); }, floating_dtype({x}));
}
Ref tanh(const Ref& x) {
  return map(
      x, [](long double v) { return std::tanh(v); }, floating_dtype({x}));
}
Ref sigmoid(const Ref& x) {
  return map(
      x, [](long double v) { return 1 / (1 + std::exp(-v)); }, floating_dtype({x}));
}
Ref relu(const Ref& x) {
  return map(
      x, [](long double v) { return v < 0 ? 0 : v; }, x.dtype);
}

Ref add(const Ref& a, const Ref& b) {
  const Dtype dtype = common_dtype({a, b});
  if (dtype == bool_)
    return map(
        a, b, [](long double x, long double y) { return truth(x != 0 || y != 0); }, dtype);
  return map(
      a, b, [](long double x, long double y) { return x + y; }, dtype);
}
Ref subtract(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return x - y; }, common_dtype({a, b}));
}
Ref multiply(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return x * y; }, common_dtype({a, b}));
}
Ref divide(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return x / y; }, floating_dtype({a, b}));
}
Ref power(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return std::pow(x, y); }, common_dtype({a, b}));
}
Ref power_base_backward(const Ref& g, const Ref& a, const Ref& b) {
  const Ref slope = map(
      a, b, [](long double x, long double y) { return x == 0 && y == 0 ? 0 : y * std::pow(x, y - 1); }, float64);
  return astype(multiply(g, slope), floating_dtype({g, a, b}));
}
Ref power_exponent_backward(const Ref& g, const Ref& a, const Ref& y) {
  const Ref slope = map(
      a, y, [](long double x, long double v) { return x == 0 && std::isfinite(v) ? 0 : v * std::log(x); }, float64);
  return astype(multiply(g, slope), floating_dtype({g, a, y}));
}
Ref maximum(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return std::isnan(x) || x > y ? x : y; }, common_dtype({a, b}));
}
Ref minimum(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return std::isnan(x) || x < y ? x : y; }, common_dtype({a, b}));
}
Ref sigmoid_backward(const Ref& g, const Ref& y) {
  return map(
      g, y, [](long double c, long double v) { return c * v * (1 - v); }, floating_dtype({g, y}));
}
Ref tanh_backward(const Ref& g, const Ref& y) {
  return map(
      g, y, [](long double c, long double v) { return c * (1 - v * v); }, floating_dtype({g, y}));
}
Ref sin_backward(const Ref& g, const Ref& x) {
  return map(
      g, x, [](long double c, long double v) { return c * std::cos(v); }, floating_dtype({g, x}));
}
Ref cos_backward(const Ref& g, const Ref& x) {
  return map(
      g, x, [](long double c, long double v) { return -c * std::sin(v); }, floating_dtype({g, x}));
}
Ref relu_backward(const Ref& g, const Ref& y) {
  return map(
      g, y, [](long double c, long double v) { return v <= 0 ? 0 : c; }, floating_dtype({g, y}));
}

Ref equal(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return truth(x == y); }, bool_);
}
Ref not_equal(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return truth(x != y); }, bool_);
}
Ref less(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return truth(x < y); }, bool_);
}
Ref less_equal(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return truth(x <= y); }, bool_);
}
Ref greater(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return truth(x > y); }, bool_);
}
Ref greater_equal(const Ref& a, const Ref& b) {
  return map(
      a, b, [](long double x, long double y) { return truth(x >= y); }, bool_);
}

Ref where(const Ref& condition, const Ref& a, const Ref& b) {
  Ref result{broadcast(condition.shape, broadcast(a.shape, b.shape)), common_dtype({a, b}), {}};
  for (std::int64_t n = 0; n < count(result.shape); ++n) {
    const Extents index = index_of(n, result.shape);
    result.values.push_back(in_dtype(at(condition, index) != 0 ? at(a, index) : at(b, index), result.dtype));
  }
  return result;
}

Ref astype(const Ref& x, Dtype dtype) {
  Ref result{x.shape, dtype, {}};
  for (const long double value : x.values) switch (dtype) {
      case Dtype::bool_: result.values.push_back(truth(value != 0)); break;
      case Dtype::int64:
        result.values.push_back(value >= -0x1p63L && value < 0x1p63L ? std::trunc(value) : -0x1p63L);
        break;
      case Dtype::float32: result.values.push_back(static_cast<float>(value)); break;
      default: result.values.push_back(static_cast<double>(value)); break;
    }
  return result;
}

}  // namespace xgrad::test::reference
