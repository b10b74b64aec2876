// The references of reductions.hpp.
// Not here: elementwise operations and changes of shape.
#include "reference/reductions.hpp"

#include "reference/shaping.hpp"

#include <algorithm>
#include <cmath>

namespace xgrad::test::reference {
namespace {

/// Calls take(number of the result's element, value) for each element of x. Returns the result's shape.
template <class F>
Extents reduce(const Ref& x, const std::vector<int>& axes, bool keep_dims, F&& take) {
  std::vector<bool> reduced(x.shape.size(), axes.empty());
  for (const int axis : axes) reduced[static_cast<std::size_t>(axis)] = true;
  Extents kept, shape;
  for (std::size_t axis = 0; axis < x.shape.size(); ++axis) {
    if (!reduced[axis]) kept.push_back(x.shape[axis]);
    if (!reduced[axis] || keep_dims) shape.push_back(reduced[axis] ? 1 : x.shape[axis]);
  }
  for (std::int64_t n = 0; n < x.size(); ++n) {
    const Extents index = index_of(n, x.shape);
    Extents target;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
      if (!reduced[axis]) target.push_back(index[axis]);
    take(static_cast<std::size_t>(number_of(target, kept)), x.values[static_cast<std::size_t>(n)]);
  }
  return shape;
}

Ref filled(Extents shape, Dtype dtype, long double value) {
  Ref result{std::move(shape), dtype, {}};
  result.values.assign(static_cast<std::size_t>(count(result.shape)), value);
  return result;
}

Extents reduced_shape(const Ref& x, const std::vector<int>& axes, bool keep_dims) {
  return reduce(x, axes, keep_dims, [](std::size_t, long double) {});
}

}  // namespace

Ref sum(const Ref& x, std::vector<int> axes, bool keep_dims) {
  Ref result = filled(reduced_shape(x, axes, keep_dims), x.dtype == bool_ ? int64 : x.dtype, 0);
  result.scale = result.values;
  reduce(x, axes, keep_dims, [&](std::size_t n, long double value) {
    result.values[n] += value;
    result.scale[n] += std::fabs(value);
  });
  return result;
}

Ref mean(const Ref& x, std::vector<int> axes, bool keep_dims) {
  Ref result = sum(x, axes, keep_dims);
  std::int64_t terms = 1;
  for (std::size_t axis = 0; axis < x.shape.size(); ++axis)
    if (axes.empty() || std::find(axes.begin(), axes.end(), static_cast<int>(axis)) != axes.end())
      terms *= x.shape[axis];
  for (long double& value : result.values) value /= static_cast<long double>(terms);
  for (long double& value : result.scale) value /= static_cast<long double>(terms);
  if (!is_floating(x.dtype)) result.dtype = float32;
  return result;
}

Ref max(const Ref& x, std::vector<int> axes, bool keep_dims) {
  Ref result = filled(reduced_shape(x, axes, keep_dims), x.dtype, -HUGE_VALL);
  reduce(x, axes, keep_dims, [&](std::size_t n, long double value) {
    if (std::isnan(value) || value > result.values[n]) result.values[n] = value;
  });
  return result;
}

Ref matmul(Ref a, Ref b, bool transpose_a, bool transpose_b) {
  const bool row = a.shape.size() == 1, column = b.shape.size() == 1;
  if (row) a.shape.insert(a.shape.begin(), 1);
  if (column) b.shape.push_back(1);
  if (transpose_a) a = swap_last_axes(a);
  if (transpose_b) b = swap_last_axes(b);
  const std::int64_t m = a.shape.end()[-2], k = a.shape.back(), n = b.shape.back();
  const Extents batches_a(a.shape.begin(), a.shape.end() - 2), batches_b(b.shape.begin(), b.shape.end() - 2);
  Extents batches(std::max(batches_a.size(), batches_b.size()), 1);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    std::int64_t& extent = batches[batches.size() - 1 - i];
    if (i < batches_a.size()) extent = batches_a[batches_a.size() - 1 - i];
    if (i < batches_b.size() && extent == 1) extent = batches_b[batches_b.size() - 1 - i];
  }
  const auto batch_of = [&](const Extents& index, const Extents& own) {
    Extents place(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      const std::size_t axis = own.size() - 1 - i;
      place[axis] = own[axis] == 1 ? 0 : index[index.size() - 1 - i];
    }
    return number_of(place, own);
  };
  Ref result{batches, a.dtype, {}};
  for (std::int64_t batch = 0; batch < count(batches); ++batch) {
    const Extents index = index_of(batch, batches);
    const std::int64_t start_a = batch_of(index, batches_a) * m * k, start_b = batch_of(index, batches_b) * k * n;
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        long double total = 0, scale = 0;
        for (std::int64_t l = 0; l < k; ++l) {
          const long double term = a.values[static_cast<std::size_t>(start_a + i * k + l)] *
                                   b.values[static_cast<std::size_t>(start_b + l * n + j)];
          total += term;
          scale += std::fabs(term);
        }
        result.values.push_back(total);
        result.scale.push_back(scale);
      }
  }
  if (!row) result.shape.push_back(m);
  if (!column) result.shape.push_back(n);
  return result;
}

Ref mse_loss(const Ref& prediction, const Ref& target) {
  Ref result{{}, prediction.dtype, {0}};
  for (std::size_t i = 0; i < prediction.values.size(); ++i) {
    const long double error = prediction.values[i] - target.values[i];
    result.values[0] += error * error;
  }
  result.values[0] /= static_cast<long double>(prediction.size());
  return result;
}

Ref mse_loss_backward(const Ref& g, const Ref& prediction, const Ref& target) {
  Ref result{prediction.shape, prediction.dtype, {}};
  for (std::size_t i = 0; i < prediction.values.size(); ++i)
    result.values.push_back(2 * g.values[0] * (prediction.values[i] - target.values[i]) /
                            static_cast<long double>(prediction.size()));
  return result;
}

Ref linear(const Ref& x, const Ref& weight, const Ref& bias) {
  Ref result = matmul(x, weight, false, true);
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const long double term = bias.values[i % bias.values.size()];
    result.values[i] += term;
    result.scale[i] += std::fabs(term);
  }
  return result;
}

}  // namespace xgrad::test::reference
