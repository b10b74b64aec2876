// What users call to differentiate: checks of outputs, inputs and cotangents, then one backward pass.
// Not here: the pass itself (tape.cpp).
#include <xgrad/autodiff/tape.hpp>

#include <xgrad/autodiff/backward_pass.hpp>
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/scope.hpp>

#include <string>
#include <utility>
#include <vector>

namespace xgrad {
namespace {

template <class E>
[[noreturn]] void fail(const char* function, const std::string& what, const std::string& operands) {
  throw E(with_context(function, what, operands, detail::context.scope->site));
}

void check_output(const char* function, const Tensor& output) {
  if (!output.defined()) fail<ValueError>(function, "the output is an undefined tensor", "");
  if (!output.requires_grad())
    fail<GraphError>(function, "the output depends on no tensor that requires a gradient", describe(output));
}

// The given cotangent, or a one for an output of one element.
Tensor starting_cotangent(const char* function, const Tensor& output, const Tensor& given) {
  if (!given.defined()) {
    if (output.size() != 1)
      fail<ShapeError>(function,
                       "only an output of one element has a default cotangent: got " + describe(output) +
                           ", want sum() or mean() first, or a cotangent",
                       "");
    return ones(output.shape(), output.dtype());
  }
  if (given.shape() != output.shape())
    fail<ShapeError>(
        function, "the cotangent does not fit the output: got " + describe(given) + ", want " + describe(output), "");
  if (given.dtype() != output.dtype())
    fail<DtypeError>(
        function, "the cotangent does not fit the output: got " + describe(given) + ", want " + describe(output), "");
  return given;
}

void run(const char* function, detail::BackwardPass& pass, const Tensor* outputs, std::size_t count,
         const Tensor* cotangents) {
  detail::PooledVector<Tensor> starts;
  starts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    check_output(function, outputs[i]);
    starts.push_back(starting_cotangent(function, outputs[i], cotangents != nullptr ? cotangents[i] : Tensor()));
  }
  pass.collect(outputs, count);
  const GradMode mode(pass.create_graph);  // a cotangent may require a gradient itself
  for (std::size_t i = 0; i < count; ++i)
    if (pass.wants(outputs[i].state())) pass.deliver(outputs[i].state(), std::move(starts[i]));
  pass.run();
}

// One cotangent for each output, or none at all.
const Tensor* checked_cotangents(const char* function, const std::vector<Tensor>& outputs,
                                 const std::vector<Tensor>& cotangents) {
  if (cotangents.empty()) return nullptr;
  if (cotangents.size() != outputs.size())
    fail<ValueError>(function,
                     "one cotangent for each output: got " + std::to_string(cotangents.size()) + ", want " +
                         std::to_string(outputs.size()),
                     "");
  return cotangents.data();
}

}  // namespace

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const GradOptions& options, const char* file, int line) {
  const CompositeScope scope(Site{file, line});
  for (const Tensor& input : inputs) {
    if (!input.defined()) fail<ValueError>("grad", "an input is an undefined tensor", "");
    if (!input.requires_grad()) fail<GraphError>("grad", "an input does not require a gradient", describe(input));
  }
  detail::BackwardPass pass(&inputs, options.create_graph, options.retain_graph || options.create_graph);
  run("grad", pass, outputs.data(), outputs.size(), checked_cotangents("grad", outputs, options.cotangents));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (pass.results[i].defined()) continue;
    if (pass.reaches(inputs[i].state()))
      pass.results[i] = zeros_like(inputs[i]);
    else if (!options.allow_unused)
      fail<GraphError>("grad",
                       "the outputs do not depend on input " + std::to_string(i) + "; allow_unused = true permits that",
                       describe(inputs[i]));
  }
  // Inputs that are added have one cotangent, which may be the caller's own. Nobody can write to results in a graph.
  const GradMode mode(options.create_graph);
  for (Tensor& result : pass.results)
    if (result.defined() && (!options.create_graph || result.is_leaf()) && !detail::is_sole_user(result.state()))
      result = clone(result);
  return std::move(pass.results);
}

std::vector<Tensor> grad(const Tensor& output, const std::vector<Tensor>& inputs, const GradOptions& options,
                         const char* file, int line) {
  return grad(std::vector<Tensor>{output}, inputs, options, file, line);
}

std::vector<Tensor> grad(const Tensor& output, detail::NoInputs, const GradOptions& options, const char* file,
                         int line) {
  return grad(std::vector<Tensor>{output}, std::vector<Tensor>(), options, file, line);
}

Tensor grad(const Tensor& output, const Tensor& input, const GradOptions& options, const char* file, int line) {
  return grad(std::vector<Tensor>{output}, std::vector<Tensor>{input}, options, file, line)[0];
}

void backward(const std::vector<Tensor>& outputs, const std::vector<Tensor>& cotangents, BackwardOptions options,
              const char* file, int line) {
  const CompositeScope scope(Site{file, line});
  detail::BackwardPass pass(nullptr, false, options.retain_graph);
  run("backward", pass, outputs.data(), outputs.size(), checked_cotangents("backward", outputs, cotangents));
}

void Tensor::backward(BackwardOptions options, const char* file, int line) const {
  backward(Tensor(), options, file, line);
}

void Tensor::backward(const Tensor& cotangent, BackwardOptions options, const char* file, int line) const {
  const CompositeScope scope(Site{file, line});
  detail::BackwardPass pass(nullptr, false, options.retain_graph);
  run("backward", pass, this, 1, &cotangent);
}

}  // namespace xgrad
