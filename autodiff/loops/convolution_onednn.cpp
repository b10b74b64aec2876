// Convolutions of float32 by oneDNN 2's direct kernels: operands are reordered to the blocked layouts that these want.
// Not here: what they leave to our own code (convolution.cpp): float64, small work, sizes without a fast kernel.
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/kernels/kernels.hpp>
#include <xgrad/autodiff/loops/convolution_backend.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/tensor.hpp>

#include <dnnl.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// Debian's oneDNN runs on GCC's OpenMP. Its header is not there for every compiler that can link it.
extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int count);
}

namespace xgrad::loops::backend {

constinit Use use = Use::where_faster;

namespace {

using dnnl::memory;

/// One thread in oneDNN, as in the BLAS: results must not depend on how many there are.
class OneThread {
 public:
  OneThread() { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_ = omp_get_max_threads();
};

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

enum class Function : std::int64_t { forward, forward_with_bias, input_backward, weight_backward };

using Key = std::array<std::int64_t, 17>;

Key key_of(Function function, const Convolution& s) {
  const Windows &r = s.windows.rows, &c = s.windows.columns;
  return {static_cast<std::int64_t>(function),
          s.images,
          s.groups,
          s.in_channels,
          s.out_channels,
          r.extent,
          r.kernel,
          r.stride,
          r.padding,
          r.dilation,
          r.count,
          c.extent,
          c.kernel,
          c.stride,
          c.padding,
          c.dilation,
          c.count};
}

memory::desc row_major(const memory::dims& dims) {
  memory::dims strides(dims.size(), 1);
  for (std::size_t i = dims.size() - 1; i > 0; --i) strides[i - 1] = strides[i] * dims[i];
  return {dims, memory::data_type::f32, strides};
}

memory::desc any_layout(const memory::desc& desc) {
  return {desc.dims(), memory::data_type::f32, memory::format_tag::any};
}

/// An operand or result: row-major outside, in the kernel's layout inside.
class Operand {
 public:
  Operand(int role, const memory::desc& plain, const memory::desc& blocked, bool is_result)
      : role_(role),
        is_result_(is_result),
        outside_(plain, engine(), nullptr),
        inside_(blocked, engine(), nullptr),
        is_same_(plain == blocked) {
    if (!is_same_) reorder_ = is_result ? dnnl::reorder(inside_, outside_) : dnnl::reorder(outside_, inside_);
  }

  void bring(dnnl::stream& stream, void* data) {
    outside_.set_data_handle(data);
    if (is_same_) return;
    // Of the thread's pool. Sizes of float32 layouts are whole floats.
    copy_ = empty({static_cast<std::int64_t>(inside_.get_desc().get_size() / sizeof(float))}, float32);
    inside_.set_data_handle(copy_.array().data);
    if (!is_result_) reorder_.execute(stream, outside_, inside_);
  }
  void finish(dnnl::stream& stream) {
    if (!is_same_ && is_result_) reorder_.execute(stream, inside_, outside_);
    copy_ = Tensor();
  }
  std::pair<int, memory> argument() const { return {role_, is_same_ ? outside_ : inside_}; }

 private:
  int role_;
  bool is_result_;
  memory outside_, inside_;
  bool is_same_;
  dnnl::reorder reorder_;
  Tensor copy_;
};

/// Where the arguments of a function lie, and after them its result; the bias comes last.
using Addresses = std::array<void*, 4>;

/// What oneDNN has compiled for one function of one size.
class Kernel {
 public:
  Kernel(Function function, const Convolution& s) {
    const Windows &r = s.windows.rows, &c = s.windows.columns;
    x_ = row_major({s.images, s.groups * s.in_channels, r.extent, c.extent});
    y_ = row_major({s.images, s.groups * s.out_channels, r.count, c.count});
    weight_ = row_major(s.groups == 1 ? memory::dims{s.out_channels, s.in_channels, r.kernel, c.kernel}
                                      : memory::dims{s.groups, s.out_channels, s.in_channels, r.kernel, c.kernel});
    bias_ = row_major({s.groups * s.out_channels});
    stride_ = {r.stride, c.stride};
    dilation_ = {r.dilation - 1, c.dilation - 1};
    padding_ = {r.padding, c.padding};
    switch (function) {
      case Function::forward: take_forward(forward(nullptr), false); break;
      case Function::forward_with_bias: take_forward(forward(&bias_), true); break;
      case Function::input_backward: take_input_backward(); break;
      case Function::weight_backward: take_weight_backward(); break;
    }
  }

  /// Whether oneDNN has a direct kernel. The others (products of unfolded images, plain loops) are slower than ours.
  bool is_fast() const { return primitive_.get(true) != nullptr; }

