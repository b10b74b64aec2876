// How tensors are made.
// Not here: memory management (state.cpp).
#include <xgrad/autodiff/creation.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/to_int64.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace xgrad {
namespace {

Tensor finish(Tensor tensor, const TensorOptions& options) {
  if (options.requires_grad) tensor.set_requires_grad();
  return tensor;
}

Tensor new_tensor(const Shape& shape, Dtype dtype) {
  Tensor result = Tensor::adopt(detail::new_state());
  result.state()->shape = shape;
  result.state()->dtype = dtype;
  detail::allocate_data(result.state());
  return result;
}

Shape literal_shape(const Literal& values) {
  Shape shape;
  for (const Literal* level = &values; level->is_list(); level = level->begin()) {
    shape.push_back(static_cast<std::int64_t>(level->size()));
    if (level->size() == 0) break;
  }
  return shape;
}

Dtype literal_kind(const Literal& values) {
  Dtype kind = values.kind();
  for (const Literal& item : values) kind = promote(kind, literal_kind(item));
  return kind;
}

bool is_empty_list(const Literal& values) {
  return values.is_list() && (values.size() == 0 || is_empty_list(*values.begin()));
}

template <class T>
T floating_as(const char* function, double value) {
  if constexpr (std::is_same_v<T, std::int64_t>)
    return detail::to_int64(function, value, Site{});
  else
    return static_cast<T>(value);
}

template <class T>
T number_as(const Literal& number) {
  const bool beyond_int64 = number.integer() < 0 && number.floating() > 0;  // an unsigned number
  if (is_floating(number.kind()) || beyond_int64) return floating_as<T>("tensor", number.floating());
  return static_cast<T>(number.integer());
}

// The size of a range as an extent: Shape refuses the largest.
std::int64_t extent_of(std::uint64_t count) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::int64_t>::max()));
}

template <class T>
void flatten(const Literal& values, const Shape& shape, int axis, T*& out) {
  const bool wants_list = axis < shape.rank();
  if (values.is_list() != wants_list || (wants_list && static_cast<std::int64_t>(values.size()) != shape[axis]))
    throw ShapeError("tensor: the list is ragged: got " +
                     (values.is_list() ? "a list of " + std::to_string(values.size()) : std::string("a number")) +
                     " at depth " + std::to_string(axis) + ", want shape " + to_string(shape));
  if (!wants_list) {
    *out++ = number_as<T>(values);
    return;
  }
  for (const Literal& item : values) flatten(item, shape, axis + 1, out);
}

}  // namespace

Literal::Literal(std::initializer_list<Literal> items) : size_(items.size()), is_list_(true) { items_ = items.begin(); }

Tensor tensor(const Literal& values, TensorOptions options) {
  Dtype dtype = literal_kind(values);
  if (is_floating(dtype) || is_empty_list(values)) dtype = default_dtype();
  Tensor result = new_tensor(literal_shape(values), options.dtype.value_or(dtype));
  visit_dtype(result.dtype(), [&]<class T>() {
    T* out = result.state()->as<T>();
    flatten(values, result.shape(), 0, out);
  });
  return finish(std::move(result), options);
}

template <class T>
Tensor tensor(const std::vector<T>& values, TensorOptions options) {
  Tensor result = new_tensor({static_cast<std::int64_t>(values.size())}, options.dtype.value_or(dtype_of<T>));
  visit_dtype(result.dtype(), [&]<class To>() {
    To* out = result.state()->template as<To>();
    for (const T value : values)
      if constexpr (std::is_floating_point_v<T>)
        *out++ = floating_as<To>("tensor", value);
      else
        *out++ = static_cast<To>(value);
  });
  return finish(std::move(result), options);
}
template Tensor tensor(const std::vector<bool>&, TensorOptions);
template Tensor tensor(const std::vector<std::int64_t>&, TensorOptions);
template Tensor tensor(const std::vector<float>&, TensorOptions);
template Tensor tensor(const std::vector<double>&, TensorOptions);

Tensor empty(const Shape& shape, TensorOptions options) {
  return finish(new_tensor(shape, options.dtype.value_or(default_dtype())), options);
}

Tensor zeros(const Shape& shape, TensorOptions options) {
  Tensor result = new_tensor(shape, options.dtype.value_or(default_dtype()));
  loops::clear(*result.state());
  return finish(std::move(result), options);
}

Tensor ones(const Shape& shape, TensorOptions options) {
  if (!options.dtype) options.dtype = default_dtype();
  return full(shape, 1, options);
}

