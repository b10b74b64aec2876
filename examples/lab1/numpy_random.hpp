// NumPy's legacy generator (numpy.random.seed, .uniform, .normal), bit for bit, since the lab's numbers come from it.
// Not here: the library's own random numbers; new programs should use those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace lab1 {

/// One stream of random numbers: a Mersenne Twister, doubles of 53 bits, normals by the polar method.
class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed) : engine_(seed) {}

  /// Uniform on [0, 1).
  double uniform();
  /// Normal with mean 0 and standard deviation 1.
  double normal();

  std::vector<double> uniforms(std::size_t count);
  std::vector<double> normals(std::size_t count);

 private:
  std::mt19937 engine_;
  double kept_ = 0;  // the polar method makes two normals at a time
  bool has_kept_ = false;
};

}  // namespace lab1
