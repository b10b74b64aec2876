// From a run-time dtype to a C++ element type.
// Not here: the loops that need it (loops/).
#pragma once

#include <xgrad/autodiff/dtype.hpp>

namespace xgrad {

/// Calls f.operator()<T>() with T = bool, std::int64_t, float or double.
template <class F>
decltype(auto) visit_dtype(Dtype dtype, F&& f) {
  switch (dtype) {
    case Dtype::bool_: return f.template operator()<bool>();
    case Dtype::int64: return f.template operator()<std::int64_t>();
    case Dtype::float32: return f.template operator()<float>();
    default: return f.template operator()<double>();
  }
}

/// The same for the floating dtypes alone.
template <class F>
[[gnu::always_inline]] inline decltype(auto) visit_floating(Dtype dtype, F&& f) {
  if (dtype == Dtype::float32) return f.template operator()<float>();
  return f.template operator()<double>();
}

}  // namespace xgrad
