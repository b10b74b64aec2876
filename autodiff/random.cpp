// Random tensors: arguments checked, memory filled.
// Not here: the numbers themselves (random_fill.cpp).
#include <xgrad/autodiff/random.hpp>

#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/random_fill.hpp>

#include <fmt/format.h>

#include <cmath>

namespace xgrad {
namespace {

constinit thread_local Generator thread_generator;

[[noreturn]] void fail_value(const char* function, const std::string& what) {
  throw ValueError(with_context(function, what, "", detail::user_site({})));
}

std::string pair(double a, double b) { return fmt::format("{}, {}", a, b); }

Dtype floating_dtype(const char* function, const TensorOptions& options) {
  const Dtype dtype = options.dtype.value_or(default_dtype());
  if (!is_floating(dtype))
    throw DtypeError(with_context(
        function, std::string("the dtype is not floating: got ") + name(dtype) + ", want float32 or float64", "",
        detail::user_site({})));
  return dtype;
}

template <class T>
void check_bounds(double low, double high) {
  const T width = static_cast<T>(high) - static_cast<T>(low);
  if (!std::isfinite(width))
    fail_value("uniform", "the bounds or their difference are not finite in " + std::string(name(dtype_of<T>)) +
                              ": got " + pair(low, high));
  if (!(width > T(0)))
    fail_value("uniform", "no " + std::string(name(dtype_of<T>)) + " lies between the bounds: got " + pair(low, high) +
                              ", want low < high");
}

template <class T>
void fill_uniform(const Array& out, RandomKey key, double low, double high) {
  detail::fill_uniform(key, 0, out.numel, static_cast<T>(low), static_cast<T>(high), out.as<T>());
}

template <class T>
void fill_normal(const Array& out, RandomKey key, double mean, double stddev) {
  detail::fill_normal(key, 0, out.numel, mean, stddev, out.as<T>());
}

Tensor finish(Tensor result, const TensorOptions& options) {
  if (options.requires_grad) result.set_requires_grad();
  return result;
}

Tensor make_uniform(const char* function, double low, double high, const Shape& shape, const TensorOptions& options,
                    Generator& generator) {
  const Dtype dtype = floating_dtype(function, options);
  const bool wide = dtype == float64;
  (wide ? check_bounds<double> : check_bounds<float>)(low, high);
  Tensor result = empty(shape, dtype);
  (wide ? fill_uniform<double> : fill_uniform<float>)(result.array(), generator.next(), low, high);
  return finish(std::move(result), options);
}

Tensor make_normal(const char* function, double mean, double stddev, const Shape& shape, const TensorOptions& options,
                   Generator& generator) {
  const Dtype dtype = floating_dtype(function, options);
  if (!std::isfinite(mean) || !std::isfinite(stddev) || stddev < 0)
    fail_value(function,
               "mean or stddev is out of range: got " + pair(mean, stddev) + ", want finite numbers and stddev >= 0");
  Tensor result = empty(shape, dtype);
  (dtype == float64 ? fill_normal<double> : fill_normal<float>)(result.array(), generator.next(), mean, stddev);
  return finish(std::move(result), options);
}

}  // namespace

Generator& default_generator() { return thread_generator; }
void manual_seed(std::uint64_t seed) { thread_generator = Generator(seed); }

Tensor rand(const Shape& shape, TensorOptions options, Generator& generator) {
  return make_uniform("rand", 0, 1, shape, options, generator);
}

Tensor randn(const Shape& shape, TensorOptions options, Generator& generator) {
  return make_normal("randn", 0, 1, shape, options, generator);
}

Tensor uniform(double low, double high, const Shape& shape, TensorOptions options, Generator& generator) {
  return make_uniform("uniform", low, high, shape, options, generator);
}

Tensor normal(double mean, double stddev, const Shape& shape, TensorOptions options, Generator& generator) {
  return make_normal("normal", mean, stddev, shape, options, generator);
}

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, Generator& generator) {
  if (low >= high)
    fail_value("randint", fmt::format("no integer lies between the bounds: got {}, {}, want low < high", low, high));
  Tensor result = empty(shape, int64);
  detail::fill_integers(generator.next(), 0, result.size(), low, high, result.array().as<std::int64_t>());
  return result;
}

Tensor randperm(std::int64_t n, Generator& generator) {
  if (n < 0) fail_value("randperm", "the length is negative: got " + std::to_string(n) + ", want 0 or more");
  Tensor result = empty({n}, int64);
  detail::fill_permutation(generator.next(), n, result.array().as<std::int64_t>());
  return result;
}

}  // namespace xgrad
