// The hand-written epoch: fixed sizes, nothing allocated, nothing checked.
// Not here: its measurement (lab_epoch.cpp).
#include "lab_epoch_loop.hpp"

#include <cmath>

namespace bench {

template <class T>
T lab_epoch(LabNetwork<T>& net, T lr) {
  constexpr int n = LabNetwork<T>::points;
  constexpr int w = LabNetwork<T>::width;
  alignas(64) T h1[n * w], h2[n * w], p[n];

  for (int i = 0; i < n; ++i)
    for (int k = 0; k < w; ++k) h1[i * w + k] = net.b1[k] + net.x[i][0] * net.w1[0][k] + net.x[i][1] * net.w1[1][k];
  for (int i = 0; i < n * w; ++i) h1[i] = 1 / (1 + std::exp(-h1[i]));
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < w; ++k) h2[i * w + k] = net.b2[k];
    for (int j = 0; j < w; ++j)
      for (int k = 0; k < w; ++k) h2[i * w + k] += h1[i * w + j] * net.w2[j][k];
  }
  for (int i = 0; i < n * w; ++i) h2[i] = 1 / (1 + std::exp(-h2[i]));
  for (int i = 0; i < n; ++i) {
    p[i] = net.b3;
    for (int k = 0; k < w; ++k) p[i] += h2[i * w + k] * net.w3[k];
  }
  for (int i = 0; i < n; ++i) p[i] = 1 / (1 + std::exp(-p[i]));

  T loss = 0;
  alignas(64) T d3[n], d2[n * w], d1[n * w];
  for (int i = 0; i < n; ++i) {
    const T e = p[i] - net.t[i];
    loss += e * e;
    d3[i] = 2 * e / n * p[i] * (1 - p[i]);
  }
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < w; ++k) d2[i * w + k] = d3[i] * net.w3[k] * h2[i * w + k] * (1 - h2[i * w + k]);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < w; ++j) {
      T sum = 0;
      for (int k = 0; k < w; ++k) sum += d2[i * w + k] * net.w2[j][k];
      d1[i * w + j] = sum * h1[i * w + j] * (1 - h1[i * w + j]);
    }
  }

  alignas(64) T g1[2][w] = {}, g2[w][w] = {}, g3[w] = {}, gb1[w] = {}, gb2[w] = {};
  T gb3 = 0;
  for (int i = 0; i < n; ++i) {
    gb3 += d3[i];
    for (int k = 0; k < w; ++k) {
      g3[k] += d3[i] * h2[i * w + k];
      gb2[k] += d2[i * w + k];
      gb1[k] += d1[i * w + k];
      g1[0][k] += net.x[i][0] * d1[i * w + k];
      g1[1][k] += net.x[i][1] * d1[i * w + k];
    }
    for (int j = 0; j < w; ++j)
      for (int k = 0; k < w; ++k) g2[j][k] += h1[i * w + j] * d2[i * w + k];
  }
  net.b3 -= lr * gb3;
  for (int k = 0; k < w; ++k) {
    net.w3[k] -= lr * g3[k];
    net.b2[k] -= lr * gb2[k];
    net.b1[k] -= lr * gb1[k];
    net.w1[0][k] -= lr * g1[0][k];
    net.w1[1][k] -= lr * g1[1][k];
  }
  for (int j = 0; j < w; ++j)
    for (int k = 0; k < w; ++k) net.w2[j][k] -= lr * g2[j][k];
  return loss / n;
}

template float lab_epoch(LabNetwork<float>&, float);
template double lab_epoch(LabNetwork<double>&, double);

}  // namespace bench
