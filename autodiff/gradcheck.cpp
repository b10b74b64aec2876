// Jacobians by both ways, and how they differ.
// Not here: the vector-Jacobian products themselves (tape.cpp).
#include <xgrad/autodiff/gradcheck.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/op.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/scope.hpp>
#include <xgrad/autodiff/tape.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace xgrad::detail {
namespace {

using Jacobian = std::vector<double>;  // [output element, input element]

template <class E>
[[noreturn]] void fail(const char* function, const std::string& what, Site site) {
  throw E(with_context(function, what, "", user_site(site)));
}

std::string format(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string index_text(std::int64_t element, const Shape& shape) {
  std::string text;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    text = std::to_string(element % shape[axis]) + (text.empty() ? "" : ", ") + text;
    element /= shape[axis];
  }
  return "[" + text + "]";
}

// The op that made the tensor and where it was called.
std::string origin(const Tensor& tensor) {
  const Node* node = tensor.state()->producer;
  if (node == nullptr) return "not recorded";
  const std::string place = describe(Site{node->file, node->line});
  return std::string("`") + node->op->name + "`" + (place.empty() ? "" : " at " + place);
}

// Row-major elements as doubles.
std::vector<double> values(const Tensor& tensor) {
  const NoGrad guard;
  const Tensor row_major = contiguous(tensor.detach());
  return {row_major.data<double>(), row_major.data<double>() + row_major.size()};
}

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  if (a.dtype() != float64) return true;
  const std::vector<double> x = values(a), y = values(b);
  return std::equal(x.begin(), x.end(), y.begin(),
                    [](double p, double q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

/// A function to check, the point to check it at, and the words for a failure.
struct Problem {
  const char* function;
  TensorFunction f;
  std::vector<Tensor> inputs;
  std::vector<std::string> input_names;
  std::vector<std::string> output_names;  ///< empty: they are named after what made them
  const GradcheckOptions& options;
  Site site;

  std::vector<Tensor> leaves() const {
    const NoGrad guard;
    std::vector<Tensor> copies;
    for (const Tensor& input : inputs) {
      copies.push_back(clone(input));
      if (input.requires_grad()) copies.back().set_requires_grad();
    }
    return copies;
  }
};

void check_inputs(const char* function, const std::vector<Tensor>& inputs, Site site) {
  bool any = false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].defined()) fail<ValueError>(function, "input " + std::to_string(i) + " is undefined", site);
    if (!inputs[i].requires_grad()) continue;
    if (inputs[i].dtype() != float64)
      fail<DtypeError>(function,
                       "central differences need float64: got " + describe(inputs[i]) + " as input " +
                           std::to_string(i) + "; .to(float64) converts",
                       site);
    any = true;
  }
  if (!any) fail<ValueError>(function, "no input requires a gradient: want set_requires_grad() on one or more", site);
}

std::vector<Tensor> call(const Problem& problem, const std::vector<Tensor>& inputs) {
  std::vector<std::uint32_t> versions;
  for (const Tensor& input : inputs) versions.push_back(input.version());
  std::vector<Tensor> outputs = problem.f(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].version() != versions[i])
      fail<ValueError>(problem.function, "the function overwrites its input " + std::to_string(i), problem.site);
  bool any = false;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (!outputs[o].defined())
      fail<ValueError>(problem.function, "output " + std::to_string(o) + " is undefined", problem.site);
    if (!is_floating(outputs[o].dtype())) continue;
    if (outputs[o].dtype() != float64)
      fail<DtypeError>(
          problem.function,
          "central differences need float64: got " + describe(outputs[o]) + " as output " + std::to_string(o),
          problem.site);
    any = true;
  }
  if (!any) fail<ValueError>(problem.function, "the function has no floating output", problem.site);
  return outputs;
}

/// The Jacobian of one output by each input, one vector-Jacobian product a row. Sets `used` if some input matters.
std::vector<Jacobian> analytic(const Tensor& output, const std::vector<Tensor>& inputs, bool& used) {
  std::vector<Jacobian> result(inputs.size());
  std::vector<Tensor> wanted;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].requires_grad()) continue;
    wanted.push_back(inputs[i]);
    result[i].assign(static_cast<std::size_t>(output.size() * inputs[i].size()), 0);
  }
  if (!output.requires_grad()) return result;
  for (std::int64_t row = 0; row < output.size(); ++row) {
    Tensor cotangent = zeros(output.shape(), float64);
    cotangent.mutable_data<double>()[row] = 1;
    const std::vector<Tensor> gradients =
        grad({output}, wanted, {.cotangents = {cotangent}, .retain_graph = true, .allow_unused = true});
    for (std::size_t i = 0, w = 0; i < inputs.size(); ++i) {
      if (!inputs[i].requires_grad()) continue;
      const Tensor& gradient = gradients[w++];
      if (!gradient.defined()) continue;
      used = true;
      const std::vector<double> entries = values(gradient);
      std::copy(entries.begin(), entries.end(),
                result[i].begin() + static_cast<std::ptrdiff_t>(row * inputs[i].size()));
    }
  }
  return result;
}

