// Making tensors: from literals, shapes, ranges and memory.
// Not here: random numbers (random.hpp), xtensor arrays and expressions (xtensor.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <type_traits>
#include <vector>

namespace xgrad {

struct TensorOptions {
  std::optional<Dtype> dtype = {};  ///< by default the dtype of the literal, else the default dtype
  bool requires_grad = false;
};

/// A number or a nested list of numbers, as in `tensor({{1., 2.}, {3., 4.}})`. It borrows the items of a list: use it
/// as a parameter type only.
class Literal {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> Literal(T value)
      : floating_(static_cast<double>(value)),
        integer_(std::is_integral_v<T> ? static_cast<std::int64_t>(value) : 0),
        kind_(std::same_as<T, bool> ? Dtype::bool_ : (std::is_integral_v<T> ? Dtype::int64 : Dtype::float64)) {}
  Literal(std::initializer_list<Literal> items);
  Literal(const Literal&) = delete;
  Literal& operator=(const Literal&) = delete;

  bool is_list() const { return is_list_; }
  /// The number of items of a list.
  std::size_t size() const { return size_; }
  const Literal* begin() const { return items_; }
  const Literal* end() const { return items_ + size_; }
  double floating() const { return floating_; }
  /// 0 for a floating value.
  std::int64_t integer() const { return integer_; }
  /// bool, int64 or float64 (which stands for "floating").
  Dtype kind() const { return kind_; }

 private:
  const Literal* items_ = nullptr;
  std::size_t size_ = 0;
  double floating_ = 0;
  std::int64_t integer_ = 0;
  Dtype kind_ = Dtype::bool_;
  bool is_list_ = false;
};

// Literals, empty, zeros and ones take a dtype alone in place of options, too: `zeros({2, 3}, float64)`. (A template,
// so that `{}` always means no options.)

/// A tensor of the values of a (nested) list or of one number. Integers give int64, floating values the default dtype,
/// bools bool; a mixed list takes the largest. Errors: ShapeError for ragged lists; ValueError for a number that int64
/// should and cannot hold (NaN included).
Tensor tensor(const Literal& values, TensorOptions options = {});
template <std::same_as<Dtype> D>
Tensor tensor(const Literal& values, D dtype) {
  return tensor(values, TensorOptions{.dtype = dtype});
}
/// A 1-d tensor with the dtype of T (bool, std::int64_t, float or double) unless the options say otherwise. Copies.
/// Errors: ValueError as above.
template <class T>
Tensor tensor(const std::vector<T>& values, TensorOptions options = {});

/// Uninitialised memory.
Tensor empty(const Shape& shape, TensorOptions options = {});
template <std::same_as<Dtype> D>
Tensor empty(const Shape& shape, D dtype) {
  return empty(shape, TensorOptions{.dtype = dtype});
}
Tensor zeros(const Shape& shape, TensorOptions options = {});
template <std::same_as<Dtype> D>
Tensor zeros(const Shape& shape, D dtype) {
  return zeros(shape, TensorOptions{.dtype = dtype});
}
Tensor ones(const Shape& shape, TensorOptions options = {});
template <std::same_as<Dtype> D>
Tensor ones(const Shape& shape, D dtype) {
  return ones(shape, TensorOptions{.dtype = dtype});
}
/// Every element is `value`, whose kind gives the dtype unless the options do. Errors: ValueError as for `tensor`.
Tensor full(const Shape& shape, Arg value, TensorOptions options = {});

/// The shape and dtype of another tensor.
Tensor empty_like(const Tensor& other);
Tensor zeros_like(const Tensor& other);
Tensor ones_like(const Tensor& other);
Tensor full_like(const Tensor& other, Arg value);

namespace detail {
Tensor arange_floating(double start, double stop, double step, const TensorOptions& options);
}

/// 0, 1, ... below stop, as int64 unless the options say otherwise. Errors: ValueError for a step of 0; ShapeError for
/// more elements than any memory holds.
Tensor arange(std::int64_t stop, TensorOptions options = {});
Tensor arange(std::int64_t start, std::int64_t stop, std::int64_t step = 1, TensorOptions options = {});
/// start, start + step, ... before stop: ceil((stop - start) / step) values start + i step, computed in float64.
/// Errors: ValueError for a step of 0, a bound that is not finite, or values that int64 should and cannot hold;
/// ShapeError for more elements than any memory holds.
template <class A, class B, class C = int>
requires(std::is_arithmetic_v<A>&& std::is_arithmetic_v<B>&& std::is_arithmetic_v<C> &&
         (std::is_floating_point_v<A> || std::is_floating_point_v<B> || std::is_floating_point_v<C>)) Tensor
    arange(A start, B stop, C step = 1, TensorOptions options = {}) {
  return detail::arange_floating(static_cast<double>(start), static_cast<double>(stop), static_cast<double>(step),
                                 options);
}

/// A copy of row-major memory that holds shape.numel() elements of type T.
template <class T>
Tensor from_memory(const T* data, const Shape& shape);
/// The memory itself, without a copy: row-major and writable, it must outlive every tensor that uses it.
template <class T>
Tensor borrow_memory(T* data, const Shape& shape);
/// The same, owned: `release(owner)` runs once, when the last tensor that uses the memory is gone. After an exception
/// the owner is still the caller's.
template <class T>
Tensor adopt_memory(T* data, const Shape& shape, void* owner, void (*release)(void*) noexcept);

}  // namespace xgrad
