// What the hardware needs at least: arrays read and written once.
// Not here: anything of xgrad; floors.cpp is compiled with every flag that speeds it up.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace bench {

/// Memory that starts at a cache line, as the library's does.
template <class T>
struct LineAllocator {
  using value_type = T;
  LineAllocator() = default;
  template <class U>
  LineAllocator(const LineAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(64))); }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, std::align_val_t(64)); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
};
using Buffer = std::vector<float, LineAllocator<float>>;

/// Reads x once: the sum of its elements, in any order.
float read(const float* x, std::size_t n);
/// y = a / 2: reads one array, writes one.
void pass(const float* a, float* y, std::size_t n);
/// y = a + b: reads two, writes one.
void pass(const float* a, const float* b, float* y, std::size_t n);
/// y = a + b + c, z = a - b - c: reads three, writes two.
void pass(const float* a, const float* b, const float* c, float* y, float* z, std::size_t n);

/// y = c a + (1 - c) b and a = c g, b = (1 - c) g for c = 0 or 1: `where` and its derivatives, by arithmetic on
/// bytes, since compilers make branches of a selection and no vectors of bools.
void blend(const unsigned char* c, const float* a, const float* b, float* y, std::size_t n);
void split(const unsigned char* c, const float* g, float* a, float* b, std::size_t n);

/// y = a b^T, row by row. The BLAS has no outer product that overwrites but gemm, which is slower.
void outer(const float* a, int rows, const float* b, int columns, float* y);

/// x = 1 / (1 + exp(-x)). Vectorised by g++, which knows the C library's vectors; clang calls expf for each element.
void sigmoid(float* x, std::size_t n);

/// p = p - lr g.
void sgd_update(float* p, const float* g, float lr, std::size_t n);
/// Reads p, g, m and v, and writes p, m and v, with hardly any arithmetic.
void adam_traffic(float* p, const float* g, float* m, float* v, std::size_t n);

}  // namespace bench
