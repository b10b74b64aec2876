// Random tensors, and the generators that number the calls for them.
// Not here: where the bits come from (philox.hpp, random_fill.hpp), initialisers of parameters (nn/).
#pragma once

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/philox.hpp>

#include <concepts>
#include <cstdint>

namespace xgrad {

/// A source of random numbers: a seed and a count of calls. Every function below takes one call; what it returns
/// depends on the seed, the number of the call and its own arguments only, not on the machine or the number of threads,
/// and element i of it not on how many elements were asked for (randperm excepted).
class Generator {
 public:
  /// `calls` resumes a generator that has served that many.
  explicit constexpr Generator(std::uint64_t seed = 0, std::uint64_t calls = 0) : key_{seed, calls} {}

  std::uint64_t seed() const { return key_.seed; }
  std::uint64_t calls() const { return key_.call; }
  /// The key of the next call, which is used up by this.
  RandomKey next() {
    const RandomKey key = key_;
    ++key_.call;
    return key;
  }

 private:
  RandomKey key_;
};

/// The calling thread's own generator, which serves where none is given. Its seed is 0 until manual_seed.
Generator& default_generator();
/// Restarts the calling thread's generator with a seed.
void manual_seed(std::uint64_t seed);

// The dtype is the default one unless the options say otherwise. Errors of all: DtypeError unless it is floating;
// ValueError for bounds or parameters that are not finite.

/// Uniform on [0, 1), in steps of 2^-24 (float32) or 2^-53 (float64).
Tensor rand(const Shape& shape, TensorOptions options = {}, Generator& generator = default_generator());
template <std::same_as<Dtype> D>  // a template, so that `{}` means no options and never bool
Tensor rand(const Shape& shape, D dtype, Generator& generator = default_generator()) {
  return rand(shape, TensorOptions{.dtype = dtype}, generator);
}
/// Normal with mean 0 and variance 1. Source: Box & Muller, A note on the generation of random normal deviates (1958).
Tensor randn(const Shape& shape, TensorOptions options = {}, Generator& generator = default_generator());
template <std::same_as<Dtype> D>
Tensor randn(const Shape& shape, D dtype, Generator& generator = default_generator()) {
  return randn(shape, TensorOptions{.dtype = dtype}, generator);
}
/// Uniform on [low, high). Errors: ValueError unless low < high in the dtype, or if high - low overflows.
Tensor uniform(double low, double high, const Shape& shape, TensorOptions options = {},
               Generator& generator = default_generator());
/// Normal with this mean and standard deviation. Errors: ValueError for stddev < 0.
Tensor normal(double mean, double stddev, const Shape& shape, TensorOptions options = {},
              Generator& generator = default_generator());

/// int64 on [low, high), all equally likely. Errors: ValueError unless low < high.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator = default_generator());
/// 0, ..., n - 1 in random order, int64. Source: Fisher & Yates, in Durstenfeld's form (1964). Errors: ValueError for
/// n < 0.
Tensor randperm(std::int64_t n, Generator& generator = default_generator());

}  // namespace xgrad
