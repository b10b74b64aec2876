// Softmax and its relatives over the middle axis of [outer, n, inner].
// Not here: the choice of axes (loops/softmax.cpp).
#pragma once

#include <xgrad/autodiff/kernels/softmax_columns.hpp>
#include <xgrad/autodiff/kernels/softmax_rows.hpp>

namespace xgrad::kernels {
namespace {

template <class T>
void softmax(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (inner == 1) return softmax_of_rows(x, out, outer, n);
  for_each_column_block<T>(outer, n, inner,
                           [&](std::int64_t at, auto lanes) { softmax_of_columns(x + at, out + at, n, inner, lanes); });
}

template <class T>
void log_softmax(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (inner == 1) return log_softmax_of_rows(x, out, outer, n);
  for_each_column_block<T>(
      outer, n, inner, [&](std::int64_t at, auto lanes) { log_softmax_of_columns(x + at, out + at, n, inner, lanes); });
}

template <class T>
void logsumexp(const T* x, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (inner == 1 || n == 0) return logsumexp_of_rows(x, out, outer * inner, n);
  for (std::int64_t o = 0; o < outer; ++o)
    for_each_column_block<T>(1, n, inner, [&](std::int64_t at, auto lanes) {
      logsumexp_of_columns(x + o * n * inner + at, out + o * inner + at, n, inner, lanes);
    });
}

template <class T>
void softmax_backward(const T* g, const T* y, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (inner == 1) return softmax_backward_of_rows(g, y, out, outer, n);
  for_each_column_block<T>(outer, n, inner, [&](std::int64_t at, auto lanes) {
    softmax_backward_of_columns(g + at, y + at, out + at, n, inner, lanes);
  });
}

template <class T>
void log_softmax_backward(const T* g, const T* y, T* out, std::int64_t outer, std::int64_t n, std::int64_t inner) {
  if (inner == 1) return log_softmax_backward_of_rows(g, y, out, outer, n);
  for_each_column_block<T>(outer, n, inner, [&](std::int64_t at, auto lanes) {
    log_softmax_backward_of_columns(g + at, y + at, out + at, n, inner, lanes);
  });
}

}  // namespace
}  // namespace xgrad::kernels
