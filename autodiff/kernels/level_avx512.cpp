// The kernels for x86-64 with AVX-512 F, CD, DQ, BW and VL.
// Not here: the loops themselves, which all levels share (level_table.hpp).
// In this order: each block builds on the one before.
#include <xgrad/autodiff/kernels/lanes_avx512.hpp>

#include <xgrad/autodiff/kernels/four_doubles.hpp>

#include <xgrad/autodiff/kernels/level_table.hpp>
#include <xgrad/autodiff/kernels/levels.hpp>

namespace xgrad::kernels {

constinit const Table avx512_table = table_of_level("avx512");

}  // namespace xgrad::kernels
