// An operand of an op: a tensor or a C++ scalar, with the place of the call in the user's code.
// Not here: what the op does with it (record.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace xgrad {

/// File and line of a call.
struct Site {
  const char* file = nullptr;
  int line = 0;
};

/// Built implicitly, so that every function of tensors takes scalars too and knows who called it. It borrows the
/// tensor: use it as a parameter type only. A scalar is weak: it takes the dtype of the tensors beside it; alone, an
/// integer is int64 (or, beyond the reach of int64, a floating value) and a floating value has the default dtype.
class Arg {
 public:
  Arg(const Tensor& tensor, const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : state_(tensor.state()), site_{file, line} {}
  Arg(const Tensor& tensor, Site site) : state_(tensor.state()), site_(site) {}
  template <class T>
  requires std::is_arithmetic_v<T> Arg(T value, const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : state_(nullptr),
        kind_(std::same_as<T, bool> ? Kind::boolean : (std::is_integral_v<T> ? Kind::integer : Kind::floating)),
        site_{file, line} {
    if constexpr (!std::is_integral_v<T>) {
      floating_ = static_cast<double>(value);
    } else if (std::is_unsigned_v<T> && value > static_cast<T>(std::numeric_limits<std::int64_t>::max()) &&
               sizeof(T) == sizeof(std::int64_t)) {
      kind_ = Kind::floating;  // more than int64 holds
      floating_ = static_cast<double>(value);
    } else {
      integer_ = static_cast<std::int64_t>(value);
    }
  }

  /// For rules: a saved value, borrowed from the node.
  Arg(detail::State* state, Site site) : state_(state), site_(site) {}

  // Not trivial, so that a call passes the address of the caller's object. Copies of 40 bytes just written in smaller
  // parts would wait for each part to reach the cache.
  ~Arg() {}  // NOLINT(modernize-use-equals-default)

  bool is_scalar() const { return kind_ != Kind::tensor; }
  bool is_floating_scalar() const { return kind_ == Kind::floating; }
  /// The dtype of the tensor, or the one that the scalar has alone.
  Dtype dtype() const { return state_ != nullptr ? state_->dtype : scalar_dtype(); }
  /// ValueError if this is an undefined tensor; ShapeError never: a scalar has shape ().
  const Shape& shape() const { return state_ != nullptr ? state_->shape : scalar_shape(); }
  std::int64_t shape(int axis) const { return tensor().shape(axis); }
  int rank() const { return shape().rank(); }

  /// The tensor, or the scalar as a 0-d tensor of the given dtype (by default its own). Errors: ValueError for a scalar
  /// that int64 should and cannot hold.
  Tensor tensor() const { return is_scalar() ? tensor(dtype()) : Tensor::share(state_); }
  Tensor tensor(Dtype scalar_dtype) const;
  operator Tensor() const { return tensor(); }

  detail::State* state() const { return state_; }
  Site site() const { return site_; }

 private:
  Dtype scalar_dtype() const;
  const Shape& scalar_shape() const;

  enum class Kind : std::uint8_t { tensor, boolean, integer, floating };

  detail::State* state_;
  Kind kind_ = Kind::tensor;
  union {
    std::int64_t integer_;
    double floating_;
  };
  Site site_;
};

}  // namespace xgrad
