// The element types of a tensor, as run-time values.
// Not here: conversion of data (ops/cast.cpp) or the default dtype (guards.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

namespace xgrad {

/// Element type. Ordered: an elementwise operation on two dtypes gives the larger one.
enum class Dtype : std::uint8_t { bool_, int64, float32, float64 };

inline constexpr Dtype bool_ = Dtype::bool_;
inline constexpr Dtype int64 = Dtype::int64;
inline constexpr Dtype float32 = Dtype::float32;
inline constexpr Dtype float64 = Dtype::float64;

/// Bytes of one element.
constexpr std::size_t size_of(Dtype dtype) {
  constexpr std::uint8_t bytes[] = {1, 8, 4, 8};
  return bytes[static_cast<int>(dtype)];
}

/// "bool", "int64", "float32" or "float64".
constexpr const char* name(Dtype dtype) {
  constexpr const char* names[] = {"bool", "int64", "float32", "float64"};
  return names[static_cast<int>(dtype)];
}

constexpr bool is_floating(Dtype dtype) { return dtype >= Dtype::float32; }

/// The dtype that holds both: the larger in bool < int64 < float32 < float64.
constexpr Dtype promote(Dtype a, Dtype b) { return a < b ? b : a; }

/// The dtype of the C++ element type T (bool, std::int64_t, float, double).
template <class T>
inline constexpr Dtype dtype_of = [] {
  static_assert(sizeof(T) == 0, "tensor elements are bool, std::int64_t, float or double");
  return Dtype::bool_;
}();
template <>
inline constexpr Dtype dtype_of<bool> = Dtype::bool_;
template <>
inline constexpr Dtype dtype_of<std::int64_t> = Dtype::int64;
template <>
inline constexpr Dtype dtype_of<float> = Dtype::float32;
template <>
inline constexpr Dtype dtype_of<double> = Dtype::float64;

}  // namespace xgrad
