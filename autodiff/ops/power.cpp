// Powers, and the fused derivatives by base and exponent.
// Not here: their vectorised loops (kernels/power.hpp).
#include <xgrad/autodiff/ops/elementwise.hpp>

#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/record.hpp>

#include <limits>

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Ternary;

// The textbook's b a^(b-1) is 0 times inf at a = b = 0, and its a^b log a 0 or 1 times -inf at a = 0. The fused ops
// give the limit 0; so do their own derivatives, which replace the base, so that no NaN arises that a later one would
// meet.

constexpr Op power_op{checked({
    .name = "power",
    .infer = ops::binary<Binary::power>,
    .forward = ops::run_binary<Binary::power>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg a = r.input(0);
      return {r.needs(0) ? power_base_backward(ct[0], a, r.input(1)) : Tensor(),
              r.needs(1) ? power_exponent_backward(ct[0], a, r.output()) : Tensor()};
    },
    .saves = {{saved_input(0) | saved_input(1), saved_input(0) | saved_output}},
    .promotion = Promotion::common,
    .broadcasts = true,
})};

void infer_ternary(Inputs in, Attrs, Outputs out) {
  out[0].shape = loops::broadcast(in[0].shape, loops::broadcast(in[1].shape, in[2].shape));
  out[0].dtype = in[0].dtype;
}
template <Ternary kind>
void run_ternary(Inputs in, Attrs, Outputs out) {
  loops::ternary(kind, in[0], in[1], in[2], out[0]);
}

constexpr Op power_base_backward_op{checked({
    .name = "power_base_backward",
    .infer = infer_ternary,
    .forward = run_ternary<Ternary::power_base_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg a = r.input(1), b = r.input(2);
      Tensor by_g, by_a, by_b;
      if (r.needs(0)) by_g = power_base_backward(ct[0], a, b);
      if (r.needs(1) || r.needs(2)) {
        const Tensor weight = multiply(ct[0], r.input(0));
        const Tensor base = where(multiply(equal(a, 0), equal(b, 0)), 1, a);
        const Tensor less_one = subtract(b, 1);
        if (r.needs(1)) by_a = power_base_backward(multiply(weight, b), base, less_one);
        if (r.needs(2)) {
          const Tensor y = power(base, less_one);
          by_b = add(multiply(weight, y), power_exponent_backward(multiply(weight, b), base, y));
        }
      }
      return {by_g, by_a, by_b};
    },
    .saves = {{saved_input(1) | saved_input(2), saved_input(0) | saved_input(1) | saved_input(2),
               saved_input(0) | saved_input(1) | saved_input(2)}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

constexpr Op power_exponent_backward_op{checked({
    .name = "power_exponent_backward",
    .infer = infer_ternary,
    .forward = run_ternary<Ternary::power_exponent_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg a = r.input(1);
      Tensor by_g, by_a, by_y;
      if (r.needs(0)) by_g = power_exponent_backward(ct[0], a, r.input(2));
      if (r.needs(1) || r.needs(2)) {
        const Tensor weight = multiply(ct[0], r.input(0));
        const Arg y = r.input(2);
        const Tensor is_replaced = multiply(equal(a, 0), less(abs(y), std::numeric_limits<double>::infinity()));
        const Tensor base = where(is_replaced, 1, a);
        if (r.needs(1)) by_a = where(is_replaced, 0, divide(multiply(weight, y), base));
        if (r.needs(2)) by_y = multiply(weight, log(base));
      }
      return {by_g, by_a, by_y};
    },
    .saves = {{saved_input(1) | saved_input(2), saved_input(0) | saved_input(1) | saved_input(2),
               saved_input(0) | saved_input(1) | saved_input(2)}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

}  // namespace

Tensor power(Arg a, Arg b) { return record<power_op>({a, b}); }
Tensor power_base_backward(Arg g, Arg a, Arg b) { return record<power_base_backward_op>({g, a, b}); }
Tensor power_exponent_backward(Arg g, Arg a, Arg y) { return record<power_exponent_backward_op>({g, a, y}); }

}  // namespace xgrad
