// The parts of infer.hpp that need not be templates.
// Not here: rules and forward passes.
#include <xgrad/autodiff/ops/infer.hpp>

#include <string>

namespace xgrad::ops {

void fail_dtype(Dtype dtype) {
  throw DtypeError(std::string("not defined for this dtype: got ") + name(dtype) + ", want a larger one; .to(" +
                   (dtype == Dtype::bool_ ? "int64" : "float32") + ") converts");
}

void comparison(Inputs in, Attrs, Outputs out) {
  out[0].shape = loops::broadcast(in[0].shape, in[1].shape);
  out[0].dtype = Dtype::bool_;
}

}  // namespace xgrad::ops
