// How a run-time definition becomes an op.
// Not here: recording (record.cpp).
#include <xgrad/autodiff/custom_function.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/record.hpp>

#include <memory>

namespace xgrad {

namespace detail {

struct CustomDefinition {
  explicit CustomDefinition(CustomFunctionOptions given) : options(std::move(given)) {}
  CustomFunctionOptions options;
  Op op = {};
};

}  // namespace detail

namespace {

using detail::CustomDefinition;

struct CustomAttrs {
  const CustomDefinition* definition;
};

const CustomFunctionOptions& options_of(Attrs attrs) { return attrs.get<CustomAttrs>().definition->options; }

void infer(Inputs in, Attrs attrs, Outputs out) {
  const CustomFunctionOptions& options = options_of(attrs);
  if (options.infer) return options.infer(in, out);
  if (in.size() == 0) throw ValueError("no operands: got 0, want 1 or more, or infer");
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].shape = in[0].shape;
    out[i].dtype = in[0].dtype;
  }
}

void forward(Inputs in, Attrs attrs, Outputs out) { options_of(attrs).forward(in, out); }

Cotangents vjp(const Record& record, const Cotangents& cotangents) {
  return record.attrs<CustomAttrs>().definition->options.vjp(record, cotangents);
}

}  // namespace

CustomFunction::CustomFunction(CustomFunctionOptions options) {
  if (!options.forward) throw ValueError(options.name + ": no forward");
  if (options.outputs < 1 || options.outputs > 255)
    throw ValueError(options.name + ": the number of outputs is out of range: got " + std::to_string(options.outputs) +
                     ", want 1 to 255");
  auto unowned = std::make_unique<CustomDefinition>(std::move(options));
  CustomDefinition* definition = unowned.get();
  static bool nothing;
  owner_ = adopt_memory<bool>(&nothing, {1}, definition,
                              [](void* owned) noexcept { delete static_cast<CustomDefinition*>(owned); });
  static_cast<void>(unowned.release());
  const CustomFunctionOptions& kept = definition->options;
  definition->op = Op{
      .name = kept.name.c_str(),
      .infer = infer,
      .forward = forward,
      .vjp = kept.vjp ? vjp : nullptr,
      .not_differentiable = kept.vjp ? nullptr : "it was defined without a rule",
      .outputs = kept.outputs,
      .saves_all = true,
      .keeps_owner = true,
  };
  definition_ = definition;
}

std::vector<Tensor> CustomFunction::all(const std::vector<Tensor>& operands, const char* file, int line) const {
  const CustomAttrs attrs{definition_};
  return detail::record_outputs(definition_->op, operands, &attrs, sizeof(attrs), owner_, {file, line});
}

Tensor CustomFunction::operator()(std::initializer_list<Tensor> operands, const char* file, int line) const {
  return all(operands, file, line)[0];
}

}  // namespace xgrad
