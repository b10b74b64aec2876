// The references of convolution.hpp.
// Not here: samples (samples/convolution.cpp, samples/pooling.cpp).
#include "reference/convolution.hpp"

#include <cmath>

namespace xgrad::test::reference {
namespace {

std::size_t at(const Extents& index, const Extents& shape) { return static_cast<std::size_t>(number_of(index, shape)); }

Ref zeros_of(Extents shape, Dtype dtype) {
  Ref result{std::move(shape), dtype, {}};
  result.values.assign(static_cast<std::size_t>(count(result.shape)), 0);
  result.scale = result.values;
  return result;
}

void add_term(Ref& result, std::size_t place, long double term) {
  result.values[place] += term;
  result.scale[place] += std::fabs(term);
}

/// The number of positions of a window, by trying one after the other.
std::int64_t positions(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                       std::int64_t dilation, bool ceil_mode = false) {
  std::int64_t number = 0;
  for (std::int64_t start = -padding;; start += stride, ++number) {
    const std::int64_t last = start + (kernel - 1) * dilation;
    if (last < extent + padding) continue;
    // It hangs over the padding. In ceil mode it counts if something of the padded input is left over for it.
    const bool covers_rest = start - stride + (kernel - 1) * dilation < extent + padding - 1;
    if (ceil_mode && start < extent && covers_rest) continue;
    return number;
  }
}

Extents result_shape(const Extents& x, const Extents& weight, const Conv2dOptions& o) {
  return {x[0], weight[0], positions(x[2], weight[2], o.stride.rows, o.padding.rows, o.dilation.rows),
          positions(x[3], weight[3], o.stride.columns, o.padding.columns, o.dilation.columns)};
}

/// Calls f(place in the result, place in x, place in the weight) for every product of a convolution.
template <class F>
void each_product(const Extents& x, const Extents& weight, const Conv2dOptions& o, F&& f) {
  const Extents result = result_shape(x, weight, o);
  const std::int64_t outs = weight[0] / o.groups, ins = weight[1];
  for (std::int64_t n = 0; n < count(result); ++n) {
    const Extents y = index_of(n, result);
    for (std::int64_t c = 0; c < ins; ++c)
      for (std::int64_t k = 0; k < weight[2]; ++k)
        for (std::int64_t l = 0; l < weight[3]; ++l) {
          const std::int64_t row = y[2] * o.stride.rows + k * o.dilation.rows - o.padding.rows;
          const std::int64_t column = y[3] * o.stride.columns + l * o.dilation.columns - o.padding.columns;
          if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
          f(static_cast<std::size_t>(n), at({y[0], y[1] / outs * ins + c, row, column}, x),
            at({y[1], c, k, l}, weight));
        }
  }
}

Extents pooled(const Extents& x, const MaxPool2dOptions& o) {
  return {x[0], x[1], positions(x[2], o.kernel.rows, o.stride.rows, o.padding.rows, o.dilation.rows, o.ceil_mode),
          positions(x[3], o.kernel.columns, o.stride.columns, o.padding.columns, o.dilation.columns, o.ceil_mode)};
}

/// Calls f(place in the result, places in x of the elements of the window that are inside, number of places that are
/// inside the padding).
template <class F>
void each_window(const Extents& x, const MaxPool2dOptions& o, F&& f) {
  const Extents result = pooled(x, o);
  for (std::int64_t n = 0; n < count(result); ++n) {
    const Extents y = index_of(n, result);
    std::vector<std::size_t> places;
    int padded = 0;
    for (std::int64_t k = 0; k < o.kernel.rows; ++k)
      for (std::int64_t l = 0; l < o.kernel.columns; ++l) {
        const std::int64_t row = y[2] * o.stride.rows + k * o.dilation.rows - o.padding.rows;
        const std::int64_t column = y[3] * o.stride.columns + l * o.dilation.columns - o.padding.columns;
        if (row >= x[2] + o.padding.rows || column >= x[3] + o.padding.columns) continue;
        ++padded;
        if (row >= 0 && row < x[2] && column >= 0 && column < x[3]) places.push_back(at({y[0], y[1], row, column}, x));
      }
    f(static_cast<std::size_t>(n), places, padded);
  }
}

/// Calls f(place in the result, place in x of the first maximum) for every window that has one.
template <class F>
void each_maximum(const Ref& x, const MaxPool2dOptions& o, F&& f) {
  each_window(x.shape, o, [&](std::size_t n, const std::vector<std::size_t>& places, int) {
    if (places.empty()) return;
    std::size_t best = places[0];
    for (const std::size_t place : places)
      if (x.values[place] > x.values[best] || (std::isnan(x.values[place]) && !std::isnan(x.values[best])))
        best = place;
    f(n, best);
  });
}

MaxPool2dOptions windows_of(const AvgPool2dOptions& o) { return {o.kernel, o.stride, o.padding, 1, o.ceil_mode}; }

}  // namespace

Ref conv2d(const Refs& operands, const Conv2dOptions& options) {
  const Ref &x = operands[0], &weight = operands[1];
  Ref result = zeros_of(result_shape(x.shape, weight.shape, options), x.dtype);
  each_product(x.shape, weight.shape, options, [&](std::size_t y, std::size_t from, std::size_t by) {
    add_term(result, y, x.values[from] * weight.values[by]);
  });
  if (operands.size() == 3)
    for (std::int64_t n = 0; n < result.size(); ++n)
      add_term(result, static_cast<std::size_t>(n),
               operands[2].values[static_cast<std::size_t>(index_of(n, result.shape)[1])]);
  return result;
}

Ref conv1d(Refs operands, const Conv1dOptions& o) {
  for (std::size_t i = 0; i < 2; ++i) operands[i].shape.push_back(1);
  Ref result = conv2d(operands, {{o.stride, 1}, {o.padding, 0}, {o.dilation, 1}, o.groups});
  result.shape.pop_back();
  return result;
}

Ref conv2d_input_backward(const Ref& g, const Ref& weight, Pair size, const Conv2dOptions& options) {
  Ref result = zeros_of({g.shape[0], weight.shape[1] * options.groups, size.rows, size.columns}, g.dtype);
  each_product(result.shape, weight.shape, options, [&](std::size_t y, std::size_t to, std::size_t by) {
    add_term(result, to, g.values[y] * weight.values[by]);
  });
  return result;
}

Ref conv2d_weight_backward(const Ref& g, const Ref& x, Pair kernel, const Conv2dOptions& options) {
  Ref result = zeros_of({g.shape[1], x.shape[1] / options.groups, kernel.rows, kernel.columns}, g.dtype);
  each_product(x.shape, result.shape, options, [&](std::size_t y, std::size_t from, std::size_t to) {
    add_term(result, to, g.values[y] * x.values[from]);
  });
  return result;
}

Ref max_pool2d(const Ref& x, const MaxPool2dOptions& options) {
  Ref result = zeros_of(pooled(x.shape, options), x.dtype);
  result.values.assign(result.values.size(), -HUGE_VALL);
  each_maximum(x, options, [&](std::size_t n, std::size_t place) { result.values[n] = x.values[place]; });
  return result;
}

Ref max_pool2d_backward(const Ref& g, const Ref& x, const MaxPool2dOptions& options) {
  Ref result = zeros_of(x.shape, x.dtype);
  each_maximum(x, options, [&](std::size_t n, std::size_t place) { add_term(result, place, g.values[n]); });
  return result;
}

Ref max_pool2d_pick(const Ref& u, const Ref& x, const MaxPool2dOptions& options) {
  Ref result = zeros_of(pooled(x.shape, options), x.dtype);
  each_maximum(x, options, [&](std::size_t n, std::size_t place) { result.values[n] = u.values[place]; });
  return result;
}

Ref avg_pool2d(const Ref& x, const AvgPool2dOptions& options) {
  Ref result = zeros_of(pooled(x.shape, windows_of(options)), x.dtype);
  each_window(x.shape, windows_of(options), [&](std::size_t n, const std::vector<std::size_t>& places, int padded) {
    const auto divisor = static_cast<long double>(options.count_include_pad ? padded : static_cast<int>(places.size()));
    for (const std::size_t place : places) add_term(result, n, x.values[place] / divisor);
  });
  return result;
}

Ref avg_pool2d_backward(const Ref& g, Pair size, const AvgPool2dOptions& options) {
  Ref result = zeros_of({g.shape[0], g.shape[1], size.rows, size.columns}, g.dtype);
  each_window(result.shape, windows_of(options),
              [&](std::size_t n, const std::vector<std::size_t>& places, int padded) {
                const auto divisor =
                    static_cast<long double>(options.count_include_pad ? padded : static_cast<int>(places.size()));
                for (const std::size_t place : places) add_term(result, place, g.values[n] / divisor);
              });
  return result;
}

}  // namespace xgrad::test::reference
