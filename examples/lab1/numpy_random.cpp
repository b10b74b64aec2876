// The generator of numpy_random.hpp.
// Not here: the order in which the lab draws from it (main.cpp).
#include "numpy_random.hpp"

#include <cmath>

namespace lab1 {

double NumpyRandom::uniform() {
  const auto high = static_cast<double>(engine_() >> 5);
  const auto low = static_cast<double>(engine_() >> 6);
  return (high * 67108864.0 + low) / 9007199254740992.0;  // (high 2^26 + low) / 2^53
}

double NumpyRandom::normal() {
  if (has_kept_) {
    has_kept_ = false;
    return kept_;
  }
  double x1, x2, r;
  do {
    x1 = 2.0 * uniform() - 1.0;
    x2 = 2.0 * uniform() - 1.0;
    r = x1 * x1 + x2 * x2;
  } while (r >= 1.0 || r == 0.0);
  const double f = std::sqrt(-2.0 * std::log(r) / r);
  kept_ = f * x1;
  has_kept_ = true;
  return f * x2;
}

std::vector<double> NumpyRandom::uniforms(std::size_t count) {
  std::vector<double> values(count);
  for (double& value : values) value = uniform();
  return values;
}

std::vector<double> NumpyRandom::normals(std::size_t count) {
  std::vector<double> values(count);
  for (double& value : values) value = normal();
  return values;
}

}  // namespace lab1
