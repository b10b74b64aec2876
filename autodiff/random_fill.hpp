// Random numbers into memory. Element i of a call depends on the key and on i alone: any part of an array can be made
// anywhere, in any order, and the bits are the same on every machine.
// Not here: generators and tensors (random.hpp).
#pragma once

#include <xgrad/autodiff/philox.hpp>

#include <cstdint>

namespace xgrad::detail {

// Every function writes the elements first, ..., first + count - 1 of the call `key` to out[0], ..., out[count - 1].

/// Uniform on [low, high): low + (high - low) u with u a multiple of 2^-24 (float) or 2^-53 (double) on [0, 1). Where
/// that rounds to high, the number below high. Needs low < high and a finite high - low.
void fill_uniform(RandomKey key, std::int64_t first, std::int64_t count, float low, float high, float* out);
void fill_uniform(RandomKey key, std::int64_t first, std::int64_t count, double low, double high, double* out);

/// mean + stddev z with z standard normal, by the Box-Muller transform on 64 random bits for a pair of floats, 106 for
/// a pair of doubles. Beyond 6.76 (float) and 8.57 (double) standard deviations nothing comes.
void fill_normal(RandomKey key, std::int64_t first, std::int64_t count, double mean, double stddev, float* out);
void fill_normal(RandomKey key, std::int64_t first, std::int64_t count, double mean, double stddev, double* out);

/// Integers on [low, high), each exactly as likely as the others. Needs low < high.
void fill_integers(RandomKey key, std::int64_t first, std::int64_t count, std::int64_t low, std::int64_t high,
                   std::int64_t* out);

/// 0, ..., n - 1 in random order, each of the n! orders as likely as the others (but the seed has 2^64 values only).
void fill_permutation(RandomKey key, std::int64_t n, std::int64_t* out);

}  // namespace xgrad::detail
