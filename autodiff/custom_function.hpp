// Differentiable operations that users define at run time, from any callables, captures included.
// Not here: the library's own ops (op.hpp): constants that cost nothing to define.
#pragma once

#include <xgrad/autodiff/callback.hpp>
#include <xgrad/autodiff/op.hpp>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace xgrad {

struct CustomFunctionOptions {
  std::string name = "custom_function";
  /// Sets shape and dtype of each output; by default all are like the first input.
  Callback<void(Inputs in, Outputs out)> infer = {};
  /// Fills the outputs, which are row-major and allocated.
  Callback<void(Inputs in, Outputs out)> forward;
  /// The cotangents of the inputs from those of the outputs, written with ops on tensors. All inputs and outputs are
  /// saved for it. Without one, results do not take part in differentiation.
  Callback<Cotangents(const Record& record, const Cotangents& cotangents)> vjp = {};
  int outputs = 1;
};

namespace detail {
struct CustomDefinition;
}

/// A differentiable operation of tensors. Copies share the definition; results keep it alive.
class CustomFunction {
 public:
  /// Errors: ValueError without forward, or for fewer than 1 or more than 255 outputs.
  explicit CustomFunction(CustomFunctionOptions options);

  /// The first output. Errors: ValueError for an undefined operand; what infer and forward throw.
  Tensor operator()(std::initializer_list<Tensor> operands, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) const;
  /// All outputs.
  std::vector<Tensor> all(const std::vector<Tensor>& operands, const char* file = __builtin_FILE(),
                          int line = __builtin_LINE()) const;

 private:
  const detail::CustomDefinition* definition_;
  Tensor owner_;  ///< its memory is the definition, so a node that saves it keeps the definition alive
};

/// `auto cube = custom_function({.name = "cube", .forward = ..., .vjp = ...}); Tensor y = cube({x});`
inline CustomFunction custom_function(CustomFunctionOptions options) { return CustomFunction(std::move(options)); }

}  // namespace xgrad
