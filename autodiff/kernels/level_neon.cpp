// The kernels for aarch64 (NEON).
// Not here: the loops themselves, which all levels share (level_table.hpp).
// In this order: each block builds on the one before.
#include <xgrad/autodiff/kernels/lanes_neon.hpp>

#include <xgrad/autodiff/kernels/scale_by_product.hpp>

#include <xgrad/autodiff/kernels/level_table.hpp>
#include <xgrad/autodiff/kernels/levels.hpp>

namespace xgrad::kernels {

constinit const Table neon_table = table_of_level("neon");

}  // namespace xgrad::kernels
