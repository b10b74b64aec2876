// The members of Tensor that are not one line.
// Not here: differentiation (grad.cpp), printing of values (print.cpp).
#include <xgrad/autodiff/tensor.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/print.hpp>
#include <xgrad/autodiff/to_int64.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>
#include <ostream>

namespace xgrad {
namespace {

int normalized_axis(const char* function, const Tensor& tensor, int axis) {
  const int rank = tensor.rank();
  if (axis < -rank || axis >= rank)
    throw IndexError(with_context(function,
                                  "axis out of range: got " + std::to_string(axis) + ", want " +
                                      (rank == 0 ? std::string("none for a 0-d tensor")
                                                 : std::to_string(-rank) + " to " + std::to_string(rank - 1)),
                                  describe(tensor), {}));
  return axis < 0 ? axis + rank : axis;
}

template <class To>
To converted_element(const Array& array) {
  return visit_dtype(array.dtype, [&]<class From>() {
    const From value = *array.as<const From>();
    if constexpr (std::is_floating_point_v<From> && std::is_same_v<To, std::int64_t>)
      return detail::to_int64("item", value, Site{});
    else
      return static_cast<To>(value);
  });
}

}  // namespace

void Tensor::fail_undefined() { throw ValueError("tensor: it is undefined: got a default-constructed Tensor"); }

std::int64_t Tensor::shape(int axis) const { return array().shape[normalized_axis("shape", *this, axis)]; }
std::int64_t Tensor::stride(int axis) const { return array().strides[normalized_axis("stride", *this, axis)]; }

std::uint32_t Tensor::version() const {
  array();
  return state_->storage->version.value();
}

template <class T>
T Tensor::item() const {
  if (size() != 1)
    throw ShapeError(with_context("item", "only a tensor of one element has a value: got " + describe(*this), "", {}));
  detail::check_readable("item", *this);
  return converted_element<T>(*state_);
}
template bool Tensor::item<bool>() const;
template std::int64_t Tensor::item<std::int64_t>() const;
template float Tensor::item<float>() const;
template double Tensor::item<double>() const;

const void* Tensor::checked_data(Dtype dtype) const {
  if (array().dtype != dtype)
    throw DtypeError(with_context(
        "data", std::string("wrong element type: got ") + name(dtype) + ", want " + name(array().dtype), "", {}));
  detail::check_readable("data", *this);
  return state_->data;
}

void* Tensor::writable_data(Dtype dtype) {
  checked_data(dtype);
  if (state_->producer != nullptr)
    throw GraphError(with_context("mutable_data",
                                  "the tensor is inside a graph: got the result of `" +
                                      std::string(state_->producer->op->name) + "`, want detach() or a leaf",
                                  describe(*this), {}));
  for (int axis = 0; axis < rank() && !is_contiguous(); ++axis)
    if (state_->strides[axis] == 0 && state_->shape[axis] > 1)
      throw ValueError(with_context("mutable_data", "elements share memory: got a broadcast view, want clone() first",
                                    describe(*this), {}));
  state_->storage->version.increment();
  return state_->data;
}

Tensor& Tensor::set_requires_grad(bool on) {
  array();
  if (state_->producer != nullptr)
    throw GraphError(with_context("set_requires_grad",
                                  "only leaves can be switched: got the result of `" +
                                      std::string(state_->producer->op->name) + "`, want detach() first",
                                  describe(*this), {}));
  if (on && !is_floating(dtype()))
    throw DtypeError(with_context(
        "set_requires_grad",
        std::string("only floating tensors have gradients: got ") + name(dtype()) + ", want float32 or float64",
        describe(*this), {}));
  state_->requires_grad = on;
  return *this;
}

Tensor Tensor::grad() const {
  array();
  if (detail::context.trace != nullptr && state_->producer == nullptr) detail::context.trace->touch_grad(state_, false);
  return Tensor::share(state_->grad);
}

void Tensor::clear_grad() {
  array();
  if (detail::context.trace != nullptr) detail::context.trace->touch_grad(state_, true);
  if (state_->grad != nullptr) adopt(std::exchange(state_->grad, nullptr));
}

void Tensor::set_grad(const Tensor& grad) {
  array();
  if (grad.defined()) {
    if (state_->producer != nullptr)
      throw GraphError(with_context("set_grad", "only leaves have gradients", describe(*this), {}));
    if (grad.shape() != shape())
      throw ShapeError(with_context(
          "set_grad", "the gradient does not fit: got " + describe(grad) + ", want " + describe(*this), "", {}));
    if (grad.dtype() != dtype())
      throw DtypeError(with_context(
          "set_grad", "the gradient does not fit: got " + describe(grad) + ", want " + describe(*this), "", {}));
  }
  if (detail::context.trace != nullptr) detail::context.trace->touch_grad(state_, true);
  // A gradient with a graph of its own could lead back to this leaf: a cycle.
  Tensor kept = grad.defined() && grad.requires_grad() ? grad.detach() : grad;
  const Tensor before = Tensor::adopt(std::exchange(state_->grad, kept.release()));
}

void Tensor::set_data(const Tensor& other) {
  array();
  if (detail::context.trace != nullptr)
    throw GraphError(with_context("set_data",
                                  "a tensor gets other memory while a step is being captured: want copy_(), or "
                                  "set_data() before the step",
                                  describe(*this) + ", " + describe(other), {}));
  if (state_->producer != nullptr || !other.is_leaf())
    throw GraphError(with_context("set_data", "a tensor is the result of an operation: want leaves",
                                  describe(*this) + ", " + describe(other), {}));
  if (state_->grad != nullptr)
    throw ValueError(
        with_context("set_data", "the tensor has a gradient: want clear_grad() first", describe(*this), {}));
  if (other.state_ == state_) return;
  if (state_->requires_grad && !is_floating(other.dtype()))
    throw DtypeError(with_context(
        "set_data",
        std::string("the tensor requires a gradient: got ") + name(other.dtype()) + ", want float32 or float64",
        describe(*this), {}));
  const std::uint32_t version = this->version();
  const bool requires_grad = state_->requires_grad;
  const Tensor keeps_memory = other;
  detail::release_storage(state_);
  static_cast<Array&>(*state_) = *other.state_;
  state_->requires_grad = requires_grad;
  // A view of the small memory in this state's own block: an edge on itself would keep the block for ever.
  if (keeps_memory.state_->storage->home == state_)
    state_->storage = &state_->inline_storage;
  else
    detail::share_storage(state_, other.state_);
  // Values saved from the old memory must not look unchanged.
  auto& new_version = state_->storage->version;
  new_version.set(std::max(new_version.value(), version + 1));
}

Tensor Tensor::detach() const {
  const Array& source = array();
  Tensor result = Tensor::adopt(detail::new_state());
  static_cast<Array&>(*result.state_) = source;
  result.state_->requires_grad = false;
  detail::share_storage(result.state_, state_);
  return result;
}

Tensor Tensor::to(Dtype dtype, const char* file, int line) const {
  return array().dtype == dtype ? *this : astype(Arg(*this, Site{file, line}), dtype);
}

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "undefined";
  detail::check_readable("to_string", tensor);
  return to_string(tensor.array());
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << to_string(tensor); }

