// The parts of infer.hpp that need not be templates.
// Not here: rules and forward passes.
#include <xgrad/autodiff/ops/infer.hpp>

#include <xgrad/autodiff/context.hpp>

#include <string>

namespace xgrad::ops {

void fail_dtype(Dtype dtype) {
  throw DtypeError(std::string("not defined for this dtype: got ") + name(dtype) + ", want a larger one; .to(" +
                   (dtype == Dtype::bool_ ? "int64" : "float32") + ") converts");
}

void fail_product_dtypes(Inputs in) {
  for (std::size_t i = 0; i < in.size(); ++i)
    if (!is_floating(in[i].dtype))
      throw DtypeError(std::string("products are defined for floating dtypes: got ") + name(in[i].dtype) +
                       " as operand " + std::to_string(i) + ", want float32 or float64; .to(" +
                       name(is_floating(in[0].dtype) ? in[0].dtype : detail::context.default_dtype) + ") converts");
  const Dtype other = in[1].dtype != in[0].dtype ? in[1].dtype : in[2].dtype;
  throw DtypeError(std::string("dtypes differ: got ") + name(in[0].dtype) + " and " + name(other) +
                   ", want equal ones; .to(" + name(in[0].dtype) + ") converts");
}

void comparison(Inputs in, Attrs, Outputs out) {
  out[0].shape = loops::broadcast(in[0].shape, in[1].shape);
  out[0].dtype = Dtype::bool_;
}

}  // namespace xgrad::ops
