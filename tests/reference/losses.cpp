// The references of losses.hpp.
// Not here: mse_loss (reductions.cpp).
#include "reference/losses.hpp"

#include "reference/elementwise.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace xgrad::test::reference {
namespace {

using Row = std::vector<std::size_t>;

// The numbers of the elements of each row, rows in the order of the other axes.
std::vector<Row> rows_of(const Extents& shape, const std::vector<int>& axes) {
  std::map<Extents, Row> rows;
  for (std::int64_t n = 0; n < count(shape); ++n) {
    Extents index = index_of(n, shape);
    for (const int axis : axes) index[static_cast<std::size_t>(axis)] = 0;
    rows[index].push_back(static_cast<std::size_t>(n));
  }
  std::vector<Row> result;
  for (auto& entry : rows) result.push_back(std::move(entry.second));
  return result;
}

// The largest of a row, and log(sum of e^(x - largest)) with what exceeds 1 in log1p.
std::pair<long double, long double> normaliser(const Ref& x, const Row& row) {
  const std::size_t most = *std::max_element(row.begin(), row.end(),
                                             [&](std::size_t a, std::size_t b) { return x.values[a] < x.values[b]; });
  long double others = 0;
  for (const std::size_t n : row)
    if (n != most) others += std::exp(x.values[n] - x.values[most]);
  return {x.values[most], std::log1p(others)};
}

Ref like(const Ref& x) {
  Ref result{x.shape, floating_dtype({x}), {}};
  result.values.resize(x.values.size());
  return result;
}

long double sigmoid_of(long double x) { return 1 / (1 + std::exp(-x)); }
long double softplus_of(long double x) { return std::fmax(x, 0.0L) + std::log1p(std::exp(-std::fabs(x))); }

std::size_t axis_of_classes(const Extents& shape) { return shape.size() == 1 ? 0 : 1; }

// Calls f(number of the target, number of the element of x, weight) for each target that counts.
template <class F>
long double for_each_target(const Ref& targets, const Extents& shape, const std::vector<double>& weight, F&& f) {
  long double total = 0;
  for (std::int64_t n = 0; n < targets.size(); ++n) {
    const auto number = static_cast<std::size_t>(n);
    const auto c = static_cast<std::int64_t>(targets.values[number]);
    if (c == -100) continue;
    Extents index = index_of(n, targets.shape);
    index.insert(index.begin() + static_cast<std::ptrdiff_t>(axis_of_classes(shape)), c);
    const long double factor = weight.empty() ? 1 : weight[static_cast<std::size_t>(c)];
    total += factor;
    f(number, static_cast<std::size_t>(number_of(index, shape)), factor);
  }
  return total;
}

std::size_t taken_place(std::int64_t n, const Ref& indices, const Extents& shape, int axis) {
  Extents index = index_of(n, indices.shape);
  const auto a = static_cast<std::size_t>(axis);
  index[a] = static_cast<std::int64_t>(indices.values[static_cast<std::size_t>(n)]);
  if (index[a] < 0) index[a] += shape[a];
  return static_cast<std::size_t>(number_of(index, shape));
}

}  // namespace

Ref softmax(const Ref& x, const std::vector<int>& axes) {
  Ref result = like(x);
  for (const Row& row : rows_of(x.shape, axes)) {
    const auto [most, log_sum] = normaliser(x, row);
    for (const std::size_t n : row) result.values[n] = std::exp(x.values[n] - most - log_sum);
  }
  return result;
}

Ref log_softmax(const Ref& x, const std::vector<int>& axes) {
  Ref result = like(x);
  for (const Row& row : rows_of(x.shape, axes)) {
    const auto [most, log_sum] = normaliser(x, row);
    for (const std::size_t n : row) result.values[n] = x.values[n] - most - log_sum;
  }
  return result;
}

Ref logsumexp(const Ref& x, const std::vector<int>& axes, bool keep_dims) {
  Ref result{{}, floating_dtype({x}), {}};
  for (std::size_t axis = 0; axis < x.shape.size(); ++axis) {
    const bool is_reduced = std::find(axes.begin(), axes.end(), static_cast<int>(axis)) != axes.end();
    if (!is_reduced || keep_dims) result.shape.push_back(is_reduced ? 1 : x.shape[axis]);
  }
  for (const Row& row : rows_of(x.shape, axes)) {
    const auto [most, log_sum] = normaliser(x, row);
    result.values.push_back(most + log_sum);
    result.scale.push_back(std::fabs(most) + log_sum);
  }
  // Over nothing there are no rows.
  while (result.size() < count(result.shape)) {
    result.values.push_back(-HUGE_VALL);
    result.scale.push_back(0);
  }
  return result;
}

Ref softmax_backward(const Ref& g, const Ref& y, const std::vector<int>& axes) {
  Ref result = like(y);
  result.scale.resize(y.values.size());
  for (const Row& row : rows_of(y.shape, axes)) {
    long double total = 0, size = 0;
    for (const std::size_t n : row) {
      total += g.values[n] * y.values[n];
      size += std::fabs(g.values[n] * y.values[n]);
    }
    for (const std::size_t n : row) {
      result.values[n] = y.values[n] * (g.values[n] - total);
      result.scale[n] = std::fabs(y.values[n]) * (std::fabs(g.values[n]) + size);
    }
  }
  return result;
}

