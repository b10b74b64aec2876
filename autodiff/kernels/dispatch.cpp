// The choice of a kernel table: once, by the processor's features or by XGRAD_SIMD.
// Not here: any kernel. This file must run on every processor of its family.
#include <cstdlib>
#include <cstring>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/kernels/levels.hpp>

namespace xgrad::kernels {

namespace detail {
constinit const Table* chosen = nullptr;
}

namespace {

struct Level {
  const Table* table;
  bool (*is_supported)();
};

// Best first.
constexpr Level levels[] = {
#if defined(__x86_64__)
    {&avx512_table,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
     }},
    {&avx2_table, [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }},
    {&baseline_table, [] { return true; }},
#elif defined(__aarch64__)
    {&neon_table, [] { return true; }},
#endif
};

std::string supported_levels() {
  std::string names;
  for (const Level& level : levels) {
    if (!level.is_supported()) continue;
    if (!names.empty()) names += ", ";
    names += level.table->level;
  }
  return names;
}

const Table& best(const char* wanted) {
  for (const Level& level : levels) {
    const bool is_wanted = wanted == nullptr || std::strcmp(level.table->level, wanted) == 0;
    if (is_wanted && level.is_supported()) return *level.table;
  }
  throw ValueError(std::string("XGRAD_SIMD: not an instruction set of this processor: got \"") + wanted +
                   "\", want one of " + supported_levels());
}

}  // namespace

const Table& detail::choose() {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  const char* wanted = std::getenv("XGRAD_SIMD");
  const Table& table = best(wanted != nullptr && *wanted != '\0' ? wanted : nullptr);
  // Threads that race here all store the same pointer, to a table that was never written.
  __atomic_store_n(&chosen, &table, __ATOMIC_RELAXED);
  return table;
}

}  // namespace xgrad::kernels