/// One column of central differences and how wrong rounding may have made it.
struct Differences {
  std::vector<std::vector<double>> entries;  ///< for each output
  std::vector<std::vector<double>> rounding;
};

// Central differences compare elements, so a step may not change how many there are.
void check_alike(const Problem& problem, const std::vector<Tensor>& moved, const std::vector<Tensor>& outputs) {
  if (moved.size() != outputs.size())
    fail<ValueError>(problem.function,
                     "the number of outputs depends on the values of the inputs: got " + std::to_string(moved.size()) +
                         " beside " + std::to_string(outputs.size()),
                     problem.site);
  for (std::size_t o = 0; o < outputs.size(); ++o)
    if (moved[o].shape() != outputs[o].shape() || moved[o].dtype() != outputs[o].dtype())
      fail<ValueError>(problem.function,
                       "the shape or dtype of output " + std::to_string(o) +
                           " depends on the values of the inputs: got " + describe(moved[o]) + " beside " +
                           describe(outputs[o]),
                       problem.site);
}

Differences differences(const Problem& problem, const std::vector<Tensor>& leaves, const std::vector<Tensor>& outputs,
                        std::size_t input, std::int64_t element) {
  const double x = values(problem.inputs[input])[static_cast<std::size_t>(element)];
  const double step = problem.options.eps * std::max(1.0, std::fabs(x));
  Differences result;
  for (const double h : {step, step / 2}) {
    const double above = x + h, below = x - h;
    std::vector<Tensor> sides[2];
    for (const int side : {0, 1}) {
      std::vector<Tensor> moved = leaves;
      moved[input] = clone(problem.inputs[input].detach());
      moved[input].mutable_data<double>()[element] = side == 0 ? above : below;
      moved[input].set_requires_grad();
      sides[side] = call(problem, moved);
      check_alike(problem, sides[side], outputs);
    }
    const bool coarse = h == step;
    for (std::size_t o = 0; o < sides[0].size(); ++o) {
      if (coarse) result.entries.emplace_back();
      if (coarse) result.rounding.emplace_back();
      if (sides[0][o].dtype() != float64) continue;
      const std::vector<double> up = values(sides[0][o]), down = values(sides[1][o]);
      for (std::size_t k = 0; k < up.size(); ++k) {
        const double quotient = (up[k] - down[k]) / (above - below);
        const double noise = 4 * std::numeric_limits<double>::epsilon() * (std::fabs(up[k]) + std::fabs(down[k])) / h;
        if (coarse) {
          result.entries[o].push_back(quotient);
          result.rounding[o].push_back(noise);
        } else {
          result.entries[o][k] = (4 * quotient - result.entries[o][k]) / 3;
          result.rounding[o][k] = noise;
        }
      }
    }
  }
  return result;
}

/// The entry that is wrong by the most, and how many there are.
struct Worst {
  double excess = 0;
  std::int64_t wrong = 0, entries = 0;
  std::size_t output = 0, input = 0;
  std::int64_t row = 0, column = 0;
  double got = 0, want = 0;
};

std::string text_of(const Problem& problem, const Worst& worst, const std::vector<Tensor>& outputs) {
  const std::string output_name = problem.output_names.empty() ? "output " + std::to_string(worst.output) + " (" +
                                                                     origin(outputs[worst.output]) + ")"
                                                               : problem.output_names[worst.output];
  return with_context(problem.function,
                      "the derivative of " + output_name + " " + index_text(worst.row, outputs[worst.output].shape()) +
                          " by " + problem.input_names[worst.input] + " " +
                          index_text(worst.column, problem.inputs[worst.input].shape()) + " is wrong: got " +
                          format(worst.got) + ", want " + format(worst.want) + " by central differences; " +
                          std::to_string(worst.wrong) + " of " + std::to_string(worst.entries) +
                          " entries are wrong, this one the most",
                      "", user_site(problem.site));
}

