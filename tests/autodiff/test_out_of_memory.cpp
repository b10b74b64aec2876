// What is left when memory runs out half way: nothing freed twice, nothing lost, no tensor changed.
// Not here: sizes that no machine has (test_limits.cpp). The linker sends this program's allocations through here.
#include <xgrad/autodiff/custom_function.hpp>
#include <xgrad/autodiff/slabs.hpp>
#include <xgrad/autodiff/xtensor.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include <sys/mman.h>

namespace {

// How many allocations may still succeed; -1: all.
int allowance = -1;

bool is_refused() {
  if (allowance > 0) --allowance;
  return allowance == 0;
}

}  // namespace

// The linker's names (--wrap): the first of each pair is called instead of the second.
extern "C" {
void* __real_malloc(std::size_t bytes);
void* __wrap_malloc(std::size_t bytes) { return is_refused() ? nullptr : __real_malloc(bytes); }
void* __real_aligned_alloc(std::size_t alignment, std::size_t bytes);
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return is_refused() ? nullptr : __real_aligned_alloc(alignment, bytes);
}
void* __real_mmap64(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset);
void* __wrap_mmap64(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset) {
  return is_refused() ? MAP_FAILED : __real_mmap64(address, bytes, protection, flags, file, offset);
}
void* __real__Znwm(std::size_t bytes);
void* __wrap__Znwm(std::size_t bytes) {
  if (is_refused()) throw std::bad_alloc();
  return __real__Znwm(bytes);
}
}

using namespace xgrad;

namespace {

// Takes every free block out of the pools for a while, so that they have to ask for memory.
class DryPools {
 public:
  DryPools() {
    allowance = 0;
    for (int c = 0; c < detail::classes; ++c) {
      try {
        for (;;) {
          auto* block = static_cast<detail::FreeBlock*>(detail::allocate(c, detail::class_size(c)));
          block->next = taken_[c];
          taken_[c] = block;
        }
      } catch (const std::bad_alloc&) {
      }
    }
    allowance = -1;
  }
  ~DryPools() {
    for (int c = 0; c < detail::classes; ++c)
      while (detail::FreeBlock* block = taken_[c]) {
        taken_[c] = block->next;
        detail::release(block, c);
      }
  }
  DryPools(const DryPools&) = delete;
  DryPools& operator=(const DryPools&) = delete;

 private:
  detail::FreeBlock* taken_[detail::classes] = {};
};

// Runs f where the first allocation fails, then where the second does, and so on until f succeeds; after each failure
// runs check. The number of failures.
template <class F, class G>
int failures(F f, G check) {
  for (int n = 0; n < 1000; ++n) {
    const DryPools dry;
    allowance = n + 1;
    try {
      f();
      allowance = -1;
      return n;
    } catch (const std::bad_alloc&) {
      allowance = -1;
      check();
    }
  }
  return -1;
}

// Counts its living copies.
struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --alive; }
};

struct CountedLayer : nn::Callable<CountedLayer> {
  Counted counted;
  Tensor forward(Arg x) const { return x; }
};

}  // namespace

TEST_CASE("an xtensor array belongs to its tensor or to the caller, never to both") {
  static int released;
  released = 0;
  xt::xarray<double> array({1.0, 2.0, 3.0});
  const auto release = [](void*) noexcept { ++released; };
  const int failed = failures([&] { detail::adopt_array(array, &array, release); }, [&] { CHECK(released == 0); });
  CHECK(failed >= 2);
  CHECK(released == 1);
  // The C library and sanitizers notice memory that is freed twice.
  Tensor moved;
  const int moves = failures(
      [&] {
        xt::xarray<double> three({1.0, 2.0, 3.0});
        moved = from_xtensor(std::move(three));
      },
      [&] { CHECK_FALSE(moved.defined()); });
  CHECK(moves > failed);
  CHECK(array_equal(moved, tensor({1., 2., 3.}, float64)));
}

