// The kernels for aarch64 (NEON).
// Not here: the loops themselves, which all levels share (level_table.hpp).
#include <xgrad/autodiff/kernels/lanes_neon.hpp>
// After it: the others build on a level's primitives.
#include <xgrad/autodiff/kernels/scale_by_product.hpp>
#include <xgrad/autodiff/kernels/level_table.hpp>
#include <xgrad/autodiff/kernels/levels.hpp>

namespace xgrad::kernels {

constinit const Table neon_table = table_of_level("neon");

}  // namespace xgrad::kernels