  /// Computes. False if oneDNN failed, as it does with too little memory for its scratch: ours needs less.
  bool run(const Addresses& addresses) {
    dnnl::stream stream(engine());
    std::unordered_map<int, memory> arguments;
    try {
      for (std::size_t i = 0; i < operands_.size(); ++i) {
        operands_[i].bring(stream, addresses[i]);
        arguments.insert(operands_[i].argument());
      }
      primitive_.execute(stream, arguments);
      for (Operand& operand : operands_) operand.finish(stream);
      stream.wait();
      return true;
    } catch (const dnnl::error&) {
      return false;
    }
  }

 private:
  static constexpr auto direct = dnnl::algorithm::convolution_direct;

  template <class PrimitiveDesc>
  static bool is_direct(const PrimitiveDesc& desc) {
    const std::string_view name = desc.impl_info_str();
    return name.find("gemm") == name.npos && name.find("ref") == name.npos;
  }

  dnnl::convolution_forward::primitive_desc forward(const memory::desc* bias) const {
    using Forward = dnnl::convolution_forward;
    const auto kind = dnnl::prop_kind::forward_training;
    const memory::desc x = any_layout(x_), weight = any_layout(weight_), y = any_layout(y_);
    const Forward::desc desc =
        bias != nullptr ? Forward::desc(kind, direct, x, weight, *bias, y, stride_, dilation_, padding_, padding_)
                        : Forward::desc(kind, direct, x, weight, y, stride_, dilation_, padding_, padding_);
    return {desc, engine()};
  }

  void take_forward(const dnnl::convolution_forward::primitive_desc& desc, bool has_bias) {
    if (!is_direct(desc)) return;
    primitive_ = dnnl::convolution_forward(desc);
    operands_.emplace_back(DNNL_ARG_SRC, x_, desc.src_desc(), false);
    operands_.emplace_back(DNNL_ARG_WEIGHTS, weight_, desc.weights_desc(), false);
    operands_.emplace_back(DNNL_ARG_DST, y_, desc.dst_desc(), true);
    if (has_bias) operands_.emplace_back(DNNL_ARG_BIAS, bias_, bias_, false);
  }

  void take_input_backward() {
    const dnnl::convolution_backward_data::desc wanted(direct, any_layout(x_), any_layout(weight_), any_layout(y_),
                                                       stride_, dilation_, padding_, padding_);
    const dnnl::convolution_backward_data::primitive_desc desc(wanted, engine(), forward(nullptr));
    if (!is_direct(desc)) return;
    primitive_ = dnnl::convolution_backward_data(desc);
    operands_.emplace_back(DNNL_ARG_DIFF_DST, y_, desc.diff_dst_desc(), false);
    operands_.emplace_back(DNNL_ARG_WEIGHTS, weight_, desc.weights_desc(), false);
    operands_.emplace_back(DNNL_ARG_DIFF_SRC, x_, desc.diff_src_desc(), true);
  }

  void take_weight_backward() {
    const dnnl::convolution_backward_weights::desc wanted(direct, any_layout(x_), any_layout(weight_), any_layout(y_),
                                                          stride_, dilation_, padding_, padding_);
    const dnnl::convolution_backward_weights::primitive_desc desc(wanted, engine(), forward(nullptr));
    if (!is_direct(desc)) return;
    primitive_ = dnnl::convolution_backward_weights(desc);
    operands_.emplace_back(DNNL_ARG_DIFF_DST, y_, desc.diff_dst_desc(), false);
    operands_.emplace_back(DNNL_ARG_SRC, x_, desc.src_desc(), false);
    operands_.emplace_back(DNNL_ARG_DIFF_WEIGHTS, weight_, desc.diff_weights_desc(), true);
  }

