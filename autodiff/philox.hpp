// Philox4x32-10: random words as a pure function of a key and a counter.
// Not here: numbers made from the words (random_fill.hpp), generators and tensors (random.hpp).
#pragma once

#include <cstdint>

namespace xgrad {

/// All the randomness of one call: what a generator hands out, and what a random op carries as its attribute.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint64_t call = 0;
};

namespace detail {

/// `lanes` blocks of four words side by side, so that a compiler can work on all of them at once.
template <int lanes>
struct PhiloxBlocks {
  static constexpr int size = lanes;
  std::uint32_t words[4][lanes];
};

/// Ten rounds on every block.
/// Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
template <int lanes>
constexpr void philox4x32(PhiloxBlocks<lanes>& blocks, std::uint32_t key0, std::uint32_t key1) {
  auto& x = blocks.words;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < lanes; ++i) {
      const std::uint64_t a = std::uint64_t{0xD2511F53} * x[0][i];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57} * x[2][i];
      x[0][i] = static_cast<std::uint32_t>(b >> 32) ^ x[1][i] ^ key0;
      x[1][i] = static_cast<std::uint32_t>(b);
      x[2][i] = static_cast<std::uint32_t>(a >> 32) ^ x[3][i] ^ key1;
      x[3][i] = static_cast<std::uint32_t>(a);
    }
    key0 += 0x9E3779B9;  // the golden ratio
    key1 += 0xBB67AE85;  // the square root of 3, less 1
  }
}

/// The blocks number first, first + 1, ... of a call. Key: the seed. Counter: the number of the block, then the call.
template <int lanes>
constexpr PhiloxBlocks<lanes> philox_blocks(RandomKey key, std::uint64_t first) {
  PhiloxBlocks<lanes> blocks{};
  for (int i = 0; i < lanes; ++i) {
    const std::uint64_t number = first + static_cast<std::uint64_t>(i);
    blocks.words[0][i] = static_cast<std::uint32_t>(number);
    blocks.words[1][i] = static_cast<std::uint32_t>(number >> 32);
    blocks.words[2][i] = static_cast<std::uint32_t>(key.call);
    blocks.words[3][i] = static_cast<std::uint32_t>(key.call >> 32);
  }
  philox4x32(blocks, static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32));
  return blocks;
}

}  // namespace detail
}  // namespace xgrad
