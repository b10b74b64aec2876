// Arrays for the naive references: row-major long doubles with a shape and the dtype that the result must have.
// Not here: the references (reference/); anything that calls the library's loops or kernels.
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace xgrad::test {

using Extents = std::vector<std::int64_t>;

struct Ref {
  Extents shape;
  Dtype dtype = float64;
  std::vector<long double> values;
  /// For sums: the sum of the absolute values of the terms, which is what rounding is measured against. Else empty.
  std::vector<long double> scale = {};
  bool weak = false;  ///< a C++ scalar

  std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
};
using Refs = std::vector<Ref>;

std::int64_t count(const Extents& shape);
Extents extents(const Shape& shape);
Shape to_shape(const Extents& shape);
/// The index of an element by its row-major number, and back.
Extents index_of(std::int64_t number, const Extents& shape);
std::int64_t number_of(const Extents& index, const Extents& shape);

/// The values of a tensor of any strides, by index arithmetic of its own.
Ref to_ref(const Tensor& tensor);
Ref scalar(double value);
Ref scalar(int value);

/// How far apart two numbers are, in units of the last place of `dtype` at max(|want|, scale). Equal infinities and two
/// NaNs are 0 apart; any other pair with one of them is infinitely far apart.
double ulps(long double got, long double want, long double scale, Dtype dtype);

/// What is wrong with the result (empty: nothing), and the largest distance in ulps.
std::string difference(const Tensor& got, const Ref& want, double bound, double& worst);

/// True if shapes, dtypes and bits are equal, where all NaNs are one.
bool same_bits(const Tensor& a, const Tensor& b);
/// The same, up to rounding: relative to the largest absolute value.
bool nearly_same(const Tensor& a, const Tensor& b, double tolerance);

std::string to_string(const Extents& shape);

}  // namespace xgrad::test
