// Words of the generator made into numbers. Loops have constant lengths, so that compilers vectorise them.
// Not here: the generator (philox.hpp) and the mathematics of the normal distribution (box_muller.hpp).
#include <xgrad/autodiff/random_fill.hpp>

#include <xgrad/autodiff/box_muller.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace xgrad::detail {
namespace {

constexpr int lanes = 8;

/// Computes the elements first, ..., first + count - 1: in groups of blocks where the whole group is wanted, otherwise
/// block by block. `make(blocks, values)` makes the `per_block` elements of each block.
template <int per_block, class T, class Make>
void fill(RandomKey key, std::int64_t first, std::int64_t count, T* out, Make make) {
  constexpr std::int64_t group = std::int64_t{lanes} * per_block;
  const std::int64_t last = first + count;
  std::int64_t at = first - first % per_block;
  while (at < last) {
    const auto block = static_cast<std::uint64_t>(at / per_block);
    if (at >= first && at + group <= last) {
      make(philox_blocks<lanes>(key, block), out + (at - first));
      at += group;
    } else {
      T values[per_block];
      make(philox_blocks<1>(key, block), values);
      const std::int64_t from = std::max(at, first), to = std::min(at + per_block, last);
      std::copy(values + (from - at), values + (to - at), out + (from - first));
      at += per_block;
    }
  }
}

/// Integers of up to 32 bits; exact.
double to_double(std::uint32_t word) {
  // By way of a signed number: there are vector instructions for that everywhere.
  return static_cast<double>(static_cast<std::int32_t>(word ^ 0x80000000U)) + 0x1p31;
}

/// An angle in turns: quarters, and a rest in [-1/8, 1/8).
struct Angle {
  std::uint32_t quadrant;
  std::int32_t rest;  ///< in units of 2^-32
};
Angle angle_of(std::uint32_t word) {
  const std::uint32_t quadrant = (word + 0x20000000U) >> 30;
  return {quadrant, static_cast<std::int32_t>(word - (quadrant << 30))};
}

/// Two words as one.
std::uint64_t join(std::uint32_t low, std::uint32_t high) { return std::uint64_t{high} << 32 | low; }

__extension__ using Product = unsigned __int128;

/// Uniform on [0, range), given 64 random bits. Source: Lemire: Fast random integer generation in an interval (2019).
/// `redraw(attempt)` gives new bits for the few results that would make some integers likelier than others.
template <class Redraw>
std::uint64_t below(std::uint64_t range, std::uint64_t bits, Redraw redraw) {
  Product product = Product{bits} * range;
  if (static_cast<std::uint64_t>(product) < range) {
    const std::uint64_t excess = (0 - range) % range;
    for (std::uint64_t attempt = 1; static_cast<std::uint64_t>(product) < excess; ++attempt)
      product = Product{redraw(attempt)} * range;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

/// New bits for element i: from blocks that no fill reaches, numbered by the attempt in the upper 16 bits.
auto redraw_of(RandomKey key, std::int64_t i) {
  return [key, i](std::uint64_t attempt) {
    const auto block = philox_blocks<1>(key, (attempt << 48) + static_cast<std::uint64_t>(i));
    return join(block.words[0][0], block.words[1][0]);
  };
}

}  // namespace

void fill_uniform(RandomKey key, std::int64_t first, std::int64_t count, float low, float high, float* out) {
  const float width = high - low;
  const float largest = std::nextafter(high, low);
  fill<4>(key, first, count, out, [=](const auto& blocks, float* values) {
    for (int i = 0; i < blocks.size; ++i)
      for (int w = 0; w < 4; ++w) {
        const float u = static_cast<float>(static_cast<std::int32_t>(blocks.words[w][i] >> 8)) * 0x1p-24F;
        values[4 * i + w] = std::min(low + width * u, largest);
      }
  });
}

void fill_uniform(RandomKey key, std::int64_t first, std::int64_t count, double low, double high, double* out) {
  const double width = high - low;
  const double largest = std::nextafter(high, low);
  fill<2>(key, first, count, out, [=](const auto& blocks, double* values) {
    for (int i = 0; i < blocks.size; ++i)
      for (int w = 0; w < 2; ++w) {
        const auto upper = static_cast<std::int32_t>(blocks.words[2 * w][i] >> 5);
        const auto lower = static_cast<std::int32_t>(blocks.words[2 * w + 1][i] >> 6);
        const double u = (static_cast<double>(upper) * 0x1p26 + static_cast<double>(lower)) * 0x1p-53;
        values[2 * i + w] = std::min(low + width * u, largest);
      }
  });
}

void fill_normal(RandomKey key, std::int64_t first, std::int64_t count, double mean, double stddev, float* out) {
  fill<4>(key, first, count, out, [=](const auto& blocks, float* values) {
    for (int i = 0; i < blocks.size; ++i)
      for (int w = 0; w < 4; w += 2) {
        const double u = (to_double(blocks.words[w][i]) + 0.5) * 0x1p-32;
        const Angle angle = angle_of(blocks.words[w + 1][i]);
        const Point p = normal_pair(u, angle.quadrant, (static_cast<double>(angle.rest) + 0.5) * 0x1p-32);
        values[4 * i + w] = static_cast<float>(mean + stddev * p.x);
        values[4 * i + w + 1] = static_cast<float>(mean + stddev * p.y);
      }
  });
}

void fill_normal(RandomKey key, std::int64_t first, std::int64_t count, double mean, double stddev, double* out) {
  fill<2>(key, first, count, out, [=](const auto& blocks, double* values) {
    for (int i = 0; i < blocks.size; ++i) {
      // 52 bits and a half, so that no result is rounded: u is never 0 or 1.
      const auto upper = static_cast<std::int32_t>(blocks.words[0][i] >> 6);
      const auto lower = static_cast<std::int32_t>(blocks.words[1][i] >> 6);
      const double u = (static_cast<double>(upper) * 0x1p26 + static_cast<double>(lower) + 0.5) * 0x1p-52;
      const Angle angle = angle_of(blocks.words[2][i]);
      const double fraction = static_cast<double>(static_cast<std::int32_t>(blocks.words[3][i] >> 10)) + 0.5;
      const double t = (static_cast<double>(angle.rest) * 0x1p22 + fraction) * 0x1p-54;
      const Point p = normal_pair(u, angle.quadrant, t);
      values[2 * i] = mean + stddev * p.x;
      values[2 * i + 1] = mean + stddev * p.y;
    }
  });
}

void fill_integers(RandomKey key, std::int64_t first, std::int64_t count, std::int64_t low, std::int64_t high,
                   std::int64_t* out) {
  // Unsigned, where differences and sums cannot overflow.
  const auto start = static_cast<std::uint64_t>(low);
  const std::uint64_t range = static_cast<std::uint64_t>(high) - start;
  fill<2>(key, first, count, out, [=](const auto& blocks, std::int64_t* values) {
    for (int i = 0; i < blocks.size; ++i)
      for (int w = 0; w < 2; ++w)
        values[2 * i + w] = static_cast<std::int64_t>(join(blocks.words[2 * w][i], blocks.words[2 * w + 1][i]));
  });
  for (std::int64_t i = 0; i < count; ++i)
    out[i] =
        static_cast<std::int64_t>(start + below(range, static_cast<std::uint64_t>(out[i]), redraw_of(key, first + i)));
}

void fill_permutation(RandomKey key, std::int64_t n, std::int64_t* out) {
  std::iota(out, out + n, std::int64_t{0});
  for (std::int64_t i = n - 1; i > 0; --i) {
    const auto block = philox_blocks<1>(key, static_cast<std::uint64_t>(i));
    const std::uint64_t bits = join(block.words[0][0], block.words[1][0]);
    const std::uint64_t j = below(static_cast<std::uint64_t>(i) + 1, bits, redraw_of(key, i));
    std::swap(out[i], out[j]);
  }
}

}  // namespace xgrad::detail
