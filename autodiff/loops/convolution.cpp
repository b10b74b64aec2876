// Each group of channels of each image becomes columns, panel by panel; columns times weights are matrix products.
// Not here: how columns are filled (columns.cpp).
#include <xgrad/autodiff/loops/convolution.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/columns.hpp>
#include <xgrad/autodiff/loops/convolution_backend.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/product.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>

namespace xgrad::loops {
namespace {

// So many bytes of columns are still in the second cache when they are multiplied.
constexpr std::int64_t panel_bytes = 256 * 1024;

// The columns of a kernel of one element that looks at every pixel are the image itself.
bool is_pointwise(const Windows& windows) { return windows.kernel == 1 && windows.stride == 1 && windows.padding == 0; }

/// Where the parts of the operands lie that belong to one group of one image, or to a panel of its windows.
template <class T>
struct Layout {
  const Convolution& sizes;
  std::int64_t pixels = sizes.windows.rows.extent * sizes.windows.columns.extent;
  std::int64_t width = sizes.windows.columns.count;
  std::int64_t places = sizes.windows.rows.count * width;
  std::int64_t terms = sizes.in_channels * sizes.windows.rows.kernel * sizes.windows.columns.kernel;
  bool is_copy_free = is_pointwise(sizes.windows.rows) && is_pointwise(sizes.windows.columns);

  T* image(const Array& x, std::int64_t i, std::int64_t group) const {
    return x.as<T>() + (i * sizes.groups + group) * sizes.in_channels * pixels;
  }
  T* result(const Array& out, std::int64_t i, std::int64_t group) const {
    return out.as<T>() + (i * sizes.groups + group) * sizes.out_channels * places;
  }
  T* weight(const Array& weight, std::int64_t group) const {
    return weight.as<T>() + group * sizes.out_channels * terms;
  }

  Matrix<T> weight_matrix(const Array& array, std::int64_t group) const {
    return {weight(array, group), sizes.out_channels, terms, terms, 1};
  }
  Matrix<T> columns_matrix(const T* data, Span panel) const {
    return {data, terms, panel.size() * width, panel.size() * width, 1};
  }
  Matrix<T> result_matrix(const Array& array, std::int64_t i, std::int64_t group, Span panel) const {
    return {result(array, i, group) + panel.begin * width, sizes.out_channels, panel.size() * width, places, 1};
  }

  std::int64_t rows_of_panel() const {
    const std::int64_t rows = sizes.windows.rows.count;
    if (is_copy_free) return rows;
    const std::int64_t row_bytes = std::max<std::int64_t>(terms * width, 1) * static_cast<std::int64_t>(sizeof(T));
    return std::clamp<std::int64_t>(panel_bytes / row_bytes, 1, rows);
  }
  /// Memory for the columns of a panel; none if they are the image.
  Tensor new_columns() const { return empty({is_copy_free ? 0 : terms * rows_of_panel() * width}, dtype_of<T>); }

  std::int64_t panels() const { return (sizes.windows.rows.count + rows_of_panel() - 1) / rows_of_panel(); }
  Span panel(std::int64_t number) const {
    const std::int64_t row = number * rows_of_panel();
    return {row, std::min(row + rows_of_panel(), sizes.windows.rows.count)};
  }
  /// What the columns of a panel and their product cost, for parallel_for.
  std::int64_t panel_cost() const {
    const std::int64_t elements = terms * rows_of_panel() * width;
    return elements * (sizes.out_channels + 16) * static_cast<std::int64_t>(sizeof(T)) / 64;
  }

