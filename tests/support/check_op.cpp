// The checks of the registry test, one function each.
// Not here: numbers and layouts (ref.cpp, layouts.cpp).
#include "support/check_op.hpp"

#include "support/layouts.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/gradcheck.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <cmath>
#include <set>

namespace xgrad::test {
namespace {

// Tighter than the defaults: samples are far from kinks and poles.
constexpr GradcheckOptions strict{.rtol = 2e-8, .atol = 2e-9, .raise = false};

Tensor as_float32(const Tensor& x) {
  const Ref ref = to_ref(x);
  Tensor result = empty(x.shape(), float32);
  for (std::int64_t i = 0; i < x.size(); ++i)
    result.mutable_data<float>()[i] = static_cast<float>(ref.values[static_cast<std::size_t>(i)]);
  return result;
}

bool is_checked(const Tensor& x, Dtype dtype = float64) { return x.dtype() == dtype; }

/// Copies, of which those of the given dtype require a gradient, or only the one with the given number.
Tensors leaves(const Tensors& inputs, Dtype dtype = float64, int only = -1) {
  Tensors result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    result.push_back(clone(inputs[i]));
    if (is_checked(inputs[i], dtype) && (only < 0 || only == static_cast<int>(i))) result.back().set_requires_grad();
  }
  return result;
}

Refs refs(const Tensors& inputs) {
  Refs result;
  for (const Tensor& input : inputs) result.push_back(to_ref(input));
  return result;
}

Tensor cotangent_like(const Tensor& output) {
  Tensor result = empty(output.shape(), float64);
  for (std::int64_t i = 0; i < result.size(); ++i)
    result.mutable_data<double>()[i] = (i % 3 == 0 ? -1 : 1) * (0.5 + 0.375 * static_cast<double>(i % 4));
  return output.dtype() == float32 ? as_float32(result) : result;
}

/// Where ops meet tensors, without recursion: true if the op made the tensor or something it depends on.
bool depends_on(const Tensor& output, const Op& op) {
  std::set<const detail::Node*> seen;
  std::vector<const detail::State*> pending{output.state()};
  while (!pending.empty()) {
    const detail::Node* node = pending.back()->producer;
    pending.pop_back();
    if (node == nullptr || !seen.insert(node).second) continue;
    if (node->op == &op) return true;
    for (int i = 0; i < node->input_count; ++i)
      if (node->inputs()[i].is_differentiable) pending.push_back(node->inputs()[i].state);
  }
  return false;
}

class Checker {
 public:
  Checker(const Op& op, const OpSamples& known, Report& report) : op_(op), known_(known), report_(report) {}

  void run(const Sample& sample) {
    sample_ = &sample;
    ++report_.samples;
    guarded("forward", [&] { forward(sample.inputs, known_.ulps64, report_.worst64); });
    guarded("float32 forward", [&] { float32_forward(); });
    bool floating = false;
    for (const Tensor& input : sample.inputs) floating |= is_checked(input);
    if (!floating) {
      ++report_.without_floats;
      return guarded("layouts", [&] { other_layouts({}, Tensor()); });
    }
    if (op_.vjp == nullptr) return guarded("layouts", [&] { other_layouts({}, Tensor()); });
    guarded("first order", [&] { first_order(); });
    if (sample.gradients_at_kink.empty()) guarded("second order", [&] { second_order(); });
    guarded("gradients", [&] { gradients(); });
    guarded("float32 gradients", [&] { float32_gradients(); });
  }

 private:
  void problem(const std::string& text) { report_.problems.push_back(op_.name + (" " + sample_->name) + ": " + text); }

  template <class F>
  void guarded(const char* what, F&& f) {
    try {
      f();
    } catch (const std::exception& error) {
      problem(std::string(what) + " threw: " + error.what());
    }
  }

