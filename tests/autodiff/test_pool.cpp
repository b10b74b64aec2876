// Pools: sizes of blocks, bounds, reuse, alignment.
// Not here: memory of whole graphs (test_tape_size.cpp), threads (test_threads.cpp).
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/pool.hpp>
#include <xgrad/autodiff/slabs.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

using namespace xgrad;

TEST_CASE("a class is as large as what it was chosen for, and not much larger") {
  for (std::size_t bytes = 1; bytes <= detail::largest_small; ++bytes) {
    const std::size_t size = detail::class_size(detail::small_class(bytes));
    CHECK(size >= bytes);
    CHECK(size < bytes + detail::small_step);
  }
  const std::size_t largest = detail::buffer_header + (std::size_t{1} << detail::last_buffer_log2);
  for (std::size_t bytes = 1; bytes <= largest; bytes += 1 + bytes / 37) {
    const std::size_t size = detail::class_size(detail::buffer_class(bytes));
    CHECK(size >= bytes);
    CHECK(size <= bytes + bytes / 4 + 128);
    CHECK(size % 64 == 0);
  }
  for (int log2 = detail::first_buffer_log2; log2 <= detail::last_buffer_log2; ++log2) {
    const std::size_t bytes = detail::buffer_header + (std::size_t{1} << log2);
    CHECK(detail::class_size(detail::buffer_class(bytes)) == bytes);
  }
  CHECK(detail::buffer_class(largest) < detail::unpooled);
  CHECK(detail::buffer_class(largest + 1) == detail::unpooled);
}

TEST_CASE("data is aligned to 64 bytes, small data to 16") {
  for (const std::int64_t n : {5, 16, 100, 1000, 100'000}) {
    const Tensor x = empty({n}, float64);
    CHECK(reinterpret_cast<std::uintptr_t>(x.data<double>()) % 64 == 0);
  }
  CHECK(reinterpret_cast<std::uintptr_t>(empty({2}, float64).data<double>()) % 16 == 0);
}

TEST_CASE("blocks are used again") {
  for (int i = 0; i < 100; ++i) zeros({100}, float64) + 1;
  const std::size_t before = detail::pool_bytes();
  for (int i = 0; i < 10'000; ++i) zeros({100}, float64) + 1;
  CHECK(detail::pool_bytes() == before);
}

TEST_CASE("large memory goes back to the system") {
  const std::size_t before = detail::pool_bytes();
  {
    // Beyond the largest class.
    Tensor x = empty({(std::int64_t{1} << detail::last_buffer_log2) / 8 + 1}, float64);
    std::memset(x.mutable_data<double>(), 0, 100);
  }
  CHECK(detail::pool_bytes() == before);
  std::vector<Tensor> many;
  for (int i = 0; i < 40; ++i) many.push_back(empty({1 << 20}, float64));  // 320 MiB of one class
  many.clear();
  CHECK(detail::pool_bytes() < before + (std::size_t{100} << 20));
}

TEST_CASE("a thread's blocks come back when it ends") {
  const auto work = [] {
    for (int i = 0; i < 100; ++i) sum(zeros({50}, float64) + 1);
  };
  std::thread(work).join();
  const std::size_t before = detail::pool_bytes();
  for (int i = 0; i < 50; ++i) std::thread(work).join();
  CHECK(detail::pool_bytes() <= before + (std::size_t{1} << 16));
}

namespace {

// Destroyed after main, by which time the pools must still work.
Tensor at_exit = full({1000}, 1.5, {.requires_grad = true});
const Tensor graph_at_exit = exp(at_exit * 2);
thread_local Tensor at_thread_end;

}  // namespace

TEST_CASE("tensors in static and thread-local variables") {
  CHECK(at_exit.size() == 1000);
  CHECK(graph_at_exit.requires_grad());
  std::thread([] { at_thread_end = exp(at_exit); }).join();
  at_thread_end = ones({3});
}

TEST_CASE("small blocks of a large graph come from slabs and go back with them") {
  // A thread of its own: what its lists keep goes to the shared ones.
  std::size_t before = 0, most = 0;
  std::thread([&] {
    before = detail::pool_bytes();
    Tensor x = ones({4}, {.requires_grad = true});
    const Tensor c = ones({4});
    for (int round = 0; round < 3; ++round) {
      Tensor y = x;
      for (int i = 0; i < 300'000; ++i) y = y + c;
      most = std::max(most, detail::pool_bytes());
      y.backward(c);
      CHECK(array_equal(x.grad(), full({4}, static_cast<float>(round + 1))));
    }
  }).join();
  if (!detail::pooled) return;
  CHECK(most > before + (std::size_t{300'000} * 300));
  // The lists of the backward pass are some 11 MB.
  CHECK(most < before + (std::size_t{300'000} * 325) + (std::size_t{16} << 20));
  CHECK(detail::pool_bytes() < before + (std::size_t{48} << 20));
}

TEST_CASE("slabs: blocks lie apart, an empty stretch goes back, foreign blocks are refused") {
  detail::Slabs slabs(304);
  std::size_t taken = 0, given = 0;
  std::vector<void*> blocks;
  for (int i = 0; i < 20'000; ++i) {
    blocks.push_back(slabs.take(taken));
    std::memset(blocks.back(), i & 0xff, 304);
  }
  CHECK(taken == 3 * detail::huge_page);
  bool intact = true;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto* bytes = static_cast<const unsigned char*>(blocks[i]);
    intact &= bytes[0] == (i & 0xff) && bytes[303] == (i & 0xff);
  }
  CHECK(intact);
  int foreign = 0;
  CHECK_FALSE(slabs.give_back(&foreign, given));
  bool known = true;
  for (void* block : blocks) known &= slabs.give_back(block, given);
  CHECK(known);
  CHECK(given == 2 * detail::huge_page);  // the last one is still being cut from
}
