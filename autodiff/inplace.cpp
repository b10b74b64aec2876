// Writes into memory, with the checks that keep graphs honest.
// Not here: operations that make new tensors (ops/).
#include <xgrad/autodiff/inplace.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/loops/elementwise.hpp>
#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/operands.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>
#include <cmath>

namespace xgrad {
namespace {

[[noreturn]] void fail_in_graph(const char* function, const Tensor& y) {
  if (!y.is_leaf())
    throw GraphError(with_context(function,
                                  "a write in place into a graph: got the result of `" +
                                      std::string(y.state()->producer->op->name) + "`, want detach() or a new tensor",
                                  describe(y), detail::user_site({})));
  throw GraphError(with_context(function,
                                "a write in place into a leaf that requires a gradient: want NoGrad around it",
                                describe(y), detail::user_site({})));
}

void check_writable(const char* function, const Tensor& y) {
  if (y.requires_grad() && (!y.is_leaf() || is_grad_enabled())) fail_in_graph(function, y);
  if (y.is_contiguous()) return;
  for (int axis = 0; axis < y.rank(); ++axis)
    if (y.stride(axis) == 0 && y.shape(axis) > 1)
      throw ValueError(with_context(function, "elements share memory: got a broadcast view, want clone() first",
                                    describe(y), detail::user_site({})));
}

// The writes themselves, as ops: so they can be part of a captured step.

constexpr const char* in_place = "it writes in place";

constexpr Op copy_op{checked({
    .name = "copy_",
    .infer = ops::same,
    .forward = [](Inputs in, Attrs, Outputs out) { loops::copy(in[0], out[0]); },
    .not_differentiable = in_place,
})};

constexpr Op fill_op{checked({
    .name = "fill_",
    .infer = ops::same,
    .forward = [](Inputs in, Attrs, Outputs out) { loops::fill(in[0], out[0]); },
    .elementwise = true,
    .not_differentiable = in_place,
})};

template <kernels::Binary kind>
void run_in_place(Inputs in, Attrs, Outputs out) {
  loops::binary(kind, out[0], in[0], out[0]);
}

constexpr Op add_op{checked({
    .name = "add_",
    .infer = ops::same,
    .forward = run_in_place<kernels::Binary::add>,
    .elementwise = true,
    .not_differentiable = in_place,
})};

constexpr Op multiply_op{checked({
    .name = "multiply_",
    .infer = ops::same,
    .forward = run_in_place<kernels::Binary::multiply>,
    .elementwise = true,
    .not_differentiable = in_place,
})};

struct AxpbyAttrs {
  double beta, alpha;
};

constexpr Op axpby_op{checked({
    .name = "axpby_",
    .infer = ops::same,
    .forward =
        [](Inputs in, Attrs attrs, Outputs out) {
          const auto& [beta, alpha] = attrs.get<AxpbyAttrs>();
          const loops::Packed x(in[0]);
          visit_floating(out[0].dtype, [&, beta = beta, alpha = alpha]<class T>() {
            loops::parallel_elements(out[0].numel, sizeof(T) > 4 ? 2 : 1,
                                     [=, kernel = kernels::table().loops<T>().axpby, y = out[0].as<T>(),
                                      from = x->as<const T>()](std::int64_t begin, std::int64_t end) {
                                       kernel(y + begin, static_cast<T>(beta), from + begin, static_cast<T>(alpha),
                                              end - begin);
                                     });
          });
        },
    .elementwise = true,
    .not_differentiable = in_place,
})};

template <const Op& op, class A = NoAttrs>
void run(const Tensor& y, const Tensor& x, const A& attrs = {}) {
  detail::State* input = x.state();
  detail::run_write(op, &input, 1, &attrs, std::is_empty_v<A> ? 0 : sizeof(A), y.state(), Site{});
}

// The operand as a tensor of y's dtype that broadcasts to y, not recorded.
Tensor fitted(const char* function, const Tensor& y, const Arg& x) {
  // A floating scalar takes any floating dtype.
  const Dtype given = x.is_floating_scalar() && is_floating(y.dtype()) ? y.dtype() : x.dtype();
  if (promote(y.dtype(), given) != y.dtype())
    throw DtypeError(with_context(function,
                                  std::string("the operand's dtype does not fit: got ") + name(given) + ", want " +
                                      name(y.dtype()) + " or a smaller one",
                                  describe(y) + ", " + describe(x.tensor()), detail::user_site(x.site())));
  const Tensor operand = x.tensor(y.dtype());
  if (!loops::broadcasts_to(operand.shape(), y.shape()))
    throw ShapeError(with_context(
        function,
        "the operand cannot be broadcast: got " + to_string(operand.shape()) + ", want " + to_string(y.shape()),
        describe(y) + ", " + describe(operand), detail::user_site(x.site())));
  return operand.to(y.dtype());
}

// True if a write to y could change x before it is read: they share memory, and not element by element.
bool may_overlap(const detail::State& x, const detail::State& y) {
  return x.storage == y.storage &&
         !(x.data == y.data && x.shape == y.shape && std::equal(x.strides, x.strides + x.shape.rank(), y.strides));
}

const Tensor& write(const Tensor& y, const Tensor& value) {
  run<copy_op>(y, broadcast_to(may_overlap(*value.state(), *y.state()) ? clone(value) : value, y.shape()));
  return y;
}

// With `compute` for where the write is not to memory in one piece.
template <const Op& op>
void run_binary(const Tensor& y, const Tensor& x, Tensor (*compute)(Arg, Arg)) {
  if (y.is_contiguous() && !may_overlap(*x.state(), *y.state()))
    run<op>(y, x);
  else
    write(y, compute(y, x));
}

}  // namespace

const Tensor& fill_(const Tensor& y, Arg value) {
  ops::check_defined("fill_", Arg(y, value.site()), value);
  check_writable("fill_", y);
  const NoGrad guard;
  const Tensor one = value.is_scalar() ? value.tensor(y.dtype()) : fitted("fill_", y, value);
  if (one.size() != 1)
    throw ShapeError(with_context("fill_", "the value is not one element: got " + describe(one), describe(y),
                                  detail::user_site(value.site())));
  if (!y.is_contiguous()) return write(y, one);
  run<fill_op>(y, one);
  return y;
}

const Tensor& copy_(const Tensor& y, Arg x) {
  ops::check_defined("copy_", Arg(y, x.site()), x);
  check_writable("copy_", y);
  const NoGrad guard;
  return write(y, fitted("copy_", y, x));
}

const Tensor& add_(const Tensor& y, Arg x, double alpha) {
  ops::check_defined("add_", Arg(y, x.site()), x);
  check_writable("add_", y);
  if (!is_floating(y.dtype()) && alpha != std::trunc(alpha))
    throw ValueError(
        with_context("add_", "integers have no fractions: got alpha " + std::to_string(alpha) + ", want a whole number",
                     describe(y), detail::user_site(x.site())));
  const NoGrad guard;
  const Tensor operand = fitted("add_", y, x);
  if (alpha != 1 && is_floating(y.dtype()) && y.is_contiguous() && operand.shape() == y.shape())
    return axpby_(y, 1, operand, alpha);
  run_binary<add_op>(y, alpha == 1 ? operand : multiply(operand, Tensor(Arg(alpha).tensor(y.dtype()))), add);
  return y;
}

const Tensor& multiply_(const Tensor& y, Arg x) {
  ops::check_defined("multiply_", Arg(y, x.site()), x);
  check_writable("multiply_", y);
  const NoGrad guard;
  run_binary<multiply_op>(y, fitted("multiply_", y, x), multiply);
  return y;
}

const Tensor& axpby_(const Tensor& y, double beta, const Tensor& x, double alpha) {
  ops::check_defined("axpby_", Arg(y, Site{}), Arg(x, Site{}));
  check_writable("axpby_", y);
  if (!is_floating(y.dtype()) || x.dtype() != y.dtype())
    throw DtypeError(with_context("axpby_", "dtypes do not fit: want equal floating ones",
                                  describe(y) + ", " + describe(x), detail::user_site({})));
  if (x.shape() != y.shape())
    throw ShapeError(with_context("axpby_",
                                  "shapes differ: got " + to_string(x.shape()) + ", want " + to_string(y.shape()),
                                  describe(y) + ", " + describe(x), detail::user_site({})));
  if (!y.is_contiguous() || may_overlap(*x.state(), *y.state())) {
    const NoGrad guard;
    return write(y, axpby_(clone(y), beta, clone(x), alpha));
  }
  run<axpby_op>(y, x, AxpbyAttrs{beta, alpha});
  return y;
}

}  // namespace xgrad
