// Proof of a gradient: the vjp of a function against central differences, entry by entry of the Jacobian.
// Not here: how rules are written (op.hpp); float32, whose differences carry too few digits.
#pragma once

#include <xgrad/autodiff/arg.hpp>
#include <xgrad/autodiff/error.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

namespace xgrad {

/// A gradient does not agree with central differences.
class GradcheckError : public Error {
  using Error::Error;
};

struct GradcheckOptions {
  double eps = 1e-4;   ///< the step, for elements larger than 1 a fraction of them
  double rtol = 1e-6;  ///< what may differ, as a fraction of the entry
  double atol = 1e-8;  ///< and on top; the rounding of the differences is allowed for in any case
  bool raise = true;   ///< throw GradcheckError for a wrong gradient, instead of returning the result
};

struct GradcheckResult {
  bool ok = true;
  std::string message = {};  ///< what differs the most, empty if nothing does
  explicit operator bool() const { return ok; }
};

namespace detail {

/// A callable from tensors to one tensor or several, borrowed.
class TensorFunction {
 public:
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, TensorFunction>) TensorFunction(F& function)
      : object_(const_cast<void*>(static_cast<const void*>(&function))),
        call_([](void* object, const std::vector<Tensor>& inputs) -> std::vector<Tensor> {
          auto& callable = *static_cast<F*>(object);
          if constexpr (std::convertible_to<decltype(callable(inputs)), Tensor>)
            return {Tensor(callable(inputs))};
          else
            return callable(inputs);
        }) {}

  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const { return call_(object_, inputs); }

 private:
  void* object_;
  std::vector<Tensor> (*call_)(void* object, const std::vector<Tensor>& inputs);
};

GradcheckResult check_first_order(TensorFunction f, const std::vector<Tensor>& inputs, const GradcheckOptions& options,
                                  Site site);
GradcheckResult check_second_order(TensorFunction f, const std::vector<Tensor>& inputs, const GradcheckOptions& options,
                                   Site site);

}  // namespace detail

/// Compares every entry of the Jacobian of `f`, from vector-Jacobian products, with central differences at steps h and
/// h / 2, extrapolated: (4 d(h/2) - d(h)) / 3, wrong by O(h^4). `f` takes `const std::vector<Tensor>&` and returns a
/// Tensor or a vector of them; it gets row-major copies of the inputs, must use no others, and must give the same
/// result each time. Those inputs are varied that require a gradient; outputs that are not floating are passed over.
/// Errors: GradcheckError, which names the op that made the output, the input, both indices, the analytic and the
/// numeric value; DtypeError unless inputs that require a gradient and floating outputs are float64; ValueError if no
/// input requires a gradient, if `f` does not use its arguments, overwrites them, gives a different result each
/// time, or outputs whose number, shape or dtype depends on the values.
template <class F>
GradcheckResult gradcheck(F&& f, const std::vector<Tensor>& inputs, const GradcheckOptions& options = {},
                          const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  auto call = [&f](const std::vector<Tensor>& arguments) { return f(arguments); };
  return detail::check_first_order(detail::TensorFunction(call), inputs, options, Site{file, line});
}

/// The same for the gradient of `f`, as a function of the inputs and of the cotangents (some fixed values): proves
/// second derivatives. Run gradcheck too: this one finds out only whether rules are differentiated rightly, wrong ones
/// included.
template <class F>
GradcheckResult gradgradcheck(F&& f, const std::vector<Tensor>& inputs, const GradcheckOptions& options = {},
                              const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  auto call = [&f](const std::vector<Tensor>& arguments) { return f(arguments); };
  return detail::check_second_order(detail::TensorFunction(call), inputs, options, Site{file, line});
}

}  // namespace xgrad
