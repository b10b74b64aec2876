// The tables of all levels that this machine's compiler builds.
// Not here: the choice between them (dispatch.cpp).
#pragma once

#include <xgrad/autodiff/kernels/kernels.hpp>

namespace xgrad::kernels {

#if defined(__x86_64__)
extern const Table baseline_table;
extern const Table avx2_table;
extern const Table avx512_table;
#elif defined(__aarch64__)
extern const Table neon_table;
#endif

}  // namespace xgrad::kernels
