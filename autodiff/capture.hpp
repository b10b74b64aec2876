// A training step recorded once and replayed as a flat list of kernels: the work of small models without the tape's.
// Not here: how (capture/).
#pragma once

#include <xgrad/autodiff/callback.hpp>
#include <xgrad/autodiff/tensor.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace xgrad {

namespace detail {

class Program;

template <class Result>
concept CapturedResult =
    std::is_void_v<Result> || std::same_as<Result, Tensor> || std::same_as<Result, std::vector<Tensor>>;

/// The recordings of one step, each for inputs of other shapes, layouts or dtypes.
class Recordings {
 public:
  using Step = Callback<std::vector<Tensor>(const std::vector<Tensor>& inputs)>;
  explicit Recordings(Step step) : step_(std::move(step)) {}
  ~Recordings();
  Recordings(Recordings&& other) noexcept;
  Recordings& operator=(Recordings&& other) noexcept;

  void record(const Tensor* inputs, std::size_t count);
  void replay(const Tensor* inputs, std::size_t count);
  /// Of the last replay.
  std::size_t output_count() const;
  const Tensor& output(std::size_t i) const;

  std::size_t size() const { return programs_.size(); }
  std::size_t step_count() const;
  std::size_t planned_bytes() const;

 private:
  Step step_;
  std::vector<Program*> programs_;  ///< owned, the last used first
  bool is_running_ = false;
};

}  // namespace detail

/// What capture makes: called like the step it was made from.
template <class Result, std::size_t arity>
class CapturedStep {
 public:
  explicit CapturedStep(detail::Recordings recordings) : recordings_(std::move(recordings)) {}

  /// Does what the step would do with these inputs, and returns what it would return, without a graph. Errors: those of
  /// the step; those of capture if it has to be recorded again.
  template <std::same_as<Tensor>... Inputs>
  requires(sizeof...(Inputs) == arity) Result operator()(const Inputs&... inputs) {
    const Tensor given[arity + 1] = {inputs..., Tensor()};
    recordings_.replay(given, arity);
    if constexpr (std::same_as<Result, Tensor>) {
      return recordings_.output(0);
    } else if constexpr (!std::is_void_v<Result>) {
      Result results;
      for (std::size_t i = 0; i < recordings_.output_count(); ++i) results.push_back(recordings_.output(i));
      return results;
    }
  }

  /// How many recordings there are: one for each combination of shapes, layouts, dtypes, and other things that
  /// capture looks at.
  std::size_t recordings() const { return recordings_.size(); }
  /// Of the last one used: the number of its instructions.
  std::size_t instructions() const { return recordings_.step_count(); }
  /// Of the last one used: the bytes of the block that holds all values which the step makes and does not return.
  std::size_t planned_bytes() const { return recordings_.planned_bytes(); }

 private:
  detail::Recordings recordings_;
};

/// Records one call of `step(examples...)`, whose inputs are tensors and whose result is a tensor, a vector of tensors,
/// or nothing, and returns a callable that replays it on other inputs:
///
///     auto step = capture([&](const Tensor& x, const Tensor& t) {
///       Tensor loss = nn::mse_loss(model(x), t);
///       optimizer.zero_grad();
///       loss.backward();
///       optimizer.step();
///       return loss;
///     }, x, t);
///     for (...) step(x, t);
///
/// A replay runs the same kernels in the same order on memory planned beforehand, so that parameters, gradients and
/// results are equal to those of the step itself, bit for bit. While it is recorded nothing is computed and nothing
/// changes: parameters, gradients, random generators and optimizers are as before. What the step finds outside
/// (parameters, other tensors, learning rates, random keys) is looked up anew in each replay. It is recorded again
/// when inputs have another shape, layout or dtype, when tensors outside have got other memory or requires_grad, under
/// other guards, or when a leaf has a gradient where it had none. What the step does by other means on the host
/// (printing, counting, choosing by a flag of its own or by a module's mode) it does only while it is recorded:
/// numbers that it gives to ops stay as they were, and so do tensors made of them; a variable that another tensor is
/// assigned to still means the first. Let what changes be an input, or write it with copy_. Optimizers, schedulers and
/// generators that the step uses must live as long as what is returned here.
/// Errors: GraphError where the step reads a value (item, data, printing), keeps a value beyond its end other than by
/// returning it, writes into its inputs, or differentiates a graph that it did not make itself, and for inputs that
/// require a gradient.
template <class F, std::same_as<Tensor>... Examples>
auto capture(F step, const Examples&... examples) {
  using Result = std::invoke_result_t<F&, const Examples&...>;
  static_assert(detail::CapturedResult<Result>, "a step returns nothing, a Tensor, or a std::vector<Tensor>");
  constexpr std::size_t arity = sizeof...(Examples);
  auto call = [step = std::move(step)](const std::vector<Tensor>& inputs) mutable {
    return [&]<std::size_t... i>(std::index_sequence<i...>)->std::vector<Tensor> {
      if constexpr (std::is_void_v<Result>) {
        step(inputs[i]...);
        return {};
      } else if constexpr (std::same_as<Result, Tensor>) {
        return {step(inputs[i]...)};
      } else {
        return step(inputs[i]...);
      }
    }
    (std::make_index_sequence<arity>());
  };
  detail::Recordings recordings(std::move(call));
  const Tensor given[arity + 1] = {examples..., Tensor()};
  recordings.record(given, arity);
  return CapturedStep<Result, arity>(std::move(recordings));
}

}  // namespace xgrad
