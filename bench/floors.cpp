// The floors' loops.
// Not here: matrix products, which are bare calls of the BLAS in the programs.
#include "floors.hpp"

#include <cmath>

namespace bench {

float read(const float* x, std::size_t n) {
  // Eight sums of a register each: enough to hide the latency of an addition.
  constexpr std::size_t width = 128;
  float sums[width] = {};
  std::size_t i = 0;
  for (; i + width <= n; i += width)
    for (std::size_t k = 0; k < width; ++k) sums[k] += x[i + k];
  float sum = 0;
  for (; i < n; ++i) sum += x[i];
  for (const float lane : sums) sum += lane;
  return sum;
}

void pass(const float* __restrict a, float* __restrict y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = a[i] / 2;
}

void pass(const float* __restrict a, const float* __restrict b, float* __restrict y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}

void pass(const float* __restrict a, const float* __restrict b, const float* __restrict c, float* __restrict y,
          float* __restrict z, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    y[i] = a[i] + b[i] + c[i];
    z[i] = a[i] - b[i] - c[i];
  }
}

void blend(const unsigned char* __restrict c, const float* __restrict a, const float* __restrict b, float* __restrict y,
           std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = b[i] + static_cast<float>(c[i]) * (a[i] - b[i]);
}

void split(const unsigned char* __restrict c, const float* __restrict g, float* __restrict a, float* __restrict b,
           std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float of_a = static_cast<float>(c[i]) * g[i];
    a[i] = of_a;
    b[i] = g[i] - of_a;
  }
}

void outer(const float* __restrict a, int rows, const float* __restrict b, int columns, float* __restrict y) {
  for (int i = 0; i < rows; ++i, y += columns)
    for (int k = 0; k < columns; ++k) y[k] = a[i] * b[k];
}

void sigmoid(float* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) x[i] = 1 / (1 + std::exp(-x[i]));
}

void sgd_update(float* __restrict p, const float* __restrict g, float lr, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) p[i] -= lr * g[i];
}

void adam_traffic(float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v,
                  std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    p[i] -= 1e-6f * m[i] * v[i];
  }
}

}  // namespace bench
