// The backward pass: from the tensors of interest back along the tape to whatever they depend on.
// Not here: recording (record.hpp), the rules of single ops (ops/).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

#include <vector>

namespace xgrad {

struct GradOptions {
  std::vector<Tensor> cotangents = {};  ///< one for each output; may be left out for outputs of one element
  bool create_graph = false;            ///< record the backward pass, so that the result can be differentiated
  bool retain_graph = false;            ///< keep saved values for another pass; create_graph keeps them too
  bool allow_unused = false;            ///< an undefined result for inputs that do not matter, instead of an error
};

/// The derivatives of the sum of the outputs (each weighted by its cotangent) with respect to each input:
/// vector-Jacobian products by reverse accumulation (Griewank & Walther, Evaluating Derivatives, chapter 3). Writes
/// nothing into leaves. An input named twice gets its derivative twice. Results share memory with no other tensor,
/// except that with create_graph those inside the graph may.
/// Errors: GraphError if an output has no graph, an input does not require a gradient, an input is not used (unless
/// allowed), or the graph was used up; ShapeError and DtypeError for cotangents that do not fit; VersionError if a
/// saved value was overwritten.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const GradOptions& options = {}, const char* file = __builtin_FILE(),
                         int line = __builtin_LINE());
std::vector<Tensor> grad(const Tensor& output, const std::vector<Tensor>& inputs, const GradOptions& options = {},
                         const char* file = __builtin_FILE(), int line = __builtin_LINE());
namespace detail {
enum class NoInputs {};
}
/// `grad(output, {})`: the checks and no derivatives. Errors: as above.
std::vector<Tensor> grad(const Tensor& output, detail::NoInputs none, const GradOptions& options = {},
                         const char* file = __builtin_FILE(), int line = __builtin_LINE());
/// The derivative with respect to one tensor.
Tensor grad(const Tensor& output, const Tensor& input, const GradOptions& options = {},
            const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// Accumulates into leaves from several outputs at once; `cotangents` as in GradOptions. Errors: as Tensor::backward.
void backward(const std::vector<Tensor>& outputs, const std::vector<Tensor>& cotangents = {},
              BackwardOptions options = {}, const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace xgrad
