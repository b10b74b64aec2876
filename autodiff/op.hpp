// An op: a constant description of one differentiable operation, and the types its parts are written in.
// Not here: applying ops (record.hpp), running rules (tape.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace xgrad {

/// The arrays an op reads.
class Inputs {
 public:
  Inputs(detail::State* const* states, std::size_t size) : states_(states), size_(size) {}
  std::size_t size() const { return size_; }
  const Array& operator[](std::size_t i) const { return *states_[i]; }

 private:
  detail::State* const* states_;
  std::size_t size_;
};

/// The arrays an op writes.
class Outputs {
 public:
  Outputs(detail::State* const* states, std::size_t size) : states_(states), size_(size) {}
  std::size_t size() const { return size_; }
  Array& operator[](std::size_t i) const { return *states_[i]; }

 private:
  detail::State* const* states_;
  std::size_t size_;
};

/// The attributes of one application: any trivially copyable struct, by reference.
class Attrs {
 public:
  explicit Attrs(const void* data) : data_(data) {}
  template <class T>
  const T& get() const {
    return *static_cast<const T*>(data_);
  }

 private:
  const void* data_;
};

/// The attributes of an op that has none.
struct NoAttrs {};

/// One tensor for each input (what a rule returns) or each output (what it gets). An undefined one is a zero.
class Cotangents {
 public:
  template <class... T>
  requires(std::convertible_to<T, Tensor>&&... && (sizeof...(T) <= 4)) Cotangents(T&&... tensors)
      : data_(few_), size_(sizeof...(T)) {
    std::size_t i = 0;
    (::new (few_ + i++) Tensor(std::forward<T>(tensors)), ...);
  }
  static Cotangents undefined(std::size_t size) { return Cotangents(size); }
  /// Those that lie in somebody else's memory and stay there.
  static Cotangents borrowed(Tensor* tensors, std::size_t size) { return Cotangents(tensors, size); }

  Cotangents(Cotangents&& other) noexcept
      : data_(other.data_), size_(other.size_), many_(std::exchange(other.many_, nullptr)) {
    if (other.data_ == other.few_) {
      data_ = few_;
      for (std::size_t i = 0; i < size_; ++i) ::new (few_ + i) Tensor(std::move(other.few_[i]));
    }
  }
  Cotangents& operator=(Cotangents&&) = delete;
  ~Cotangents() {
    if (data_ == few_)
      for (std::size_t i = 0; i < size_; ++i) few_[i].~Tensor();
    else if (many_ != nullptr)
      delete[] many_;
  }

  std::size_t size() const { return size_; }
  Tensor& operator[](std::size_t i) { return data_[i]; }
  const Tensor& operator[](std::size_t i) const { return data_[i]; }
  /// For a rule that hands a cotangent on, at its last use: what the pass lends it may keep, and no count changes.
  Tensor take(std::size_t i) const { return std::move(data_[i]); }

 private:
  Cotangents(Tensor* tensors, std::size_t size) : data_(tensors), size_(size) {}
  explicit Cotangents(std::size_t size) : data_(few_), size_(size) {
    if (size_ > std::size(few_)) {
      data_ = many_ = new Tensor[size_];
    } else {
      for (std::size_t i = 0; i < size_; ++i) ::new (few_ + i) Tensor;
    }
  }

  Tensor* data_;
  std::size_t size_;
  Tensor* many_ = nullptr;  ///< owned; a bare pointer, since <memory> would cost every user program compile time
  union {
    Tensor few_[4];
  };
};

namespace detail {
struct BackwardPass;
}

/// What a rule knows of the application it differentiates: saved values, attributes, shapes, and what is asked of it.
class Record {
 public:
  /// `pass` may be null if every cotangent is wanted.
  Record(detail::Node* node, const detail::BackwardPass* pass) : node_(node), pass_(pass) {}

