// The conversion op.
// Not here: anything that computes.
#include <xgrad/autodiff/ops/cast.hpp>

#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/record.hpp>
#include <xgrad/autodiff/to_int64.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <limits>

namespace xgrad {
namespace {

struct CastAttrs {
  Dtype dtype;
};

template <class To, class From>
To converted(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_same_v<To, std::int64_t>) {
    return detail::fits_int64(value) ? static_cast<To>(value) : std::numeric_limits<To>::min();
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != 0;
  } else {
    return static_cast<To>(value);
  }
}

constexpr Op astype_op{checked({
    .name = "astype",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          out[0].shape = in[0].shape;
          out[0].dtype = attrs.get<CastAttrs>().dtype;
        },
    .forward =
        [](Inputs in, Attrs, Outputs out) {
          const loops::Packed source(in[0]);
          visit_dtype(source->dtype, [&]<class From>() {
            visit_dtype(out[0].dtype, [&]<class To>() {
              const From* x = source->as<const From>();
              To* y = out[0].as<To>();
              loops::parallel_elements(out[0].numel, 2, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i) y[i] = converted<To>(x[i]);
              });
            });
          });
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {astype(ct[0], r.input_dtype(0))}; },
})};

}  // namespace

Tensor astype(Arg x, Dtype dtype) { return record<astype_op>({x}, CastAttrs{dtype}); }

}  // namespace xgrad
