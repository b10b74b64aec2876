// Sums, differences, products, quotients.
// Not here: powers (power.cpp), comparisons and choice (choice.cpp), functions of one operand (functions.cpp).
#include <xgrad/autodiff/ops/elementwise.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/record.hpp>

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

constexpr Op add_op{checked({
    .name = "add",
    .infer = ops::binary<Binary::add>,
    .forward = ops::run_binary<Binary::add>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      if (!r.needs(1)) return {ct.take(0), Tensor()};
      return {r.needs(0) ? ct[0] : Tensor(), ct.take(0)};
    },
    .promotion = Promotion::common,
    .broadcasts = true,
})};

constexpr Op subtract_op{checked({
    .name = "subtract",
    .infer = ops::binary<Binary::subtract>,
    .forward = ops::run_binary<Binary::subtract>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      Tensor by_b = r.needs(1) ? negative(ct[0]) : Tensor();
      return {ct.take(0), std::move(by_b)};
    },
    .promotion = Promotion::common,
    .broadcasts = true,
})};

constexpr Op multiply_op{checked({
    .name = "multiply",
    .infer = ops::binary<Binary::multiply>,
    .forward = ops::run_binary<Binary::multiply>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? multiply(ct[0], r.input(1)) : Tensor(), r.needs(1) ? multiply(ct[0], r.input(0)) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0)}},
    .promotion = Promotion::common,
    .broadcasts = true,
})};

constexpr Op divide_op{checked({
    .name = "divide",
    .infer = ops::binary<Binary::divide>,
    .forward = ops::run_binary<Binary::divide>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Tensor by_a = divide(ct[0], r.input(1));
      return {by_a, r.needs(1) ? negative(multiply(by_a, r.output())) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(1) | saved_output}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

constexpr Op negative_op{checked({
    .name = "negative",
    .infer = ops::unary<Unary::negative>,
    .forward = ops::run_unary<Unary::negative>,
    .elementwise = true,
    .vjp = [](const Record&, const Cotangents& ct) -> Cotangents { return {negative(ct[0])}; },
})};

void check_not_leaf(const char* op, const char* instead, const Tensor& a, Site site) {
  ops::check_defined(op, Arg(a, site));
  if (a.requires_grad() && a.is_leaf())
    throw GraphError(with_context(op,
                                  std::string("it would replace a leaf that requires a gradient by a result: want ") +
                                      instead + " under NoGrad to write in place",
                                  describe(a), detail::user_site(site)));
}

}  // namespace

Tensor add(Arg a, Arg b) { return record<add_op>({a, b}); }
Tensor subtract(Arg a, Arg b) { return record<subtract_op>({a, b}); }
Tensor multiply(Arg a, Arg b) { return record<multiply_op>({a, b}); }
Tensor divide(Arg a, Arg b) { return record<divide_op>({a, b}); }
Tensor negative(Arg x) { return record<negative_op>({x}); }

Tensor& operator+=(Tensor& a, Arg b) {
  check_not_leaf("operator+=", "add_", a, b.site());
  return a = add(Arg(a, b.site()), b);
}
Tensor& operator-=(Tensor& a, Arg b) {
  check_not_leaf("operator-=", "add_", a, b.site());
  return a = subtract(Arg(a, b.site()), b);
}
Tensor& operator*=(Tensor& a, Arg b) {
  check_not_leaf("operator*=", "multiply_", a, b.site());
  return a = multiply(Arg(a, b.site()), b);
}
Tensor& operator/=(Tensor& a, Arg b) {
  check_not_leaf("operator/=", "multiply_", a, b.site());
  return a = divide(Arg(a, b.site()), b);
}

}  // namespace xgrad
