// The shapes and dtypes that many ops share.
// Not here: what is particular to one op; it stands in the op's own block.
#pragma once

#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

namespace xgrad::ops {

/// "add is not defined for bool", with the way out.
[[noreturn]] void fail_dtype(Dtype dtype);

/// Errors: DtypeError unless all inputs have the same floating dtype.
[[noreturn]] void fail_product_dtypes(Inputs in);
inline void check_product_dtypes(Inputs in) {
  bool fit = is_floating(in[0].dtype);
  for (std::size_t i = 1; i < in.size(); ++i) fit &= in[i].dtype == in[0].dtype;
  if (!fit) fail_product_dtypes(in);
}

/// One output like the first input.
[[gnu::always_inline]] inline void same(Inputs in, Attrs, Outputs out) {
  out[0].shape = in[0].shape;
  out[0].dtype = in[0].dtype;
}

/// The same where the unary kernel exists for the dtype.
template <kernels::Unary kind>
[[gnu::always_inline]] inline void unary(Inputs in, Attrs attrs, Outputs out) {
  if (!is_floating(in[0].dtype) && !loops::is_defined(kind, in[0].dtype)) fail_dtype(in[0].dtype);
  same(in, attrs, out);
}

/// The broadcast shape of two inputs of one dtype, where the binary kernel exists for it.
template <kernels::Binary kind>
[[gnu::always_inline]] inline void binary(Inputs in, Attrs, Outputs out) {
  if (!is_floating(in[0].dtype) && !loops::is_defined(kind, in[0].dtype)) fail_dtype(in[0].dtype);
  if (in[0].shape == in[1].shape) [[likely]]
    out[0].shape = in[0].shape;
  else
    out[0].shape = loops::broadcast(in[0].shape, in[1].shape);
  out[0].dtype = in[0].dtype;
}

/// The first input without the axes of the attributes' mask, or with extents of 1 in their place if keep_dims.
template <class Attributes>
void reduced(Inputs in, Attrs attrs, Outputs out) {
  const auto& a = attrs.get<Attributes>();
  Shape shape;
  for (int axis = 0; axis < in[0].shape.rank(); ++axis)
    if ((a.axes >> axis & 1) == 0)
      shape.push_back(in[0].shape[axis]);
    else if (a.keep_dims)
      shape.push_back(1);
  out[0].shape = shape;
  out[0].dtype = in[0].dtype;
}

/// The broadcast shape of two inputs, as bool.
void comparison(Inputs in, Attrs attrs, Outputs out);

// Few elements in plain operands of one shape go straight to the kernel: half the time of a small op would be the way
// there.

template <kernels::Unary kind>
[[gnu::always_inline]] inline void run_unary(Inputs in, Attrs, Outputs out) {
  const bool plain = in[0].contiguous && is_floating(in[0].dtype) && loops::is_whole(out[0].numel);
  if (!plain) return loops::unary(kind, in[0], out[0]);
  visit_floating(in[0].dtype, [&]<class T>() {
    kernels::table().loops<T>().unary[static_cast<int>(kind)](in[0].as<const T>(), out[0].as<T>(), out[0].numel);
  });
}

template <kernels::Binary kind>
[[gnu::always_inline]] inline void run_binary(Inputs in, Attrs, Outputs out) {
  const bool plain = in[0].contiguous && in[1].contiguous && in[0].numel == out[0].numel &&
                     in[1].numel == out[0].numel && is_floating(in[0].dtype) && loops::is_whole(out[0].numel);
  if (!plain) return loops::binary(kind, in[0], in[1], out[0]);
  visit_floating(in[0].dtype, [&]<class T>() {
    kernels::table().loops<T>().plain_binary[static_cast<int>(kind)](in[0].as<const T>(), in[1].as<const T>(),
                                                                     out[0].as<T>(), out[0].numel);
  });
}

template <kernels::Compare kind>
void run_compare(Inputs in, Attrs, Outputs out) {
  loops::compare(kind, in[0], in[1], out[0]);
}

}  // namespace xgrad::ops
