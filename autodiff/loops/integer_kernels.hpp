// Elementwise loops for int64 and bool, with the signatures of the floating kernels; null where an op is not defined.
// Not here: floating kernels (kernels/).
#pragma once

#include <xgrad/autodiff/kernels/kernels.hpp>

namespace xgrad::loops {

// T = bool or std::int64_t. Integer arithmetic wraps around. For bool, add and maximum are "or", multiply and minimum
// are "and".
template <class T>
kernels::UnaryFn<T> integer_unary(kernels::Unary kind);
template <class T>
kernels::BinaryFn<T> integer_binary(kernels::Binary kind);
template <class T>
kernels::CompareFn<T> integer_compare(kernels::Compare kind);
template <class T>
kernels::WhereFn<T> integer_where();

}  // namespace xgrad::loops
