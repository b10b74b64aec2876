// The tensor: a handle, cheap to copy, to an n-dimensional array and its place on the tape.
// Not here: how tensors are made (creation.hpp) and what can be computed with them (ops/).
#pragma once

#include <xgrad/autodiff/dtype.hpp>
#include <xgrad/autodiff/shape.hpp>
#include <xgrad/autodiff/state.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>

namespace xgrad {

struct BackwardOptions {
  bool retain_graph = false;  ///< keep saved values, so that backward can run again
};

/// A handle to an array of bool, int64, float32 or float64. Copies share the array; a default-constructed tensor is
/// undefined, which stands for "no value" and, among cotangents, for zero.
class Tensor {
 public:
  Tensor() noexcept = default;
  Tensor(const Tensor& other) noexcept : state_(other.state_) {
    if (state_ != nullptr) detail::add_handle(state_);
  }
  Tensor(Tensor&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Tensor() {
    if (state_ != nullptr) detail::drop_handle(state_);
  }

  bool defined() const noexcept { return state_ != nullptr; }

  // Every function below throws ValueError on an undefined tensor.
  const Shape& shape() const { return array().shape; }
  /// The extent along one axis; negative axes count from the end. Errors: IndexError.
  std::int64_t shape(int axis) const;
  int rank() const { return array().shape.rank(); }
  /// The number of elements.
  std::int64_t size() const { return array().numel; }
  Dtype dtype() const { return array().dtype; }
  /// The step along an axis, in elements. Errors: IndexError.
  std::int64_t stride(int axis) const;
  bool is_contiguous() const { return array().contiguous; }
  /// Grows with each write in place to the memory, whichever view it went through.
  std::uint32_t version() const;

  /// The value of a tensor of one element, converted to T (bool, std::int64_t, float or double). Errors: ShapeError for
  /// any other number of elements; ValueError where std::int64_t cannot hold it (NaN included).
  template <class T = double>
  T item() const;

  /// The element at index (0, ..., 0); others lie `stride` apart. Errors: DtypeError if T is not the element type.
  template <class T>
  const T* data() const {
    return static_cast<const T*>(checked_data(dtype_of<T>));
  }
  /// The same for writing. It bumps the version. Errors: also GraphError on a tensor inside a graph, ValueError
  /// on a broadcast view.
  template <class T>
  T* mutable_data() {
    return static_cast<T*>(writable_data(dtype_of<T>));
  }

  /// True if cotangents flow to this tensor: a leaf that asked for them, or a result that depends on one.
  bool requires_grad() const { return array().requires_grad; }
  /// True if no recorded operation made this tensor.
  bool is_leaf() const {
    array();
    return state_->producer == nullptr;
  }
  /// Makes a leaf take part in differentiation, or not. Returns the tensor. Errors: GraphError on a result of an
  /// operation; DtypeError unless floating.
  Tensor& set_requires_grad(bool on = true);

  /// The gradient that backward has accumulated in this leaf; undefined before the first, and for results of
  /// operations.
  Tensor grad() const;
  /// Errors: ShapeError, DtypeError unless `grad` is undefined or fits; GraphError unless a leaf.
  void set_grad(const Tensor& grad);
  /// Makes the gradient undefined.
  void clear_grad();

  /// Lets this leaf use the memory of another tensor, with its shape and dtype: every handle sees the change.
  /// Errors: GraphError unless both are leaves; ValueError while there is a gradient; DtypeError if this requires one
  /// and the other is not floating.
  void set_data(const Tensor& other);

  /// The values outside the graph. It shares memory with a leaf or constant; with the result of a recorded operation it
  /// may or may not (a small one is copied): clone it before writing.
  Tensor detach() const;
  /// The tensor in another dtype, itself if it is that already. Differentiable.
  Tensor to(Dtype dtype, const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;

  /// Accumulates into the `grad` of every leaf the derivative of this tensor of one element with respect to it.
  /// Errors: GraphError without a graph or after it was used up; ShapeError for more than one element; VersionError
  /// if a saved value was overwritten.
  void backward(BackwardOptions options = {}, const char* file = __builtin_FILE(), int line = __builtin_LINE()) const;
  /// The same for a tensor of any shape, with the cotangent to start from (of the same shape and dtype).
  void backward(const Tensor& cotangent, BackwardOptions options = {}, const char* file = __builtin_FILE(),
                int line = __builtin_LINE()) const;

  /// Shape, strides and memory, as kernels see them.
  const Array& array() const {
    if (state_ == nullptr) [[unlikely]]
      fail_undefined();
    return *state_;
  }

  /// For the library: the state behind the handle; the same with the handle's count given up; a tensor that takes over
  /// a count; one that adds its own.
  detail::State* state() const noexcept { return state_; }
  detail::State* release() noexcept { return std::exchange(state_, nullptr); }
  static Tensor adopt(detail::State* state) noexcept {
    Tensor tensor;
    tensor.state_ = state;
    return tensor;
  }
  static Tensor share(detail::State* state) noexcept {
    if (state != nullptr) detail::add_handle(state);
    return adopt(state);
  }

 private:
  [[noreturn]] static void fail_undefined();
  const void* checked_data(Dtype dtype) const;
  void* writable_data(Dtype dtype);

  detail::State* state_ = nullptr;
};

// Two meanings are common, so neither is given to the operator: use equal (elementwise), array_equal or allclose.
bool operator==(const Tensor&, const Tensor&) = delete;
bool operator!=(const Tensor&, const Tensor&) = delete;

/// The values as NumPy prints them.
std::string to_string(const Tensor& tensor);
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace xgrad