GradcheckResult solve(const Problem& problem) {
  const EnableGrad guard;
  const std::vector<Tensor> leaves = problem.leaves();
  const std::vector<Tensor> outputs = call(problem, leaves);
  const std::vector<Tensor> again = call(problem, leaves);
  for (std::size_t o = 0; o < outputs.size(); ++o)
    if (outputs.size() != again.size() || !same_bits(outputs[o], again[o]))
      fail<ValueError>(problem.function, "the function gives a different result each time", problem.site);

  bool used = false, recorded = false;
  std::vector<std::vector<Jacobian>> jacobians;
  for (const Tensor& output : outputs) {
    const bool checked = output.dtype() == float64;
    jacobians.push_back(checked ? analytic(output, leaves, used) : std::vector<Jacobian>());
    recorded |= checked && output.requires_grad() && output.size() > 0;
  }
  if (recorded && !used)
    fail<ValueError>(problem.function, "the function does not use its arguments: want it to compute with them alone",
                     problem.site);

  Worst worst;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!leaves[i].requires_grad()) continue;
    for (std::int64_t column = 0; column < leaves[i].size(); ++column) {
      const Differences numeric = differences(problem, leaves, outputs, i, column);
      for (std::size_t o = 0; o < outputs.size(); ++o)
        for (std::size_t row = 0; row < numeric.entries[o].size(); ++row) {
          const double got =
              jacobians[o][i][row * static_cast<std::size_t>(leaves[i].size()) + static_cast<std::size_t>(column)];
          const double want = numeric.entries[o][row];
          const double allowed = problem.options.atol + numeric.rounding[o][row] +
                                 problem.options.rtol * std::max(std::fabs(got), std::fabs(want));
          ++worst.entries;
          const double off = std::fabs(got - want);
          if (off <= allowed) continue;
          ++worst.wrong;
          // A NaN is as wrong as can be.
          const double excess = std::isnan(off) ? HUGE_VAL : off / allowed;
          if (worst.wrong > 1 && !(excess > worst.excess)) continue;
          worst = {excess, worst.wrong, worst.entries, o, i, static_cast<std::int64_t>(row), column, got, want};
        }
    }
  }
  if (worst.wrong == 0) return {};
  GradcheckResult result{false, text_of(problem, worst, outputs)};
  if (problem.options.raise) throw GradcheckError(result.message);
  return result;
}

// Fixed, of both signs, of different sizes, none near 0: a cotangent of ones would hide mistakes that cancel in sums.
Tensor cotangent_for(const Tensor& output, std::size_t number) {
  Tensor cotangent = empty(output.shape(), float64);
  double* data = cotangent.mutable_data<double>();
  for (std::int64_t k = 0; k < cotangent.size(); ++k) {
    const double angle = 1.0 + 2.4 * static_cast<double>(k) + static_cast<double>(number);
    data[k] = (k % 2 == 0 ? 1 : -1) * (0.75 + 0.25 * std::sin(angle));
  }
  return cotangent.set_requires_grad();
}

bool is_checked(const Tensor& output) { return output.dtype() == float64 && output.requires_grad(); }

}  // namespace

GradcheckResult check_first_order(TensorFunction f, const std::vector<Tensor>& inputs, const GradcheckOptions& options,
                                  Site site) {
  const CompositeScope scope(site);
  check_inputs("gradcheck", inputs, site);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) names.push_back("input " + std::to_string(i));
  return solve({"gradcheck", f, inputs, names, {}, options, site});
}

GradcheckResult check_second_order(TensorFunction f, const std::vector<Tensor>& inputs, const GradcheckOptions& options,
                                   Site site) {
  const CompositeScope scope(site);
  const EnableGrad guard;
  check_inputs("gradgradcheck", inputs, site);
  Problem problem{"gradgradcheck", f, inputs, {}, {}, options, site};
  for (std::size_t i = 0; i < inputs.size(); ++i) problem.input_names.push_back("input " + std::to_string(i));

  std::string made_by;
  const std::vector<Tensor> outputs = call(problem, problem.leaves());
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (!is_checked(outputs[o])) continue;
    problem.inputs.push_back(cotangent_for(outputs[o], o));
    problem.input_names.push_back("the cotangent of output " + std::to_string(o));
    made_by += (made_by.empty() ? "" : ", ") + origin(outputs[o]);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].requires_grad())
      problem.output_names.push_back("the gradient (of " + made_by + ") with respect to input " + std::to_string(i));

  const auto gradient = [&](const std::vector<Tensor>& arguments) {
    const std::vector<Tensor> point(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(inputs.size()));
    std::vector<Tensor> wanted, differentiated, result;
    for (const Tensor& argument : point)
      if (argument.requires_grad()) wanted.push_back(argument);
    for (const Tensor& output : f(point))
      if (is_checked(output)) differentiated.push_back(output);
    if (!differentiated.empty())
      result = grad(differentiated, wanted,
                    {.cotangents = {arguments.begin() + static_cast<std::ptrdiff_t>(inputs.size()), arguments.end()},
                     .create_graph = true,
                     .allow_unused = true});
    else
      result.resize(wanted.size());
    for (std::size_t w = 0; w < wanted.size(); ++w)
      if (!result[w].defined()) result[w] = zeros_like(wanted[w]);
    return result;
  };
  problem.f = TensorFunction(gradient);
  return solve(problem);
}

}  // namespace xgrad::detail
