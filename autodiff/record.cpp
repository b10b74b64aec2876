// The rare paths of applying an op: scalars, mixed dtypes, and errors.
// Not here: the common path (record.hpp).
#include <xgrad/autodiff/record.hpp>

#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/cast.hpp>

#include <algorithm>

namespace xgrad::detail {

constinit thread_local ThreadContext context;

void rethrow_with_operands(const Op& op, State* const* inputs, std::size_t count, Site site) {
  try {
    throw;
  } catch (Error& error) {
    std::string operands;
    for (std::size_t i = 0; i < count; ++i) operands += (i == 0 ? "" : ", ") + describe(*inputs[i]);
    error.set_message(with_context(op.name, error.message(), operands, site));
    throw;
  }
}

void prepare(const Op& op, const Arg* args, std::size_t count, Tensor* ready) {
  const std::size_t first = static_cast<std::size_t>(op.promote_from);
  for (std::size_t i = 0; i < count; ++i)
    if (!args[i].is_scalar() && args[i].state() == nullptr)
      throw ValueError(with_context(op.name, "operand " + std::to_string(i) + " is an undefined tensor", "",
                                    user_site(args[0].site())));
  // Tensors decide the dtype; scalars only raise its kind, from bool to integer to floating.
  bool any_tensor = false;
  Dtype dtype = Dtype::bool_;
  for (std::size_t i = first; i < count; ++i)
    if (!args[i].is_scalar()) {
      dtype = any_tensor && op.promotion != Promotion::none ? promote(dtype, args[i].dtype()) : args[i].dtype();
      any_tensor = true;
    }
  for (std::size_t i = first; i < count; ++i)
    if (args[i].is_scalar() && (!any_tensor || !is_floating(dtype))) dtype = promote(dtype, args[i].dtype());
  if (op.promotion == Promotion::floating && !is_floating(dtype)) dtype = default_dtype();

  for (std::size_t i = 0; i < count; ++i) {
    if (args[i].is_scalar())
      ready[i] = args[i].tensor(i < first ? args[i].dtype() : dtype);
    else if (op.promotion == Promotion::none || i < first || args[i].dtype() == dtype)
      ready[i] = args[i].tensor();
    else
      ready[i] = astype(Arg(args[i].tensor(), args[0].site()), dtype);
  }
}

}  // namespace xgrad::detail