  void forward(const Tensors& originals, double bound, double& worst) {
    const Tensors inputs = leaves(originals);
    std::vector<std::uint32_t> versions;
    for (const Tensor& input : inputs) versions.push_back(input.version());
    const Tensor output = sample_->call(inputs);
    const std::string text = difference(output, sample_->reference(refs(originals)), bound, worst);
    if (!text.empty()) problem("forward: " + text);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].version() != versions[i] || !same_bits(inputs[i], originals[i]))
        problem("operand " + std::to_string(i) + " was changed");
    const NoGrad guard;
    if (!same_bits(sample_->call(inputs), output)) problem("another result under NoGrad");
  }

  void float32_forward() {
    Tensors inputs;
    for (const Tensor& input : sample_->inputs)
      inputs.push_back(is_floating(input.dtype()) ? as_float32(input) : input);
    forward(inputs, known_.ulps32, report_.worst32);
  }

  Tensors vjp(const Tensors& inputs, const Tensor& cotangent) const {
    Tensors wanted;
    for (const Tensor& input : inputs)
      if (input.requires_grad()) wanted.push_back(input);
    return grad({sample_->call(inputs)}, wanted, {.cotangents = {cotangent}});
  }

  void first_order() {
    const Tensors inputs = leaves(sample_->inputs);
    if (!depends_on(sample_->call(inputs), op_)) problem("the call does not use this op");
    if (!sample_->gradients_at_kink.empty()) {
      ++report_.kinks;
      const Tensors got = vjp(inputs, ones_like(sample_->call(inputs)));
      if (got.size() != sample_->gradients_at_kink.size()) return problem("wrong number of gradients");
      for (std::size_t i = 0; i < got.size(); ++i) {
        const std::vector<double>& want = sample_->gradients_at_kink[i];
        const Ref ref = to_ref(got[i]);
        if (!std::equal(ref.values.begin(), ref.values.end(), want.begin(), want.end()))
          problem("not the gradient stated for operand " + std::to_string(i));
      }
      return;
    }
    ++report_.first_order;
    const GradcheckResult result = gradcheck(sample_->call, inputs, strict);
    if (!result.ok) problem(result.message);
  }

  void second_order() {
    ++report_.second_order;
    const GradcheckResult result = gradgradcheck(sample_->call, leaves(sample_->inputs), strict);
    if (!result.ok) problem(result.message);
  }

  void gradients() {
    const Tensors inputs = leaves(sample_->inputs);
    const Tensor output = sample_->call(inputs);
    const Tensor cotangent = cotangent_like(output);
    const Tensors all = vjp(inputs, cotangent);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (!same_bits(inputs[i], sample_->inputs[i])) problem("backward changed operand " + std::to_string(i));

    for (std::size_t i = 0, w = 0; i < inputs.size(); ++i) {
      if (!is_checked(inputs[i])) continue;
      const Tensors alone = vjp(leaves(sample_->inputs, float64, static_cast<int>(i)), cotangent);
      if (!same_bits(alone[0], all[w++]))
        problem("operand " + std::to_string(i) + " has another gradient when no other operand has one");
    }
    for (const Tensor& gradient : vjp(inputs, zeros_like(output)))
      for (const long double value : to_ref(gradient).values)
        if (value != 0) return problem("a zero cotangent gives " + std::to_string(static_cast<double>(value)));

    Tensors wanted;
    for (const Tensor& input : inputs)
      if (input.requires_grad()) wanted.push_back(input);
    const Tensors doubled =
        grad({add(sample_->call(inputs), sample_->call(inputs))}, wanted, {.cotangents = {cotangent}});
    for (std::size_t w = 0; w < wanted.size(); ++w)
      if (!same_bits(doubled[w], add(all[w], all[w]))) problem("f(x) + f(x) does not double the gradient");
    other_layouts(all, cotangent);
  }

  void other_layouts(const Tensors& gradients, const Tensor& cotangent) {
    const Tensor output = sample_->call(leaves(sample_->inputs));
    for (const Layout layout : layouts)
      for (int only = -1; only < static_cast<int>(sample_->inputs.size()); ++only) {
        ++report_.layouts;
        Tensors inputs = leaves(sample_->inputs);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
          if (only >= 0 && only != static_cast<int>(i)) continue;
          const bool wanted = inputs[i].requires_grad();
          inputs[i] = with_layout(inputs[i], layout);
          inputs[i].set_requires_grad(wanted);
        }
        const std::string where =
            std::string(name(layout)) + (only < 0 ? ", all operands" : ", operand " + std::to_string(only));
        if (!equal_enough(sample_->call(inputs), output)) problem("another result for " + where);
        if (!cotangent.defined()) continue;
        const Tensors strided = vjp(inputs, only < 0 ? with_layout(cotangent, layout) : cotangent);
        for (std::size_t w = 0; w < gradients.size(); ++w)
          if (!equal_enough(strided[w], gradients[w])) problem("another gradient for " + where);
      }
  }

  bool equal_enough(const Tensor& a, const Tensor& b) const {
    return known_.is_product ? nearly_same(a, b, 1e-13) : same_bits(a, b);
  }

  void float32_gradients() {
    Tensors inputs, exact_inputs;
    for (const Tensor& input : sample_->inputs) {
      inputs.push_back(is_checked(input) ? as_float32(input).set_requires_grad() : input);
      exact_inputs.push_back(is_checked(input) ? to_float64(inputs.back()).set_requires_grad() : input);
    }
    const Tensor cotangent = cotangent_like(sample_->call(inputs));
    if (cotangent.dtype() != float32) return;  // a float32 operand of the sample's own, promoted
    const Tensors got = vjp(inputs, cotangent);
    const Tensors want = vjp(exact_inputs, to_float64(cotangent));
    for (std::size_t w = 0; w < got.size(); ++w)
      if (!nearly_same(to_float64(got[w]), want[w], 1e-5)) problem("the float32 gradient differs from the float64 one");
  }

  static Tensor to_float64(const Tensor& x) {
    const Ref ref = to_ref(x);
    Tensor result = empty(x.shape(), float64);
    for (std::int64_t i = 0; i < x.size(); ++i)
      result.mutable_data<double>()[i] = static_cast<double>(ref.values[static_cast<std::size_t>(i)]);
    return result;
  }

  const Op& op_;
  const OpSamples& known_;
  Report& report_;
  const Sample* sample_ = nullptr;
};

}  // namespace

void Report::operator+=(const Report& other) {
  samples += other.samples;
  without_floats += other.without_floats;
  kinks += other.kinks;
  errors += other.errors;
  first_order += other.first_order;
  second_order += other.second_order;
  layouts += other.layouts;
  worst64 = std::max(worst64, other.worst64);
  worst32 = std::max(worst32, other.worst32);
  problems.insert(problems.end(), other.problems.begin(), other.problems.end());
}

Report check_op(const Op& op, const OpSamples& known) {
  Report report;
  const auto missing = [&](const char* what) { report.problems.push_back(std::string(op.name) + " has no " + what); };
  if (known.samples.empty()) missing("samples");
  if (known.errors.empty()) missing("error samples");
  Checker checker(op, known, report);
  for (const Sample& sample : known.samples) {
    if (!sample.call || !sample.reference) {
      missing("reference");
      continue;
    }
    checker.run(sample);
  }
  for (const ErrorSample& sample : known.errors) {
    ++report.errors;
    const std::string text = check_error(sample);
    if (!text.empty()) report.problems.push_back(op.name + (": error sample " + text));
  }
  if (op.vjp != nullptr && report.first_order == 0) missing("first-order check");
  if (op.vjp != nullptr && report.second_order == 0) missing("second-order check");
  return report;
}

}  // namespace xgrad::test
