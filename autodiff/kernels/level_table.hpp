// The table of one level, made of its loops.
// Not here: the choice of a level (dispatch.cpp). A level_*.cpp includes its lanes_*.hpp before this.
#pragma once

#include <xgrad/autodiff/kernels/elementwise_loops.hpp>
#include <xgrad/autodiff/kernels/product_loops.hpp>
#include <xgrad/autodiff/kernels/reduce_loops.hpp>
#include <xgrad/autodiff/kernels/softmax_loops.hpp>
#include <xgrad/autodiff/kernels/update_loops.hpp>

namespace xgrad::kernels {
namespace {

template <class T>
consteval Loops<T> loops_of_level() {
  return {
      .unary = {unary<Negative, T>, unary<Exp, T>, unary<Log, T>, unary<Sqrt, T>, unary<Square, T>, unary<Abs, T>,
                unary<Sign, T>, unary<Sin, T>, unary<Cos, T>, unary<Tanh, T>, unary<Sigmoid, T>, unary<Relu, T>,
                unary<Softplus, T>, unary<LogSigmoid, T>},
      .binary = {binary<Add, T>, binary<Subtract, T>, binary<Multiply, T>, binary<Divide, T>, binary<Power, T>,
                 binary<Maximum, T>, binary<Minimum, T>, binary<SigmoidBackward, T>, binary<TanhBackward, T>,
                 binary<ReluBackward, T>, binary<SinBackward, T>, binary<CosBackward, T>, binary<BceWithLogits, T>,
                 binary<SigmoidDifference, T>},
      .plain_binary = {plain_binary<Add, T>, plain_binary<Subtract, T>, plain_binary<Multiply, T>,
                       plain_binary<Divide, T>, plain_binary<Power, T>, plain_binary<Maximum, T>,
                       plain_binary<Minimum, T>, plain_binary<SigmoidBackward, T>, plain_binary<TanhBackward, T>,
                       plain_binary<ReluBackward, T>, plain_binary<SinBackward, T>, plain_binary<CosBackward, T>,
                       plain_binary<BceWithLogits, T>, plain_binary<SigmoidDifference, T>},
      .ternary = {ternary<PowerBaseBackward, T>, ternary<PowerExponentBackward, T>},
      .compare = {compare<Equal, T>, compare<NotEqual, T>, compare<Less, T>, compare<LessEqual, T>,
                  compare_swapped<Less, T>, compare_swapped<LessEqual, T>},
      .where = where<T>,
      .sum = sum<T>,
      .max = max<T>,
      .softmax = {softmax<T>, log_softmax<T>, logsumexp<T>},
      .softmax_backward = {softmax_backward<T>, log_softmax_backward<T>},
      .leaky_relu = leaky_relu<T>,
      .product = product<T>,
      .axpby = axpby<T>,
      .updates = updates_of_level<T>(),
  };
}

consteval Table table_of_level(const char* level) {
  return {.level = level, .f32 = loops_of_level<float>(), .f64 = loops_of_level<double>()};
}

}  // namespace
}  // namespace xgrad::kernels
