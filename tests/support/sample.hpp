// What the registry test needs to know of an op: calls that work, calls that fail, and the naive reference.
// Not here: the samples themselves (samples/), the checks made with them (check_op.hpp).
#pragma once

#include "support/ref.hpp"

#include <functional>
#include <string>
#include <typeinfo>
#include <vector>

namespace xgrad::test {

using Tensors = std::vector<Tensor>;

/// One call of an op. Its floating inputs are float64; the checks convert them for the float32 pass.
struct Sample {
  std::string name;
  Tensors inputs;
  std::function<Tensor(const Tensors&)> call;
  std::function<Ref(const Refs&)> reference;
  /// At a kink there is no derivative; then these are the gradients by convention, for a cotangent of ones, one list an
  /// input.
  std::vector<std::vector<double>> gradients_at_kink = {};
};

/// A call that must throw. In the text, HERE stands for the line of the call.
struct ErrorSample {
  std::string name;
  std::function<void()> call;
  const std::type_info* type;
  std::string text;
  const char* file;
};

template <class E>
ErrorSample fails(std::string name, std::function<void()> call, std::string text, const char* file = __builtin_FILE()) {
  return {std::move(name), std::move(call), &typeid(E), std::move(text), file};
}

/// All that is known of one op.
struct OpSamples {
  std::string op;
  double ulps64;  ///< bound of the forward error, float64; for sums in ulps of the sum of absolute terms
  double ulps32;
  std::vector<Sample> samples;
  std::vector<ErrorSample> errors;
  bool is_product = false;  ///< strided operands give the same only up to rounding
};

/// "add (2, 3) float64": op name, text and type of an error sample that does not do what it says, else empty.
std::string check_error(const ErrorSample& sample);

// Operands. The same arguments give the same values.

/// Uniform on [low, high), never within 0.05 of an integer: no differences across kinks.
Tensor values(const Shape& shape, double low = -2, double high = 2, int seed = 0);
/// All different, at least 0.1 apart.
Tensor distinct(const Shape& shape, int seed = 0);
Tensor integers(const Shape& shape, int low, int high, int seed = 0);
Tensor bools(const Shape& shape, int seed = 0);
/// Given numbers, float64.
Tensor numbers(const std::vector<double>& list);

}  // namespace xgrad::test
