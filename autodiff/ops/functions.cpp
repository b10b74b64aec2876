// Functions of one operand: exponentials, roots, trigonometry, activations.
// Not here: their vectorised loops (kernels/).
#include <xgrad/autodiff/ops/elementwise.hpp>

#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/record.hpp>

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

constexpr Op exp_op{checked({
    .name = "exp",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::exp>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {multiply(ct[0], r.output())}; },
    .saves = {{saved_output}},
    .promotion = Promotion::floating,
})};

constexpr Op log_op{checked({
    .name = "log",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::log>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {divide(ct[0], r.input(0))}; },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

constexpr Op sqrt_op{checked({
    .name = "sqrt",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::sqrt>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {divide(multiply(ct[0], 0.5), r.output())};
    },
    .saves = {{saved_output}},
    .promotion = Promotion::floating,
})};

constexpr Op square_op{checked({
    .name = "square",
    .infer = ops::unary<Unary::square>,
    .forward = ops::run_unary<Unary::square>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {multiply(ct[0], multiply(r.input(0), 2))};
    },
    .saves = {{saved_input(0)}},
})};

constexpr Op abs_op{checked({
    .name = "abs",
    .infer = ops::unary<Unary::abs>,
    .forward = ops::run_unary<Unary::abs>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {multiply(ct[0], sign(r.input(0)))}; },
    .saves = {{saved_input(0)}},
})};

constexpr Op sign_op{checked({
    .name = "sign",
    .infer = ops::unary<Unary::sign>,
    .forward = ops::run_unary<Unary::sign>,
    .elementwise = true,
    .vjp = [](const Record&, const Cotangents&) -> Cotangents { return {Tensor()}; },
})};

constexpr Op sin_op{checked({
    .name = "sin",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::sin>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {sin_backward(ct[0], r.input(0))}; },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

constexpr Op cos_op{checked({
    .name = "cos",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::cos>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {cos_backward(ct[0], r.input(0))}; },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

constexpr Op tanh_op{checked({
    .name = "tanh",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::tanh>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {tanh_backward(ct[0], r.output())}; },
    .saves = {{saved_output}},
    .promotion = Promotion::floating,
})};

constexpr Op sigmoid_op{checked({
    .name = "sigmoid",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::sigmoid>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {sigmoid_backward(ct[0], r.output())}; },
    .saves = {{saved_output}},
    .promotion = Promotion::floating,
})};

constexpr Op relu_op{checked({
    .name = "relu",
    .infer = ops::unary<Unary::relu>,
    .forward = ops::run_unary<Unary::relu>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {relu_backward(ct[0], r.output())}; },
    .saves = {{saved_output}},
})};

constexpr Op sigmoid_backward_op{checked({
    .name = "sigmoid_backward",
    .infer = ops::binary<Binary::sigmoid_backward>,
    .forward = ops::run_binary<Binary::sigmoid_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg y = r.input(1);
      return {r.needs(0) ? sigmoid_backward(ct[0], y) : Tensor(),
              r.needs(1) ? multiply(multiply(ct[0], r.input(0)), subtract(1, multiply(y, 2))) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

constexpr Op tanh_backward_op{checked({
    .name = "tanh_backward",
    .infer = ops::binary<Binary::tanh_backward>,
    .forward = ops::run_binary<Binary::tanh_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg y = r.input(1);
      return {r.needs(0) ? tanh_backward(ct[0], y) : Tensor(),
              r.needs(1) ? multiply(multiply(ct[0], r.input(0)), multiply(y, -2)) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

constexpr Op relu_backward_op{checked({
    .name = "relu_backward",
    .infer = ops::binary<Binary::relu_backward>,
    .forward = ops::run_binary<Binary::relu_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? relu_backward(ct[0], r.input(1)) : Tensor(), Tensor()};
    },
    .saves = {{saved_input(1), 0}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

constexpr Op sin_backward_op{checked({
    .name = "sin_backward",
    .infer = ops::binary<Binary::sin_backward>,
    .forward = ops::run_binary<Binary::sin_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg x = r.input(1);
      return {r.needs(0) ? sin_backward(ct[0], x) : Tensor(),
              r.needs(1) ? cos_backward(multiply(ct[0], r.input(0)), x) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

constexpr Op cos_backward_op{checked({
    .name = "cos_backward",
    .infer = ops::binary<Binary::cos_backward>,
    .forward = ops::run_binary<Binary::cos_backward>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      const Arg x = r.input(1);
      return {r.needs(0) ? cos_backward(ct[0], x) : Tensor(),
              r.needs(1) ? negative(sin_backward(multiply(ct[0], r.input(0)), x)) : Tensor()};
    },
    .saves = {{saved_input(1), saved_input(0) | saved_input(1)}},
    .promotion = Promotion::floating,
    .broadcasts = true,
})};

}  // namespace

Tensor exp(Arg x) { return record<exp_op>({x}); }
Tensor log(Arg x) { return record<log_op>({x}); }
Tensor sqrt(Arg x) { return record<sqrt_op>({x}); }
Tensor square(Arg x) { return record<square_op>({x}); }
Tensor abs(Arg x) { return record<abs_op>({x}); }
Tensor sign(Arg x) { return record<sign_op>({x}); }
Tensor sin(Arg x) { return record<sin_op>({x}); }
Tensor cos(Arg x) { return record<cos_op>({x}); }
Tensor tanh(Arg x) { return record<tanh_op>({x}); }
Tensor sigmoid(Arg x) { return record<sigmoid_op>({x}); }
Tensor relu(Arg x) { return record<relu_op>({x}); }
Tensor sigmoid_backward(Arg g, Arg y) { return record<sigmoid_backward_op>({g, y}); }
Tensor tanh_backward(Arg g, Arg y) { return record<tanh_backward_op>({g, y}); }
Tensor relu_backward(Arg g, Arg y) { return record<relu_backward_op>({g, y}); }
Tensor sin_backward(Arg g, Arg x) { return record<sin_backward_op>({g, x}); }
Tensor cos_backward(Arg g, Arg x) { return record<cos_backward_op>({g, x}); }

}  // namespace xgrad