Tensor full(const Shape& shape, Arg value, TensorOptions options) {
  ops::check_defined("full", value);
  Tensor result = new_tensor(shape, options.dtype.value_or(value.dtype()));
  if (!value.is_scalar()) {
    fill_(result, value);
    return finish(std::move(result), options);
  }
  const Tensor one = value.tensor(result.dtype());
  loops::fill(*one.state(), *result.state());
  return finish(std::move(result), options);
}

Tensor empty_like(const Tensor& other) {
  ops::check_defined("empty_like", Arg(other, Site{}));
  return empty(other.shape(), other.dtype());
}
Tensor zeros_like(const Tensor& other) {
  ops::check_defined("zeros_like", Arg(other, Site{}));
  return zeros(other.shape(), other.dtype());
}
Tensor ones_like(const Tensor& other) {
  ops::check_defined("ones_like", Arg(other, Site{}));
  return ones(other.shape(), other.dtype());
}
Tensor full_like(const Tensor& other, Arg value) {
  ops::check_defined("full_like", Arg(other, value.site()), value);
  return full(other.shape(), value, {.dtype = other.dtype()});
}

Tensor arange(std::int64_t stop, TensorOptions options) { return arange(0, stop, 1, options); }

Tensor arange(std::int64_t start, std::int64_t stop, std::int64_t step, TensorOptions options) {
  if (step == 0) throw ValueError("arange: the step is 0");
  // Unsigned, since the distance between two int64 may be no int64.
  const auto first = static_cast<std::uint64_t>(start), stride = static_cast<std::uint64_t>(step);
  const bool up = step > 0, is_empty = up ? stop <= start : stop >= start;
  const std::uint64_t span = up ? static_cast<std::uint64_t>(stop) - first : first - static_cast<std::uint64_t>(stop);
  const std::int64_t count = extent_of(is_empty ? 0 : (span - 1) / (up ? stride : 0 - stride) + 1);
  Tensor result = new_tensor({count}, options.dtype.value_or(Dtype::int64));
  visit_dtype(result.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < count; ++i)
      result.state()->as<T>()[i] =
          static_cast<T>(static_cast<std::int64_t>(first + static_cast<std::uint64_t>(i) * stride));
  });
  return finish(std::move(result), options);
}

Tensor detail::arange_floating(double start, double stop, double step, const TensorOptions& options) {
  if (step == 0) throw ValueError("arange: the step is 0");
  if (!std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step))
    throw ValueError("arange: a bound or the step is not finite: got " + std::to_string(start) + ", " +
                     std::to_string(stop) + ", " + std::to_string(step));
  const double steps = std::max(0.0, std::ceil((stop - start) / step));
  const std::int64_t count =
      fits_int64(steps) ? static_cast<std::int64_t>(steps) : extent_of(std::numeric_limits<std::uint64_t>::max());
  Tensor result = new_tensor({count}, options.dtype.value_or(default_dtype()));
  visit_dtype(result.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < count; ++i)
      result.state()->as<T>()[i] = floating_as<T>("arange", start + static_cast<double>(i) * step);
  });
  return finish(std::move(result), options);
}

template <class T>
Tensor from_memory(const T* data, const Shape& shape) {
  Tensor result = new_tensor(shape, dtype_of<T>);
  std::copy_n(data, shape.numel(), result.state()->template as<T>());
  return result;
}

template <class T>
Tensor borrow_memory(T* data, const Shape& shape) {
  return adopt_memory<T>(data, shape, nullptr, nullptr);
}

template <class T>
Tensor adopt_memory(T* data, const Shape& shape, void* owner, void (*release)(void*) noexcept) {
  Tensor result = Tensor::adopt(detail::new_state());
  detail::State* state = result.state();
  state->shape = shape;
  state->dtype = dtype_of<T>;
  state->numel = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    state->strides[i] = state->numel;
    state->numel *= shape[i];
  }
  detail::adopt_data(state, data, owner, release);
  return result;
}

template Tensor from_memory(const bool*, const Shape&);
template Tensor from_memory(const std::int64_t*, const Shape&);
template Tensor from_memory(const float*, const Shape&);
template Tensor from_memory(const double*, const Shape&);
template Tensor borrow_memory(bool*, const Shape&);
template Tensor borrow_memory(std::int64_t*, const Shape&);
template Tensor borrow_memory(float*, const Shape&);
template Tensor borrow_memory(double*, const Shape&);
template Tensor adopt_memory(bool*, const Shape&, void*, void (*)(void*) noexcept);
template Tensor adopt_memory(std::int64_t*, const Shape&, void*, void (*)(void*) noexcept);
template Tensor adopt_memory(float*, const Shape&, void*, void (*)(void*) noexcept);
template Tensor adopt_memory(double*, const Shape&, void*, void (*)(void*) noexcept);

}  // namespace xgrad