TEST_CASE("a custom function is freed if it cannot be made") {
  {
    const Counted counted;
    const auto make = [&] { custom_function({.forward = [counted](Inputs, Outputs) {}}); };
    CHECK(failures(make, [] { CHECK(Counted::alive == 1); }) >= 3);
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("an op of several outputs leaves its operands alone if it cannot be recorded") {
  const CustomFunction halves = custom_function({
      .name = "halves",
      .forward =
          [](Inputs in, Outputs out) {
            for (std::int64_t i = 0; i < in[0].numel; ++i)
              out[0].as<double>()[i] = out[1].as<double>()[i] = out[2].as<double>()[i] = in[0].as<double>()[i] / 2;
          },
      .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
        return {ct[0] * 0.5 + ct[1] * 0.5 + ct[2] * 0.5 + r.output(1) * 0 + r.output(2) * 0};
      },
      .outputs = 3,
  });
  for (const std::int64_t size : {1, 100}) {  // inside the states' blocks, and beside them
    const Tensor x = ones({size}, {.dtype = float64, .requires_grad = true});
    std::vector<Tensor> y;
    const int failed = failures([&] { y = halves.all({x}); },
                                [&] {
                                  CHECK(y.empty());
                                  CHECK(detail::is_sole_user(x.state()));
                                });
    CHECK(failed >= 5);
    sum(y[0] + y[1] + y[2]).backward();
    CHECK(array_equal(x.grad(), full({size}, 1.5, {.dtype = float64})));
    y.clear();
    CHECK(detail::is_sole_user(x.state()));
  }
}

TEST_CASE("a layer is freed if a Sequential has no room for it or cannot be copied") {
  {
    nn::Sequential model;
    const auto append = [&] {
      nn::Sequential longer = model;
      longer.append(CountedLayer());
    };
    CHECK(failures(append, [] { CHECK(Counted::alive == 0); }) >= 2);
    model.append(CountedLayer()).append(CountedLayer());
    CHECK(failures([&] { const nn::Sequential copy = model; }, [] { CHECK(Counted::alive == 2); }) >= 3);
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("training goes on after a step for which there was no memory") {
  manual_seed(1);
  const Tensor x = randn({20, 3}), t = randn({20, 2});
  nn::Sequential model(nn::Linear(3, 40), nn::Tanh(), nn::Linear(40, 2));
  const Tensor weight = model.parameters()[0];
  Tensor loss;
  const int forward = failures([&] { loss = nn::mse_loss(model(x), t); }, [&] { CHECK_FALSE(loss.defined()); });
  CHECK(forward >= 4);
  const Tensor gradient = grad(loss, weight, {.retain_graph = true});
  std::vector<Tensor> other;
  const int derivatives =
      failures([&] { other = grad(loss, std::vector<Tensor>{weight}, {.retain_graph = true}); }, [] {});
  CHECK(derivatives >= 4);
  CHECK(array_equal(other[0], gradient));
  CHECK_FALSE(weight.grad().defined());
  int backward = failures([&] { loss.backward({.retain_graph = true}); }, [&] { model.zero_grad(); });
  CHECK(backward >= 4);
  CHECK(array_equal(weight.grad(), gradient));
  optim::SGD(model.parameters(), {.lr = 0.1}).step();
  CHECK(nn::mse_loss(model(x), t).item() < loss.item());
}

TEST_CASE("a leaf keeps its gradient where there is no memory to add to it") {
  Tensor w = ones({40}).set_requires_grad(), v = ones({40}).set_requires_grad();
  sum(w + v).backward();
  const Tensor held = w.grad();  // so that the next gradient needs memory of its own
  const Tensor loss = sum(w + v);
  const int backward = failures([&] { loss.backward({.retain_graph = true}); },
                                [&] {
                                  CHECK(w.grad().defined());
                                  w.set_grad(held);
                                });
  CHECK(backward >= 2);
  CHECK(array_equal(w.grad(), full({40}, 2.)));
}

TEST_CASE("slabs without memory take nothing") {
  detail::Slabs slabs(304);
  std::size_t taken = 0;
  int refusals = 0;
  for (int allowed : {0, 2}) {  // no stretch; a stretch, but no room to note it down
    allowance = allowed;
    try {
      slabs.take(taken);
    } catch (const std::bad_alloc&) {
      ++refusals;
    }
    allowance = -1;
  }
  CHECK(refusals == 2);
  CHECK(taken == 0);
  CHECK(slabs.take(taken) != nullptr);
  CHECK(taken == detail::huge_page);
}