  /// The columns of a panel, written into `memory` or in place.
  Matrix<T> columns_of(const Array& x, std::int64_t i, std::int64_t group, Span panel, const Tensor& memory) const {
    const T* source = image(x, i, group);
    if (is_copy_free) return columns_matrix(source, panel);
    T* columns = memory.array().template as<T>();
    unfold(source, sizes.in_channels, sizes.windows, panel, columns);
    return columns_matrix(columns, panel);
  }
};

template <class T>
void add_bias(const Convolution& sizes, const T* bias, std::int64_t places, T* out) {
  const std::int64_t channels = sizes.groups * sizes.out_channels, of_image = channels * places;
  const auto add = kernels::table().loops<T>().binary[static_cast<int>(kernels::Binary::add)];
  parallel_for(sizes.images, of_image, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      add(out + i * of_image, {places, 1}, bias, {1, 0}, out + i * of_image, channels, places);
  });
}

template <class T>
void run(const Convolution& sizes, const Array& x, const Array& weight, const Array* bias, const Array& out) {
  const Layout<T> layout{sizes};
  const std::int64_t panels = layout.panels();
  parallel_for(sizes.images * sizes.groups * panels, layout.panel_cost(), [&](std::int64_t begin, std::int64_t end) {
    const Tensor memory = layout.new_columns();
    for (std::int64_t number = begin; number < end; ++number) {
      const std::int64_t i = number / panels / sizes.groups, group = number / panels % sizes.groups;
      const Span panel = layout.panel(number % panels);
      const Matrix<T> columns = layout.columns_of(x, i, group, panel, memory);
      multiply(layout.weight_matrix(weight, group), columns, false,
               layout.result(out, i, group) + panel.begin * layout.width, layout.places);
    }
  });
  if (bias != nullptr) add_bias(sizes, bias->as<const T>(), layout.places, out.as<T>());
}

template <class T>
void run_input_backward(const Convolution& sizes, const Array& g, const Array& weight, const Array& out) {
  const Layout<T> layout{sizes};
  const std::int64_t panels = layout.panels();
  if (!layout.is_copy_free) clear(out);
  // The panels of an image overlap in it.
  parallel_for(sizes.images * sizes.groups, panels * layout.panel_cost(), [&](std::int64_t begin, std::int64_t end) {
    const Tensor memory = layout.new_columns();
    for (std::int64_t number = begin * panels; number < end * panels; ++number) {
      const std::int64_t i = number / panels / sizes.groups, group = number / panels % sizes.groups;
      const Span panel = layout.panel(number % panels);
      T* image = layout.image(out, i, group);
      T* columns = layout.is_copy_free ? image : memory.array().as<T>();
      multiply(layout.weight_matrix(weight, group).transposed(), layout.result_matrix(g, i, group, panel), false,
               columns, panel.size() * layout.width);
      if (!layout.is_copy_free) fold(columns, sizes.in_channels, sizes.windows, panel, image);
    }
  });
}

/// In how many blocks the panels of all images are added up: from the sizes alone, so that the order of additions does
/// not depend on the number of threads. Each block has sums of its own, which are to stay within some memory.
template <class T>
std::int64_t blocks_of_sums(const Layout<T>& layout, std::int64_t panels, std::int64_t weights) {
  constexpr std::int64_t most = 16, most_bytes = 16 << 20;
  const bool is_small = panels * layout.sizes.groups * layout.panel_cost() < least_cost;
  if (is_small) return 1;
  const std::int64_t by_memory = most_bytes / (weights * static_cast<std::int64_t>(sizeof(T)));
  return std::min(panels, std::clamp<std::int64_t>(by_memory, 2, most));
}

template <class T>
void run_weight_backward(const Convolution& sizes, const Array& g, const Array& x, const Array& out) {
  const Layout<T> layout{sizes};
  const std::int64_t panels = layout.panels(), all = sizes.images * panels;
  if (all == 0) return clear(out);
  const std::int64_t blocks = blocks_of_sums(layout, all, out.numel);
  const Tensor partial = empty({(blocks - 1) * out.numel}, out.dtype);
  const auto sums_of = [&](std::int64_t block) {
    Array sums = out;
    if (block > 0) sums.data = partial.array().as<T>() + (block - 1) * out.numel;
    return sums;
  };
  parallel_for(blocks * sizes.groups, all / blocks * layout.panel_cost(), [&](std::int64_t begin, std::int64_t end) {
    const Tensor memory = layout.new_columns();
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t block = item / sizes.groups, group = item % sizes.groups;
      const Array sums = sums_of(block);
      const std::int64_t first = all * block / blocks, last = all * (block + 1) / blocks;
      for (std::int64_t number = first; number < last; ++number) {
        const std::int64_t i = number / panels;
        const Span panel = layout.panel(number % panels);
        const Matrix<T> columns = layout.columns_of(x, i, group, panel, memory);
        multiply(layout.result_matrix(g, i, group, panel), columns.transposed(), number != first,
                 layout.weight(sums, group), layout.terms);
      }
    }
  });
  const auto add = kernels::table().loops<T>().plain_binary[static_cast<int>(kernels::Binary::add)];
  parallel_elements(out.numel, blocks, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = 1; block < blocks; ++block)
      add(out.as<T>() + begin, sums_of(block).template as<T>() + begin, out.as<T>() + begin, end - begin);
  });
}

}  // namespace

void convolve(const Convolution& sizes, const Array& x, const Array& weight, const Array* bias, const Array& out) {
  if (out.numel == 0) return;
  const Packed images(x), weights(weight);
  const Tensor packed_bias = bias != nullptr && !bias->contiguous ? packed(*bias) : Tensor();
  if (packed_bias.defined()) bias = &packed_bias.array();
  if (backend::convolve(sizes, *images, *weights, bias, out)) return;
  visit_floating(out.dtype, [&]<class T>() { run<T>(sizes, *images, *weights, bias, out); });
}

void convolve_input_backward(const Convolution& sizes, const Array& g, const Array& weight, const Array& out) {
  if (out.numel == 0) return;
  const Packed cotangent(g), weights(weight);
  if (backend::convolve_input_backward(sizes, *cotangent, *weights, out)) return;
  visit_floating(out.dtype, [&]<class T>() { run_input_backward<T>(sizes, *cotangent, *weights, out); });
}

void convolve_weight_backward(const Convolution& sizes, const Array& g, const Array& x, const Array& out) {
  if (out.numel == 0) return;
  const Packed cotangent(g), images(x);
  if (backend::convolve_weight_backward(sizes, *cotangent, *images, out)) return;
  visit_floating(out.dtype, [&]<class T>() { run_weight_backward<T>(sizes, *cotangent, *images, out); });
}

}  // namespace xgrad::loops
