// Activations that are made of a kernel of their own: the leaky rectifier, softplus and the logarithm of the sigmoid.
// Not here: sigmoid, tanh and relu (functions.cpp), functions of rows (softmax.cpp).
#include <xgrad/autodiff/ops/elementwise.hpp>

#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/record.hpp>

namespace xgrad {
namespace {

using kernels::Unary;

struct LeakyAttrs {
  double negative_slope;
};

// The function itself is its derivative with x in the place of the cotangent.
void run_leaky(const Array& g, const Array& x, Attrs attrs, const Array& out) {
  const loops::Packed cotangent(g), operand(x);
  visit_floating(out.dtype, [&]<class T>() {
    const T slope = static_cast<T>(attrs.get<LeakyAttrs>().negative_slope);
    const auto kernel = kernels::table().loops<T>().leaky_relu;
    loops::parallel_elements(out.numel, sizeof(T) > 4 ? 2 : 1, [&](std::int64_t begin, std::int64_t end) {
      kernel(cotangent->as<const T>() + begin, operand->as<const T>() + begin, slope, out.as<T>() + begin, end - begin);
    });
  });
}

constexpr Op leaky_relu_op{checked({
    .name = "leaky_relu",
    .infer = ops::same,
    .forward = [](Inputs in, Attrs attrs, Outputs out) { run_leaky(in[0], in[0], attrs, out[0]); },
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {leaky_relu_backward(ct[0], r.input(0), r.attrs<LeakyAttrs>().negative_slope)};
    },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

constexpr Op leaky_relu_backward_op{checked({
    .name = "leaky_relu_backward",
    .infer =
        [](Inputs in, Attrs attrs, Outputs out) {
          if (in[0].shape != in[1].shape)
            throw ShapeError("shapes differ: got " + to_string(in[0].shape) + " for " + to_string(in[1].shape));
          ops::same(in, attrs, out);
        },
    .forward = [](Inputs in, Attrs attrs, Outputs out) { run_leaky(in[0], in[1], attrs, out[0]); },
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {r.needs(0) ? leaky_relu_backward(ct[0], r.input(1), r.attrs<LeakyAttrs>().negative_slope) : Tensor(),
              Tensor()};
    },
    .saves = {{saved_input(1), 0}},
    .promotion = Promotion::floating,
})};

constexpr Op softplus_op{checked({
    .name = "softplus",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::softplus>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents { return {multiply(ct[0], sigmoid(r.input(0)))}; },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

constexpr Op log_sigmoid_op{checked({
    .name = "log_sigmoid",
    .infer = ops::same,
    .forward = ops::run_unary<Unary::log_sigmoid>,
    .elementwise = true,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {multiply(ct[0], sigmoid(negative(r.input(0))))};
    },
    .saves = {{saved_input(0)}},
    .promotion = Promotion::floating,
})};

}  // namespace

Tensor leaky_relu(Arg x, double negative_slope) { return record<leaky_relu_op>({x}, LeakyAttrs{negative_slope}); }
Tensor leaky_relu_backward(Arg g, Arg x, double negative_slope) {
  return record<leaky_relu_backward_op>({g, x}, LeakyAttrs{negative_slope});
}
Tensor softplus(Arg x) { return record<softplus_op>({x}); }
Tensor log_sigmoid(Arg x) { return record<log_sigmoid_op>({x}); }

}  // namespace xgrad
