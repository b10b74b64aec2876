// Threads: graphs of their own, parameters read by all, tensors that move between threads and outlive them.
// Not here: guards (test_guards.cpp).
#include "support/ref.hpp"
#include "support/sample.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/pool.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace xgrad;

namespace {

constexpr int thread_count = 8;

template <class F>
void in_threads(F f) {
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) threads.emplace_back([&f, i] { f(i); });
  for (std::thread& thread : threads) thread.join();
}

// A small model trained by hand; returns all of its gradients at the end.
std::vector<Tensor> train(int seed) {
  Tensor w = test::values({17, 9}, -1, 1, seed).set_requires_grad();
  Tensor b = test::values({17}, -1, 1, seed + 1).set_requires_grad();
  const Tensor x = test::values({33, 9}, -1, 1, seed + 2);
  std::vector<Tensor> gradients;
  for (int step = 0; step < 50; ++step) {
    mean(square(tanh(linear(x, w, b)) - 0.25)).backward();
    gradients = {w.grad(), b.grad()};
    w = (w.detach() - w.grad() * 0.1).set_requires_grad();
    b = (b.detach() - b.grad() * 0.1).set_requires_grad();
  }
  return gradients;
}

}  // namespace

TEST_CASE("eight threads with graphs of their own give the serial results, bit for bit") {
  std::vector<std::vector<Tensor>> parallel(thread_count);
  for (int round = 0; round < 3; ++round) {
    in_threads([&](int i) { parallel[static_cast<std::size_t>(i)] = train(i); });
    for (int i = 0; i < thread_count; ++i) {
      const std::vector<Tensor> serial = train(i);
      for (std::size_t k = 0; k < serial.size(); ++k)
        CHECK(test::same_bits(parallel[static_cast<std::size_t>(i)][k], serial[k]));
    }
  }
}

TEST_CASE("eight threads differentiate by the same parameters with grad") {
  const Tensor w = test::values({17, 9}).set_requires_grad(), b = test::values({17}).set_requires_grad();
  const Tensor scale = tensor(0.5, {.dtype = float64, .requires_grad = true});
  const auto gradients = [&](int i) {
    const Tensor x = test::values({5, 9}, -1, 1, i);
    std::vector<Tensor> result;
    for (int step = 0; step < 200; ++step) result = grad(sum(tanh(linear(x, w, b) * scale)), {w, b, scale});
    return result;
  };
  std::vector<std::vector<Tensor>> parallel(thread_count);
  in_threads([&](int i) { parallel[static_cast<std::size_t>(i)] = gradients(i); });
  for (int i = 0; i < thread_count; ++i) {
    const std::vector<Tensor> serial = gradients(i);
    for (std::size_t k = 0; k < serial.size(); ++k)
      CHECK(test::same_bits(parallel[static_cast<std::size_t>(i)][k], serial[k]));
  }
  CHECK_FALSE(w.grad().defined());
}

TEST_CASE("tensors and graphs made in one thread, used and freed in another, after the first has ended") {
  std::vector<Tensor> results(thread_count);
  Tensor x = test::values({40}).set_requires_grad();
  in_threads([&](int i) {
    Tensor y = x;
    for (int k = 0; k < 1000; ++k) y = sin(y) + 0.001;
    results[static_cast<std::size_t>(i)] = sum(y);
  });
  for (const Tensor& y : results) y.backward();
  CHECK(allclose(x.grad(), grad(
                               [&] {
                                 Tensor y = x;
                                 for (int k = 0; k < 1000; ++k) y = sin(y) + 0.001;
                                 return sum(y);
                               }(),
                               x) *
                               thread_count));
  // Freed by yet another thread.
  std::thread([moved = std::move(results)]() mutable { moved.clear(); }).join();
}

TEST_CASE("a graph that began in another thread goes on here") {
  const Tensor x = tensor(2., {.dtype = float64, .requires_grad = true});
  Tensor y;
  std::thread([&] {
    for (int i = 0; i < 100; ++i) tensor(1.) + 1.;  // its sequence numbers run ahead or behind
    y = x * x;
    for (int i = 0; i < 100; ++i) y = y + 0.;
  }).join();
  (y * x).backward();
  CHECK(x.grad().item() == 12);
}

TEST_CASE("blocks passed around threads do not pile up") {
  const auto round = [] {
    std::vector<Tensor> made;
    std::thread([&] {
      for (int i = 0; i < 20'000; ++i) made.push_back(zeros({10}, float64));
    }).join();
  };
  for (int i = 0; i < 5; ++i) round();
  const std::size_t before = detail::pool_bytes();
  for (int i = 0; i < 20; ++i) round();
  // One round takes some 6 MiB; the lists of threads may differ by a fraction of what they may keep, 1 MiB each.
  CHECK(detail::pool_bytes() < before + (std::size_t{4} << 20));
}

TEST_CASE("many handles to one tensor from many threads") {
  const Tensor x = test::values({3, 4}).set_requires_grad();
  std::atomic<int> wrong{0};
  in_threads([&](int) {
    for (int i = 0; i < 20'000; ++i) {
      const Tensor copy = x;
      const Tensor part = view(copy.detach(), 1);
      wrong += part.requires_grad() || part.size() != 4;
    }
  });
  CHECK(wrong == 0);
  CHECK(x.state()->handles.value() == 1);
}
