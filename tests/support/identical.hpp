// Tensors compared by their bits: a NaN is equal to itself alone, 0 is not -0.
// Not here: the same with all NaNs as one (ref.hpp), comparisons of values (array_equal, allclose).
#pragma once

#include <xgrad/autodiff/ops/shaping.hpp>

#include <cstddef>
#include <cstring>
#include <vector>

namespace xgrad::test {

/// True if both are undefined, or shapes, dtypes and the memory of all elements are equal.
inline bool identical(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  const Tensor x = contiguous(a), y = contiguous(b);
  return std::memcmp(x.array().data, y.array().data, static_cast<std::size_t>(x.size()) * size_of(x.dtype())) == 0;
}

inline bool identical(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i) same = identical(a[i], b[i]);
  return same;
}

}  // namespace xgrad::test