Dtype Arg::scalar_dtype() const {
  switch (kind_) {
    case Kind::boolean: return Dtype::bool_;
    case Kind::integer: return Dtype::int64;
    case Kind::floating: return default_dtype();
    default: break;
  }
  return tensor().dtype();
}

const Shape& Arg::scalar_shape() const {
  static constexpr Shape scalar;
  if (!is_scalar())
    throw ValueError(with_context("shape", "an operand is an undefined tensor", "", detail::user_site(site_)));
  return scalar;
}

Tensor Arg::tensor(Dtype scalar_dtype) const {
  if (!is_scalar()) return Tensor::share(state_);
  const bool floating = kind_ == Kind::floating;
  std::int64_t integer = 0;
  if (!floating)
    integer = integer_;
  else if (scalar_dtype == Dtype::int64)
    integer = detail::to_int64("scalar", floating_, site_);  // may throw, so before there is a state to lose
  detail::State* state = detail::new_state();
  state->dtype = scalar_dtype;
  detail::allocate_data(state);
  switch (scalar_dtype) {
    case Dtype::bool_: *state->as<bool>() = floating ? floating_ != 0 : integer != 0; break;
    case Dtype::int64: *state->as<std::int64_t>() = integer; break;
    case Dtype::float32:
      *state->as<float>() = floating ? static_cast<float>(floating_) : static_cast<float>(integer);
      break;
    default: *state->as<double>() = floating ? floating_ : static_cast<double>(integer); break;
  }
  return Tensor::adopt(state);
}

DefaultDtype::DefaultDtype(Dtype dtype) : before_(default_dtype()) {
  if (!is_floating(dtype))
    throw DtypeError(std::string("DefaultDtype: the default dtype is floating: got ") + name(dtype) +
                     ", want float32 or float64");
  detail::context.default_dtype = dtype;
}

}  // namespace xgrad
