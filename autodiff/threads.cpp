// The number of threads: asked for, taken from the environment, or counted.
// Not here: the threads (loops/parallel.cpp).
#include <xgrad/autodiff/threads.hpp>

#include <xgrad/autodiff/error.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace xgrad {
namespace {

constinit std::atomic<int> chosen{0};  // 0 before the first use

std::string bounds() { return ", want 1 to " + std::to_string(max_threads); }

int count_cores() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
  return static_cast<int>(std::min(std::thread::hardware_concurrency(), static_cast<unsigned>(max_threads)));
}

}  // namespace

int detail::default_num_threads() {
  const char* wanted = std::getenv("XGRAD_NUM_THREADS");
  if (wanted == nullptr || *wanted == '\0') return std::clamp(count_cores(), 1, max_threads);
  const std::string_view text = wanted;
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > max_threads)
    throw ValueError("XGRAD_NUM_THREADS: not a number of threads: got \"" + std::string(text) + "\"" + bounds());
  return count;
}

int num_threads() {
  int count = chosen.load(std::memory_order_relaxed);
  if (count != 0) return count;
  // set_num_threads may come between.
  const int usual = detail::default_num_threads();
  return chosen.compare_exchange_strong(count, usual, std::memory_order_relaxed) ? usual : count;
}

void set_num_threads(int count) {
  if (count < 1 || count > max_threads)
    throw ValueError("set_num_threads: not a number of threads: got " + std::to_string(count) + bounds());
  chosen.store(count, std::memory_order_relaxed);
}

}  // namespace xgrad
