// From one floating value to int64, where a plain cast would be undefined for some.
// Not here: conversion of tensors (ops/cast.hpp).
#pragma once

#include <xgrad/autodiff/arg.hpp>

#include <concepts>
#include <cstdint>

namespace xgrad::detail {

/// True if int64 can hold the value without its fraction: not NaN, not infinite, not out of range.
template <std::floating_point T>
constexpr bool fits_int64(T value) {
  constexpr T bound = static_cast<T>(9223372036854775808.0);  // 2^63, exact in every floating type
  return value >= -bound && value < bound;
}

/// The value without its fraction, for a function that makes an int64 of it. Errors: ValueError unless it fits.
std::int64_t to_int64(const char* function, double value, Site site);

}  // namespace xgrad::detail
