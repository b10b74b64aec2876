// From tensors to an update kernel: memory that it can run over, state of the parameter's dtype, versions.
// Not here: the kernels (autodiff/kernels/updates.hpp).
#pragma once

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/tensor.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad::optim {

/// Makes `state` an array like the parameter: full of `initial` at its first use, converted if the model was.
inline void prepare(Tensor& state, const Tensor& parameter, double initial = 0) {
  if (!state.defined())
    state = full(parameter.shape(), initial, {.dtype = parameter.dtype()});
  else if (state.dtype() != parameter.dtype())
    state = state.to(parameter.dtype());
}

/// Calls `kernel_of(updates)` for the kernel, and the kernel for the memory of parameter, gradient and prepared states.
template <class Step, class KernelOf, class... States>
void one_pass(const Tensor& parameter, const Tensor& gradient, const Step& step, KernelOf&& kernel_of,
              const States&... states) {
  // The kernel would overwrite a gradient that lies in the parameter's memory before it is read.
  const bool overlap = gradient.state()->storage == parameter.state()->storage;
  const Tensor apart = overlap ? loops::packed(gradient.array()) : Tensor();
  const loops::Packed source(overlap ? apart.array() : gradient.array()), target(parameter.array());
  visit_floating(parameter.dtype(), [&]<class T>() {
    const auto kernel = kernel_of(kernels::table().loops<T>().updates);
    const std::int64_t cost = sizeof(T) / 4;
    T* const p = target->template as<T>();
    const T* const g = source->template as<const T>();
    loops::parallel_elements(parameter.size(), cost,
                             [=, &step, ... s = states.array().template as<T>()](std::int64_t begin, std::int64_t end) {
                               T* const arrays[sizeof...(states) + 1] = {s + begin..., nullptr};
                               kernel(p + begin, g + begin, arrays, step, end - begin);
                             });
  });
  if (!parameter.is_contiguous()) loops::copy(*target, parameter.array());
  parameter.state()->storage->version.increment();
}

}  // namespace xgrad::optim
