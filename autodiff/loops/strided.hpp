// Copies between strided arrays, fillings, and row-major copies for kernels that need them.
// Not here: conversion between dtypes (cast.hpp).
#pragma once

#include <xgrad/autodiff/tensor.hpp>

namespace xgrad::loops {

/// target[i] = source[i] for equal shapes and dtypes, any strides.
void copy(const Array& source, const Array& target);

// To the elements of a row-major array:

/// Zeros.
void clear(const Array& target);
/// The only element of `value`, of the same dtype.
void fill(const Array& value, const Array& target);

/// A row-major copy.
Tensor packed(const Array& source);

/// The array itself if it is row-major, else a copy that is.
class Packed {
 public:
  explicit Packed(const Array& array);
  const Array& operator*() const { return *array_; }
  const Array* operator->() const { return array_; }

 private:
  Tensor copy_;
  const Array* array_;
};

}  // namespace xgrad::loops