  memory::desc x_, weight_, bias_, y_;
  memory::dims stride_, dilation_, padding_;
  dnnl::primitive primitive_;
  std::vector<Operand> operands_;
};

/// The kernel of this thread for a size, made at its first use; null if there is none that is worth it.
Kernel* kernel_for(Function function, const Convolution& sizes) {
  constexpr std::size_t most = 128;  // sizes that never come again should not fill the memory
  thread_local std::map<Key, std::optional<Kernel>> kernels;
  const Key key = key_of(function, sizes);
  auto place = kernels.find(key);
  if (place == kernels.end()) {
    if (kernels.size() == most) kernels.clear();
    place = kernels.emplace(key, std::nullopt).first;
    try {
      place->second.emplace(function, sizes);
      if (!place->second->is_fast()) place->second.reset();
    } catch (const dnnl::error&) {
      place->second.reset();  // a case that oneDNN does not know
    }
  }
  return place->second.has_value() ? &*place->second : nullptr;
}

double products_of(const Convolution& s) {
  const Windows &r = s.windows.rows, &c = s.windows.columns;
  return static_cast<double>(s.images) * static_cast<double>(s.groups * s.out_channels * s.in_channels) *
         static_cast<double>(r.kernel * c.kernel) * static_cast<double>(r.count * c.count);
}

// Measured: reorders cost too much where a kernel of one element is a single product without columns, where work is
// little, and where channels fill no block (the input's cotangent for 3 channels: 266 us, ours 67).
bool is_faster(const Convolution& s) {
  const bool is_pointwise = s.windows.rows.kernel * s.windows.columns.kernel == 1;
  return !is_pointwise && std::min(s.in_channels, s.out_channels) >= 8 && products_of(s) >= 1 << 20;
}

bool is_taken(const Convolution& sizes, const Array& a, const Array& b, const Array& out) {
  constexpr std::int64_t int_max = std::numeric_limits<int>::max();  // inside, oneDNN counts in int
  if (use == Use::never || (use == Use::where_faster && !is_faster(sizes))) return false;
  return out.dtype == float32 && products_of(sizes) > 0 && std::max({a.numel, b.numel, out.numel}) <= int_max;
}

/// Images in at most `most` blocks, by the sizes alone, so that results do not depend on the number of threads. A block
/// has windows enough to be worth the reorder of the weight.
struct Blocks {
  explicit Blocks(const Convolution& all, std::int64_t most = 16) : sizes(all) {
    constexpr std::int64_t least_windows = 512;
    const std::int64_t windows = all.windows.rows.count * all.windows.columns.count;
    images = std::clamp((least_windows + windows - 1) / windows, (all.images + most - 1) / most, all.images);
  }
  std::int64_t count() const { return (sizes.images + images - 1) / images; }
  Convolution block(std::int64_t number) const {
    Convolution part = sizes;
    part.images = std::min(images, sizes.images - number * images);
    return part;
  }

  const Convolution& sizes;
  std::int64_t images;
};

/// Block `number` of an array whose first axis is that of the images.
float* block_of(const Blocks& blocks, std::int64_t number, const Array& array) {
  return array.as<float>() + array.numel / blocks.sizes.images * blocks.images * number;
}

/// Computes all blocks; addresses_of(number) are those of a block. False if one could not be computed.
template <class Addresses>
bool compute(Function function, const Blocks& blocks, Addresses addresses_of) {
  {
    const OneThread one;
    if (kernel_for(function, blocks.block(0)) == nullptr) return false;
  }
  const auto cost = static_cast<std::int64_t>(products_of(blocks.block(0)) / 16);
  std::atomic<bool> is_done = true;
  parallel_for(blocks.count(), cost, [&](std::int64_t begin, std::int64_t end) {
    const OneThread one;
    for (std::int64_t number = begin; number < end; ++number) {
      Kernel* kernel = kernel_for(function, blocks.block(number));
      if (kernel == nullptr || !kernel->run(addresses_of(number))) is_done = false;
    }
  });
  return is_done;
}

}  // namespace

bool convolve(const Convolution& sizes, const Array& x, const Array& weight, const Array* bias, const Array& out) {
  if (!is_taken(sizes, x, weight, out)) return false;
  const Blocks blocks(sizes);
  return compute(bias != nullptr ? Function::forward_with_bias : Function::forward, blocks, [&](std::int64_t number) {
    return Addresses{block_of(blocks, number, x), weight.data, block_of(blocks, number, out),
                     bias != nullptr ? bias->data : nullptr};
  });
}

bool convolve_input_backward(const Convolution& sizes, const Array& g, const Array& weight, const Array& out) {
  if (!is_taken(sizes, g, weight, out)) return false;
  const Blocks blocks(sizes);
  return compute(Function::input_backward, blocks, [&](std::int64_t number) {
    return Addresses{block_of(blocks, number, g), weight.data, block_of(blocks, number, out)};
  });
}

bool convolve_weight_backward(const Convolution& sizes, const Array& g, const Array& x, const Array& out) {
  if (!is_taken(sizes, g, x, out)) return false;
  // Each block has a sum of its own, which are to stay within 16 MiB.
  const Blocks blocks(sizes, std::clamp<std::int64_t>((4 << 20) / out.numel, 2, 16));
  const Tensor partial = empty({(blocks.count() - 1) * out.numel}, float32);
  const auto sum_of = [&](std::int64_t number) {
    return number == 0 ? out.as<float>() : partial.array().as<float>() + (number - 1) * out.numel;
  };
  const bool is_done = compute(Function::weight_backward, blocks, [&](std::int64_t number) {
    return Addresses{block_of(blocks, number, g), block_of(blocks, number, x), sum_of(number)};
  });
  if (!is_done) return false;
  const auto add = kernels::table().loops<float>().plain_binary[static_cast<int>(kernels::Binary::add)];
  parallel_elements(out.numel, blocks.count(), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t number = 1; number < blocks.count(); ++number)
      add(out.as<float>() + begin, sum_of(number) + begin, out.as<float>() + begin, end - begin);
  });
  return true;
}

}  // namespace xgrad::loops::backend
