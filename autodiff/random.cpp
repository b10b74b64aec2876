// Random tensors: arguments checked, memory filled.
// Not here: the numbers themselves (random_fill.cpp).
#include <xgrad/autodiff/random.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/digits.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/random_fill.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <cmath>

namespace xgrad {
namespace {

constinit thread_local Generator thread_generator;

[[noreturn]] void fail_value(const char* function, const std::string& what) {
  throw ValueError(with_context(function, what, "", detail::user_site({})));
}

std::string pair(double a, double b) { return detail::digits(a) + ", " + detail::digits(b); }

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

// The draws as ops, each taking a key from its generator: so a captured step draws anew in each replay.

struct DrawAttrs {
  Generator* generator;  ///< null for the default one of the thread that draws
  double a, b;           ///< the bounds, or mean and standard deviation
};

struct IntegerAttrs {
  Generator* generator;  ///< as above
  std::int64_t low, high;
};

Generator* unless_default(Generator& generator) { return &generator == &default_generator() ? nullptr : &generator; }

RandomKey next_key(Generator* generator) { return (generator != nullptr ? *generator : default_generator()).next(); }

constexpr const char* is_random = "its values are random";
void keep_shape(Inputs, Attrs, Outputs) {}

constexpr Op uniform_op{checked({
    .name = "uniform",
    .infer = keep_shape,
    .forward =
        [](Inputs, Attrs attrs, Outputs out) {
          const auto& draw = attrs.get<DrawAttrs>();
          const RandomKey key = next_key(draw.generator);
          visit_floating(out[0].dtype, [&]<class T>() {
            T* const values = out[0].as<T>();
            loops::parallel_elements(out[0].numel, 2 * sizeof(T), [&](std::int64_t begin, std::int64_t end) {
              detail::fill_uniform(key, begin, end - begin, static_cast<T>(draw.a), static_cast<T>(draw.b),
                                   values + begin);
            });
          });
        },
    .not_differentiable = is_random,
})};

constexpr Op normal_op{checked({
    .name = "normal",
    .infer = keep_shape,
    .forward =
        [](Inputs, Attrs attrs, Outputs out) {
          const auto& draw = attrs.get<DrawAttrs>();
          const RandomKey key = next_key(draw.generator);
          visit_floating(out[0].dtype, [&]<class T>() {
            T* const values = out[0].as<T>();
            loops::parallel_elements(out[0].numel, 4 * sizeof(T), [&](std::int64_t begin, std::int64_t end) {
              detail::fill_normal(key, begin, end - begin, draw.a, draw.b, values + begin);
            });
          });
        },
    .not_differentiable = is_random,
})};

constexpr Op randint_op{checked({
    .name = "randint",
    .infer = keep_shape,
    .forward =
        [](Inputs, Attrs attrs, Outputs out) {
          const auto& integers = attrs.get<IntegerAttrs>();
          const RandomKey key = next_key(integers.generator);
          std::int64_t* const values = out[0].as<std::int64_t>();
          loops::parallel_elements(out[0].numel, 16, [&](std::int64_t begin, std::int64_t end) {
            detail::fill_integers(key, begin, end - begin, integers.low, integers.high, values + begin);
          });
        },
    .not_differentiable = is_random,
})};

constexpr Op randperm_op{checked({
    .name = "randperm",
    .infer = keep_shape,
    .forward =
        [](Inputs, Attrs attrs, Outputs out) {
          detail::fill_permutation(next_key(attrs.get<IntegerAttrs>().generator), out[0].numel,
                                   out[0].as<std::int64_t>());
        },
    .not_differentiable = is_random,
})};

template <class A>
void draw(const Op& op, const Tensor& result, const A& attrs) {
  detail::run_op(op, nullptr, 0, &attrs, sizeof(A), result.state(), Site{});
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
  draw(uniform_op, result, DrawAttrs{unless_default(generator), low, high});
  return finish(std::move(result), options);
}

Tensor make_normal(const char* function, double mean, double stddev, const Shape& shape, const TensorOptions& options,
                   Generator& generator) {
  const Dtype dtype = floating_dtype(function, options);
  if (!std::isfinite(mean) || !std::isfinite(stddev) || stddev < 0)
    fail_value(function,
               "mean or stddev is out of range: got " + pair(mean, stddev) + ", want finite numbers and stddev >= 0");
  Tensor result = empty(shape, dtype);
  draw(normal_op, result, DrawAttrs{unless_default(generator), mean, stddev});
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
    fail_value("randint", "no integer lies between the bounds: got " + std::to_string(low) + ", " +
                              std::to_string(high) + ", want low < high");
  Tensor result = empty(shape, int64);
  draw(randint_op, result, IntegerAttrs{unless_default(generator), low, high});
  return result;
}

Tensor randperm(std::int64_t n, Generator& generator) {
  if (n < 0) fail_value("randperm", "the length is negative: got " + std::to_string(n) + ", want 0 or more");
  Tensor result = empty({n}, int64);
  draw(randperm_op, result, IntegerAttrs{unless_default(generator), 0, n});
  return result;
}

}  // namespace xgrad
