// A table of a model: its modules, what they put out, how many parameters they have.
// Not here: the values; print the tensors.
#pragma once

#include <xgrad/nn/callable.hpp>

#include <optional>
#include <string>
#include <type_traits>

namespace xgrad::nn {

/// The class of a module without namespaces: "Linear".
std::string type_name(const Module& module);

/// The modules of a model with their names, types and numbers of parameters of their own (with a star if all of those
/// are frozen); tied ones count once.
std::string to_string(const Module& model);

struct SummaryOptions {
  std::optional<Dtype> dtype = {};  ///< of the input; by default that of the parameters
};

/// For the function below: `call` runs the model behind `object`.
std::string summarize(const Module& model, const Shape& input_shape, const SummaryOptions& options, const void* object,
                      void (*call)(const void* object, const Tensor& x));

/// The same with the shape of what each module puts out (the last time it is called; "-" if it is not, or puts out
/// something else than a tensor), found by running the model on zeros of the given shape, without gradients and in
/// evaluation mode. Errors: those of the model.
template <class M>
std::string summary(M&& model, const Shape& input_shape, SummaryOptions options = {}) {
  using Model = std::remove_reference_t<M>;
  return summarize(model, input_shape, options, &model,
                   [](const void* object, const Tensor& x) { (*static_cast<Model*>(const_cast<void*>(object)))(x); });
}

}  // namespace xgrad::nn
