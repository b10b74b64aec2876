// The kernels for x86-64 as every such processor runs it (SSE2).
// Not here: the loops themselves, which all levels share (level_table.hpp).
// In this order: each block builds on the one before.
#include <xgrad/autodiff/kernels/lanes_baseline.hpp>

#include <xgrad/autodiff/kernels/scale_by_product.hpp>

#include <xgrad/autodiff/kernels/level_table.hpp>
#include <xgrad/autodiff/kernels/levels.hpp>

namespace xgrad::kernels {

constinit const Table baseline_table = table_of_level("baseline");

}  // namespace xgrad::kernels