  inline std::size_t input_count() const;
  /// The value of an input that the op saves.
  inline Arg input(std::size_t i) const;
  /// The value of the first output, for ops that save it.
  Arg output() const {
    if (!node_->saves_output()) [[unlikely]]
      fail_unsaved("the output");
    return Arg(detail::state_of(node_), Site{node_->file, node_->line});
  }
  /// The value of output i, for ops that save it.
  Tensor output(std::size_t i) const;
  /// The shape of an input that needs a cotangent, saved or not; of any input for ops that keep shapes.
  const Shape& input_shape(std::size_t i) const { return node_->inputs()[i].state->shape; }
  Dtype input_dtype(std::size_t i) const { return node_->inputs()[i].state->dtype; }
  const Shape& output_shape() const { return detail::state_of(node_)->shape; }
  /// False if nobody wants the cotangent of that input: the rule may leave it undefined.
  bool needs(std::size_t i) const {
    const detail::Input& input = node_->inputs()[i];
    return input.is_differentiable && (pass_ == nullptr || is_wanted(input.state));
  }
  template <class T>
  const T& attrs() const {
    return *static_cast<const T*>(node_->attrs());
  }

 private:
  bool is_wanted(const detail::State* input) const;
  // A value that was not saved may be gone, or overwritten: better no value than a wrong one.
  [[noreturn]] void fail_unsaved(const std::string& value) const;

  detail::Node* node_;
  const detail::BackwardPass* pass_;
};

/// The values that a rule needs for the cotangent of each of the first four inputs: a sum of `saved_input(i)` and
/// `saved_output`. Only what some wanted cotangent needs is kept.
struct Saves {
  std::uint8_t for_cotangent[4] = {};
};
using detail::saved_input;
using detail::saved_output;

/// What happens to inputs of different dtypes before the op sees them.
enum class Promotion : std::uint8_t {
  none,     ///< nothing: they must be equal, but scalars take the tensors' dtype
  common,   ///< they become the largest dtype among them
  floating  ///< the same, and integers become the default dtype
};

/// An operation: how its outputs look, how they are computed, how cotangents flow back.
struct Op {
  const char* name;
  /// Sets the shape and dtype of each output (for a view also data and strides), or throws.
  void (*infer)(Inputs in, Attrs attrs, Outputs out);
  /// Fills the outputs: a pure function of inputs and attributes. None for views.
  void (*forward)(Inputs in, Attrs attrs, Outputs out) = nullptr;
  /// Element i of the output depends on element i of the (broadcast) inputs alone: parts may be computed one by one.
  bool elementwise = false;
  /// From the cotangents of the outputs those of the inputs, written with public ops, so that it can be differentiated.
  Cotangents (*vjp)(const Record& record, const Cotangents& cotangents) = nullptr;
  /// For ops without a rule: why it has none.
  const char* not_differentiable = nullptr;
  Saves saves = {};
  Promotion promotion = Promotion::none;
  int promote_from = 0;       ///< the first input that promotion looks at
  bool broadcasts = false;    ///< the tape sums cotangents over the axes along which an input was broadcast
  bool keeps_shapes = false;  ///< the rule asks for the shape of inputs that need no cotangent
  int outputs = 1;
  bool saves_all =
      false;  ///< keep all inputs and outputs, whatever `saves` says; later outputs are kept by no other way
  bool keeps_owner = false;  ///< the last input is not an operand: it keeps what the attributes point to

  constexpr bool is_view() const { return forward == nullptr; }
};

inline std::size_t Record::input_count() const {
  const Op& op = *node_->op;
  // Behind the operands lie saved outputs and the owner of attributes.
  return static_cast<std::size_t>(node_->input_count - (op.saves_all ? op.outputs - 1 : 0) - op.keeps_owner);
}

inline Arg Record::input(std::size_t i) const {
  if (i >= input_count() || !node_->inputs()[i].has_handle) [[unlikely]]
    fail_unsaved("input " + std::to_string(i));
  return Arg(node_->inputs()[i].state, Site{node_->file, node_->line});
}

/// Refuses, at compile time, an op without a rule that does not say why, and options that do not go together.
consteval Op checked(Op op) {
  if (op.name == nullptr || op.infer == nullptr) throw "an op needs a name and infer";
  if ((op.vjp == nullptr) == (op.not_differentiable == nullptr))
    throw "an op has either a vjp or a reason to have none";
  for (const std::uint8_t saves : op.saves.for_cotangent)
    if ((saves & ~saved_output) >= saved_input(4)) throw "only the first four inputs can be saved one by one";
  if (op.keeps_owner && !op.saves_all) throw "an owner is kept only with everything else";
  return op;
}

}  // namespace xgrad