Ref log_softmax_backward(const Ref& g, const Ref& y, const std::vector<int>& axes) {
  Ref result = like(y);
  result.scale.resize(y.values.size());
  for (const Row& row : rows_of(y.shape, axes)) {
    long double total = 0, size = 0;
    for (const std::size_t n : row) {
      total += g.values[n];
      size += std::fabs(g.values[n]);
    }
    for (const std::size_t n : row) {
      result.values[n] = g.values[n] - std::exp(y.values[n]) * total;
      result.scale[n] = std::fabs(g.values[n]) + std::exp(y.values[n]) * size;
    }
  }
  return result;
}

Ref softplus(const Ref& x) { return map(x, softplus_of, floating_dtype({x})); }
Ref log_sigmoid(const Ref& x) {
  return map(
      x, [](long double v) { return -softplus_of(-v); }, floating_dtype({x}));
}
Ref leaky_relu(const Ref& x, double negative_slope) { return leaky_relu_backward(x, x, negative_slope); }
Ref leaky_relu_backward(const Ref& g, const Ref& x, double negative_slope) {
  Ref result = like(x);
  const long double slope = result.dtype == float32 ? static_cast<float>(negative_slope) : negative_slope;
  for (std::size_t n = 0; n < x.values.size(); ++n)
    result.values[n] = x.values[n] > 0 ? g.values[n] : slope * g.values[n];
  return result;
}

Ref bce(const Ref& p, const Ref& t) {
  Ref result = like(p);
  for (std::size_t n = 0; n < p.values.size(); ++n)
    result.values[n] = -(t.values[n] * std::fmax(std::log(p.values[n]), -100.0L) +
                         (1 - t.values[n]) * std::fmax(std::log(1 - p.values[n]), -100.0L));
  return result;
}
Ref bce_with_logits(const Ref& x, const Ref& t) {
  Ref result = like(x);
  for (std::size_t n = 0; n < x.values.size(); ++n) {
    const long double v = x.values[n], share = t.values[n];
    result.values[n] = share * softplus_of(-v) + (1 - share) * softplus_of(v);
    // Where t is not a probability, positive terms meet negative ones.
    result.scale.push_back(std::fabs(v) + std::fabs(v * share));
  }
  return result;
}
Ref sigmoid_difference(const Ref& x, const Ref& t) {
  const Dtype dtype = floating_dtype({x, t});
  Ref result = map(
      x, t, [](long double v, long double share) { return sigmoid_of(v) - share; }, dtype);
  result.scale = map(
                     x, t, [](long double, long double share) { return 1 + std::fabs(share); }, dtype)
                     .values;
  return result;
}

Ref nll(const Ref& x, const Ref& targets, const std::vector<double>& weight, Reduce reduce) {
  Ref result{targets.shape, x.dtype, {}};
  result.values.assign(targets.values.size(), 0);
  const long double total =
      for_each_target(targets, x.shape, weight,
                      [&](std::size_t n, std::size_t at, long double w) { result.values[n] = -w * x.values[at]; });
  if (reduce == Reduce::none) return result;
  Ref single{{}, x.dtype, {0}};
  single.scale = {0};
  for (const long double value : result.values) {
    single.values[0] += value;
    single.scale[0] += std::fabs(value);
  }
  if (reduce == Reduce::mean && total != 0) {
    single.values[0] /= total;
    single.scale[0] /= total;
  }
  return single;
}

Ref nll_backward(const Ref& g, const Ref& targets, const Extents& shape, const std::vector<double>& weight,
                 Reduce reduce) {
  Ref result{shape, g.dtype, {}};
  result.values.assign(static_cast<std::size_t>(count(shape)), 0);
  const long double total = for_each_target(targets, shape, weight, [&](std::size_t n, std::size_t at, long double w) {
    result.values[at] = -w * g.values[reduce == Reduce::none ? n : 0];
  });
  if (reduce == Reduce::mean && total != 0)
    for (long double& value : result.values) value /= total;
  return result;
}

Ref take_along_axis(const Ref& x, const Ref& indices, int axis) {
  Ref result{indices.shape, x.dtype, {}};
  for (std::int64_t n = 0; n < indices.size(); ++n)
    result.values.push_back(x.values[taken_place(n, indices, x.shape, axis)]);
  return result;
}

Ref put_along_axis(const Ref& g, const Ref& indices, const Extents& shape, int axis) {
  Ref result{shape, g.dtype, {}};
  result.values.assign(static_cast<std::size_t>(count(shape)), 0);
  result.scale = result.values;
  for (std::int64_t n = 0; n < indices.size(); ++n) {
    const std::size_t at = taken_place(n, indices, shape, axis);
    result.values[at] += g.values[static_cast<std::size_t>(n)];
    result.scale[at] += std::fabs(g.values[static_cast<std::size_t>(n)]);
  }
  return result;
}

}  // namespace xgrad::test::reference
