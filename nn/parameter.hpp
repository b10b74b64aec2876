// A parameter: a leaf tensor that a module owns, declared and registered in one line of the module's class.
// Not here: the module (module.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

namespace xgrad::nn {

class Module;

/// A tensor that requires a gradient and belongs to a module under a name:
/// `Parameter weight{this, "weight", zeros({out, in})};`. Copying a parameter copies its values into memory of its own;
/// assigning one writes the values into the memory that optimizers know, if shape and dtype are the same.
class Parameter : public Tensor {
 public:
  /// An absent parameter: undefined and not registered.
  Parameter() = default;
  /// Registers `value`, whose memory it takes over. Errors: DtypeError unless floating; ValueError for a name that the
  /// owner has already, or one that is empty or contains a dot.
  Parameter(Module* owner, const char* name, const Tensor& value);

  Parameter(const Parameter& other);
  Parameter(Parameter&&) noexcept;
  Parameter& operator=(const Parameter& other);
  Parameter& operator=(Parameter&& other) noexcept;
  ~Parameter();
};

}  // namespace xgrad::nn
