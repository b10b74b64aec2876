// Comparisons, and operations that choose between operands.
// Not here: arithmetic (arithmetic.cpp).
#include <xgrad/autodiff/ops/elementwise.hpp>

#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/record.hpp>

#include <cmath>

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Compare;

template <Compare kind>
consteval Op comparison(const char* name) {
  return checked({
      .name = name,
      .infer = ops::comparison,
      .forward = ops::run_compare<kind>,
      .elementwise = true,
      .not_differentiable = "its result is bool",
      .promotion = Promotion::common,
  });
}

constexpr Op equal_op{comparison<Compare::equal>("equal")};
constexpr Op not_equal_op{comparison<Compare::not_equal>("not_equal")};
constexpr Op less_op{comparison<Compare::less>("less")};
constexpr Op less_equal_op{comparison<Compare::less_equal>("less_equal")};
constexpr Op greater_op{comparison<Compare::greater>("greater")};
constexpr Op greater_equal_op{comparison<Compare::greater_equal>("greater_equal")};

constexpr Op where_op{checked({
    .name = "where",
    .infer =
        [](Inputs in, Attrs, Outputs out) {
          if (in[0].dtype != Dtype::bool_)
            throw DtypeError(std::string("the condition is not bool: got ") + name(in[0].dtype) +
                             ", want bool, as comparisons give");
          out[0].shape = loops::broadcast(in[0].shape, loops::broadcast(in[1].shape, in[2].shape));
          out[0].dtype = in[1].dtype;
        },
    .forward = [](Inputs in, Attrs, Outputs out) { loops::where(in[0], in[1], in[2], out[0]); },
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {Tensor(), r.needs(1) ? where(r.input(0), ct[0], 0) : Tensor(),
              r.needs(2) ? where(r.input(0), 0, ct[0]) : Tensor()};
    },
    .saves = {{0, saved_input(0), saved_input(0)}},
    .promotion = Promotion::common,
    .promote_from = 1,
    .broadcasts = true,
})};

// The cotangent of the operand that wins where `wins`, shared at ties.
Tensor share(const Tensor& cotangent, const Tensor& wins, const Tensor& ties) {
  return where(wins, cotangent, where(ties, multiply(cotangent, 0.5), 0));
}

constexpr Op maximum_op{checked({
    .name = "maximum",
    .infer = ops::binary<Binary::maximum>,
    .forward = ops::run_binary<Binary::maximum>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg a = r.input(0), b = r.input(1);
      const Tensor ties = equal(a, b);
      return {r.needs(0) ? share(ct[0], greater(a, b), ties) : Tensor(),
              r.needs(1) ? share(ct[0], less(a, b), ties) : Tensor()};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::common,
    .broadcasts = true,
})};

constexpr Op minimum_op{checked({
    .name = "minimum",
    .infer = ops::binary<Binary::minimum>,
    .forward = ops::run_binary<Binary::minimum>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg a = r.input(0), b = r.input(1);
      const Tensor ties = equal(a, b);
      return {r.needs(0) ? share(ct[0], less(a, b), ties) : Tensor(),
              r.needs(1) ? share(ct[0], greater(a, b), ties) : Tensor()};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::common,
    .broadcasts = true,
})};

bool all(const Tensor& condition) { return sum(condition).item<std::int64_t>() == condition.size(); }

}  // namespace

Tensor equal(Arg a, Arg b) { return record<equal_op>({a, b}); }
Tensor not_equal(Arg a, Arg b) { return record<not_equal_op>({a, b}); }
Tensor less(Arg a, Arg b) { return record<less_op>({a, b}); }
Tensor less_equal(Arg a, Arg b) { return record<less_equal_op>({a, b}); }
Tensor greater(Arg a, Arg b) { return record<greater_op>({a, b}); }
Tensor greater_equal(Arg a, Arg b) { return record<greater_equal_op>({a, b}); }
Tensor where(Arg condition, Arg a, Arg b) { return record<where_op>({condition, a, b}); }
Tensor maximum(Arg a, Arg b) { return record<maximum_op>({a, b}); }
Tensor minimum(Arg a, Arg b) { return record<minimum_op>({a, b}); }

bool array_equal(const Tensor& a, const Tensor& b) {
  ops::check_defined("array_equal", Arg(a, Site{}), Arg(b, Site{}));
  return a.shape() == b.shape() && a.dtype() == b.dtype() && all(equal(a, b));
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  ops::check_defined("allclose", Arg(a, Site{}), Arg(b, Site{}));
  const NoGrad guard;
  const Tensor x = a.to(float64), y = b.to(float64);
  // For infinite y the bound is infinite and would accept anything.
  const Tensor finite = less(abs(y), HUGE_VAL);
  Tensor close = add(equal(x, y), multiply(finite, less_equal(abs(subtract(x, y)), add(multiply(abs(y), rtol), atol))));
  if (equal_nan) close = add(close, multiply(not_equal(x, x), not_equal(y, y)));
  return all(close);
}

}  // namespace xgrad
