// The bridge to xtensor: its arrays and expressions become tensors and tensors become its views, without copies.
// Not here: anything that other headers need; this is the one header that includes xtensor.
#pragma once

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/ops/view_layout.hpp>

#include <xtensor/xarray.hpp>
#include <xtensor/xbroadcast.hpp>
#include <xtensor/xbuffer_adaptor.hpp>
#include <xtensor/xfunction.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xreducer.hpp>
#include <xtensor/xstrided_view.hpp>
#include <xtensor/xtensor.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace xt::detail {

/// A repair of xtensor 0.24 for g++ in C++20 mode, which takes the shape of an xarray for a std::array of 4 extents:
/// `eval` and immediate reducers then write out of bounds.
template <>
struct xtype_for_shape<dynamic_shape<std::size_t>> {
  template <class Value, layout_type layout>
  using type = xarray<Value, layout>;
};

}  // namespace xt::detail

namespace xgrad {
namespace detail {

/// The element type of the tensor that holds values of type T.
template <class T>
using ElementOf = std::conditional_t<std::integral<T> && !std::same_as<T, bool>, std::int64_t, T>;

/// Any xtensor array or view that can tell where its elements lie.
template <class C>
concept StridedMemory = requires(C& c) {
  { c.data() } -> std::convertible_to<const void*>;
  { c.data_offset() } -> std::convertible_to<std::size_t>;
  c.shape();
  c.strides();
};

/// An array whose memory is its own and stays where it is when the array is moved.
template <class C>
struct IsContainer : std::false_type {};
template <class Storage, xt::layout_type layout, class Extents, class Tag>
struct IsContainer<xt::xarray_container<Storage, layout, Extents, Tag>> : std::true_type {};
template <class Storage, std::size_t rank, xt::layout_type layout, class Tag>
struct IsContainer<xt::xtensor_container<Storage, rank, layout, Tag>> : std::true_type {};

template <class Extents>
Shape shape_of(const Extents& extents) {
  Shape shape;
  for (const auto extent : extents) shape.push_back(static_cast<std::int64_t>(extent));
  return shape;
}

/// How far the elements of a strided array reach below and above the one at index (0, ..., 0).
struct Span {
  std::int64_t low = 0;
  std::int64_t high = 0;
};
template <class Strides>
Span span_of(const Shape& shape, const Strides& strides) {
  Span span;
  for (int axis = 0; axis < shape.rank() && shape.numel() != 0; ++axis) {
    const std::int64_t reach = (shape[axis] - 1) * static_cast<std::int64_t>(strides[static_cast<std::size_t>(axis)]);
    (reach < 0 ? span.low : span.high) += reach;
  }
  return span;
}

/// A tensor over the memory of an xtensor array; `release(owner)` as in adopt_memory, also after an exception.
template <class C>
Tensor adopt_array(C& array, void* owner, void (*release)(void*) noexcept) {
  const Shape shape = shape_of(array.shape());
  std::int64_t strides[max_rank] = {};
  std::copy(array.strides().begin(), array.strides().end(), strides);
  const Span span = span_of(shape, strides);
  const std::int64_t count = shape.numel() == 0 ? 0 : span.high - span.low + 1;
  Tensor result = Tensor::adopt(new_state());
  // From here on the tensor owns the array, so nothing below may throw: the caller would release it again.
  const Tensor memory = adopt_memory(array.data() + array.data_offset() + span.low, {count}, owner, release);
  ops::set_view(memory.array(), shape, strides, -span.low, *result.state());
  share_storage(result.state(), memory.state());
  return result;
}

/// Finds lazy reducers with keep_dims in an expression that is evaluated for a larger shape than theirs. (A class, so
/// that its functions find each other.)
struct LazyKeepDims {
  template <class E, class Extents>
  static bool is_broadcast(const E&, const Extents&) {
    return false;
  }
  template <class F, class CT, class X, class O, class Extents>
  static bool is_broadcast(const xt::xreducer<F, CT, X, O>& reducer, const Extents& shape) {
    if constexpr (O::keep_dims::value)
      if (!std::equal(shape.begin(), shape.end(), reducer.shape().begin(), reducer.shape().end())) return true;
    return is_broadcast(reducer.expression(), reducer.expression().shape());
  }
  template <class CT, class X, class Extents>
  static bool is_broadcast(const xt::xbroadcast<CT, X>& broadcast, const Extents&) {
    return is_broadcast(broadcast.expression(), broadcast.shape());
  }
  template <class F, class... CT, class Extents>
  static bool is_broadcast(const xt::xfunction<F, CT...>& function, const Extents& shape) {
    return std::apply([&](const auto&... arguments) { return (is_broadcast(arguments, shape) || ...); },
                      function.arguments());
  }
};

/// What an xtensor view of a tensor holds on to.
struct KeepAlive {
  Tensor tensor;
  void operator()() const {}
};
template <class T>
using OwningBuffer = xt::xbuffer_adaptor<T*, xt::no_ownership, KeepAlive>;
template <class T>
using BorrowingBuffer = xt::xbuffer_adaptor<T*, xt::no_ownership, std::allocator<std::remove_const_t<T>>>;

/// The elements of an array as an xtensor view, through a buffer that starts at the lowest of them.
template <class Buffer, class T, class... Rest>
auto strided_view_of(T* data, const Array& array, Rest&&... rest) {
  using Extents = xt::dynamic_shape<std::size_t>;
  using Strides = xt::get_strides_t<Extents>;
  const Span span = span_of(array.shape, array.strides);
  const auto count = static_cast<std::size_t>(array.numel == 0 ? 0 : span.high - span.low + 1);
  const Extents extents(array.shape.begin(), array.shape.end());
  Strides strides(extents.size(), 0);  // xtensor wants 0 along axes of extent 1
  for (std::size_t axis = 0; axis < extents.size(); ++axis)
    if (extents[axis] != 1) strides[axis] = array.strides[axis];
  using Memory = xt::xarray_adaptor<Buffer, xt::layout_type::row_major, Extents>;
  Memory memory(Buffer(data + span.low, count, std::forward<Rest>(rest)...), Extents{count});
  using View = xt::xstrided_view<Memory, Extents>;
  const xt::layout_type layout = array.contiguous ? xt::layout_type::row_major : xt::layout_type::dynamic;
  return View(std::move(memory), extents, std::move(strides), static_cast<std::size_t>(-span.low), layout);
}

template <class T>
void check_element_type(const char* function, const Array& array) {
  if (array.dtype != dtype_of<T>)
    throw DtypeError(with_context(
        function, std::string("wrong element type: got ") + name(dtype_of<T>) + ", want " + name(array.dtype),
        describe(array), {}));
}

inline void check_writable(const Array& array) {
  for (int axis = 0; axis < array.shape.rank(); ++axis)
    if (array.shape[axis] > 1 && array.strides[axis] == 0)
      throw ValueError(
          with_context("as_mutable_xtensor", "elements share memory: want clone() first", describe(array), {}));
}

}  // namespace detail

/// The values of an xtensor array or expression, evaluated. An xarray or xtensor that is handed over (std::move or a
/// temporary) with elements of a tensor's types keeps its memory, in row-major or any other layout; else the values are
/// copied, integers of all sizes as int64. Errors: ShapeError for more than 8 axes; ValueError for a lazy reducer with
/// keep_dims that is broadcast, for which xtensor 0.24 reads out of bounds.
template <class E>
requires xt::is_xexpression<std::remove_cvref_t<E>>::value Tensor from_xtensor(E&& expression) {
  using Expression = std::remove_cvref_t<E>;
  using Value = typename Expression::value_type;
  using T = detail::ElementOf<Value>;
  if constexpr (detail::IsContainer<Expression>::value && std::same_as<E, Expression> && std::same_as<T, Value>) {
    auto owner = std::make_unique<Expression>(std::move(expression));
    Tensor result =
        detail::adopt_array(*owner, owner.get(), [](void* array) noexcept { delete static_cast<Expression*>(array); });
    owner.release();
    return result;
  } else {
    const auto& extents = expression.shape();
    if (detail::LazyKeepDims::is_broadcast(expression, extents))
      throw ValueError(
          "from_xtensor: a lazy reducer with keep_dims is broadcast: want xt::evaluation_strategy::immediate there");
    Tensor result = empty(detail::shape_of(extents), dtype_of<T>);
    if (result.size() == 0) return result;
    using Extents = xt::dynamic_shape<std::size_t>;
    xt::xarray_adaptor<detail::BorrowingBuffer<T>, xt::layout_type::row_major, Extents> values(
        detail::BorrowingBuffer<T>(result.mutable_data<T>(), static_cast<std::size_t>(result.size())),
        Extents(extents.begin(), extents.end()));
    xt::noalias(values) = expression;
    return result;
  }
}

/// A tensor over the memory of an xtensor array or strided view of one, which must outlive it: writes into either show
/// in the other, but only those through the tensor bump its version. Write `xt::noalias(array) = expression` (or -= and
/// the like): a plain assignment moves the array to new memory and frees this. Errors: ShapeError for more than 8 axes.
template <detail::StridedMemory C>
Tensor borrow(C& array) {
  static_assert(!std::is_const_v<std::remove_reference_t<decltype(*array.data())>>, "the tensor could be written to");
  return detail::adopt_array(array, nullptr, nullptr);
}

/// The elements of a tensor as an xtensor view, to read; it keeps the tensor alive. Any strides. Errors: DtypeError if
/// T is not the element type, ValueError on an undefined tensor.
template <class T>
auto as_xtensor(const Tensor& tensor) {
  return detail::strided_view_of<detail::OwningBuffer<const T>>(tensor.data<T>(), tensor.array(),
                                                                detail::KeepAlive{tensor});
}
/// The same for an operand of an op's forward function.
template <class T>
auto as_xtensor(const Array& array) {
  detail::check_element_type<T>("as_xtensor", array);
  return detail::strided_view_of<detail::BorrowingBuffer<const T>>(static_cast<const T*>(array.as<T>()), array);
}

/// The same to write to: `as_mutable_xtensor<double>(t) = expression`. It bumps the version once, so make a new view
/// for each write. Errors: also GraphError on a tensor inside a graph, ValueError if elements share memory.
template <class T>
auto as_mutable_xtensor(Tensor& tensor) {
  detail::check_writable(tensor.array());
  return detail::strided_view_of<detail::OwningBuffer<T>>(tensor.mutable_data<T>(), tensor.array(),
                                                          detail::KeepAlive{tensor});
}
/// The same for an output of an op's forward function.
template <class T>
auto as_mutable_xtensor(Array& array) {
  detail::check_element_type<T>("as_mutable_xtensor", array);
  return detail::strided_view_of<detail::BorrowingBuffer<T>>(array.as<T>(), array);
}

/// A copy of a tensor as an xtensor array. Errors: as as_xtensor.
template <class T>
xt::xarray<T> to_xarray(const Tensor& tensor) {
  const auto view = as_xtensor<T>(tensor);
  auto result = xt::xarray<T>::from_shape(view.shape());
  if (tensor.size() != 0) xt::noalias(result) = view;
  return result;
}

}  // namespace xgrad
