// The mistakes of wrong_ops.hpp.
// Not here: the tests that must find them (test_gradcheck.cpp).
#include "autodiff/wrong_ops.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/record.hpp>

#include <utility>

namespace xgrad::test::wrong {
namespace {

std::int64_t offset_of(const Array& array, std::int64_t number) {
  std::int64_t offset = 0;
  for (int axis = array.shape.rank() - 1; axis >= 0; --axis) {
    offset += number % array.shape[axis] * array.strides[axis];
    number /= array.shape[axis];
  }
  return offset;
}

double read(const Array& array, std::int64_t offset) {
  return array.dtype == Dtype::float32 ? static_cast<double>(array.as<float>()[offset]) : array.as<double>()[offset];
}

void write(const Array& array, std::int64_t offset, double value) {
  if (array.dtype == Dtype::float32)
    array.as<float>()[offset] = static_cast<float>(value);
  else
    array.as<double>()[offset] = value;
}

template <Mistake mistake>
void infer_square(Inputs in, Attrs, Outputs out) {
  out[0].shape = in[0].shape;
  out[0].dtype = mistake == Mistake::result_dtype ? Dtype::float64 : in[0].dtype;
}

template <Mistake mistake>
void compute_square(Inputs in, Attrs, Outputs out) {
  for (std::int64_t i = 0; i < out[0].numel; ++i) {
    const std::int64_t from = mistake == Mistake::ignores_strides ? i : offset_of(in[0], i);
    const double x = read(in[0], from);
    write(out[0], i, mistake == Mistake::rounds ? x * x * (1 + 1e-14) : x * x);
    if (mistake == Mistake::writes_operand) write(in[0], from, x + 1);
  }
}

// g 2 x, with a rule that is 0.1 % off.
constexpr Op slope_op{checked({
    .name = "test:slope of a square, rule off by 0.1 %",
    .infer = infer_square<Mistake::none>,
    .forward =
        [](Inputs in, Attrs, Outputs out) {
          for (std::int64_t i = 0; i < out[0].numel; ++i)
            write(out[0], i, 2 * read(in[0], offset_of(in[0], i)) * read(in[1], offset_of(in[1], i)));
        },
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {multiply(ct[0], multiply(r.input(1), 2)), multiply(ct[0], multiply(r.input(0), 2.002))};
    },
    .saves = {{saved_input(1), saved_input(0)}},
})};

template <Mistake mistake>
Cotangents square_rule(const Record& r, const Cotangents& ct) {
  const Tensor right = mistake == Mistake::reads_unsaved ? ct[0] : multiply(ct[0], multiply(r.input(0), 2));
  switch (mistake) {
    case Mistake::first_order: return {multiply(right, 1.001)};
    case Mistake::second_order: return {record<slope_op>({Arg(ct[0]), r.input(0)})};
    case Mistake::one_element: {
      Tensor factor = ones(right.shape(), right.dtype());
      if (factor.dtype() == float64 && factor.size() > 0) factor.mutable_data<double>()[factor.size() - 1] = 1.001;
      return {multiply(right, factor)};
    }
    case Mistake::no_gradient: return {Tensor()};
    case Mistake::shape: return {expand_dims(right, 0)};
    case Mistake::dtype: return {astype(right, right.dtype() == float64 ? float32 : float64)};
    case Mistake::too_many: return {right, right};
    case Mistake::constant_added: return {add(right, 1e-3)};
    case Mistake::reads_unsaved: return {multiply(ct[0], r.input(0))};
    case Mistake::reads_unsaved_output: return {multiply(ct[0], r.output())};
    default: return {right};
  }
}

template <Mistake mistake>
constexpr Op square_op{checked({
    .name = "test:square",
    .infer = infer_square<mistake>,
    .forward = compute_square<mistake>,
    .vjp = square_rule<mistake>,
    .saves = {{mistake == Mistake::reads_unsaved ? std::uint8_t{0} : saved_input(0)}},
})};

void infer_sum(Inputs in, Attrs, Outputs out) {
  out[0].shape = in[0].shape;
  out[0].dtype = in[0].dtype;
}

void compute_sum(Inputs in, Attrs, Outputs out) {
  for (std::int64_t i = 0; i < out[0].numel; ++i)
    write(out[0], i, read(in[0], offset_of(in[0], i)) + read(in[1], in[1].numel == 1 ? 0 : offset_of(in[1], i)));
}

constexpr Op needing_both_op{checked({
    .name = "test:add, rule of b right only beside that of a",
    .infer = infer_sum,
    .forward = compute_sum,
    .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
      return {ct[0], r.needs(0) ? ct[0] : multiply(ct[0], 2)};
    },
})};

constexpr Op extra_axis_op{checked({
    .name = "test:add, cotangents with an axis too many",
    .infer = infer_sum,
    .forward = compute_sum,
    .vjp = [](const Record&, const Cotangents& ct) -> Cotangents {
      const Tensor doubled = concatenate({expand_dims(ct[0], 0), expand_dims(ct[0], 0)}, 0);
      return {doubled, doubled};
    },
    .broadcasts = true,
})};

template <std::size_t... i>
Tensor dispatch(Mistake mistake, Arg x, std::index_sequence<i...>) {
  Tensor result;
  ((static_cast<std::size_t>(mistake) == i ? (result = record<square_op<static_cast<Mistake>(i)>>({x}), 0) : 0), ...);
  return result;
}

template <std::size_t... i>
const Op* find(Mistake mistake, std::index_sequence<i...>) {
  const Op* found = nullptr;
  ((static_cast<std::size_t>(mistake) == i ? (found = &square_op<static_cast<Mistake>(i)>, 0) : 0), ...);
  return found;
}

using All = std::make_index_sequence<static_cast<std::size_t>(Mistake::count)>;

}  // namespace

Tensor square(Mistake mistake, Arg x) { return dispatch(mistake, x, All()); }
const Op& op(Mistake mistake) { return *find(mistake, All()); }

Tensor add_needing_both(Arg a, Arg b) { return record<needing_both_op>({a, b}); }
const Op& op_needing_both() { return needing_both_op; }
Tensor add_with_extra_axis(Arg a, Arg b) { return record<extra_axis_op>({a, b}); }

}  // namespace xgrad::test::wrong
