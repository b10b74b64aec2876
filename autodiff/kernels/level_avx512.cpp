// The kernels for x86-64 with AVX-512 F, CD, DQ, BW and VL.
// Not here: the loops themselves, which all levels share (level_table.hpp).
#include <xgrad/autodiff/kernels/lanes_avx512.hpp>
// After it: the others build on a level's primitives.
#include <xgrad/autodiff/kernels/level_table.hpp>
#include <xgrad/autodiff/kernels/levels.hpp>

namespace xgrad::kernels {

constinit const Table avx512_table = table_of_level("avx512");

}  // namespace xgrad::kernels
