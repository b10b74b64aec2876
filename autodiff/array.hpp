// An n-dimensional strided view of memory: what kernels read and write.
// Not here: ownership (state.hpp) or differentiation (tape.hpp).
#pragma once

#include <xgrad/autodiff/dtype.hpp>
#include <xgrad/autodiff/shape.hpp>

#include <cstdint>

namespace xgrad {

/// Memory with a shape. Strides count elements, not bytes, and may be zero or negative.
struct Array {
  /// Shape (), no memory.
  Array() : shape(detail::Uninitialized{}) {}

  void* data = nullptr;  ///< the element at index (0, ..., 0)
  std::int64_t numel = 0;
  Shape shape;
  std::int64_t strides[max_rank];
  Dtype dtype = Dtype::float32;
  bool contiguous = true;  ///< row-major without gaps
  bool requires_grad = false;

  template <class T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

}  // namespace xgrad
