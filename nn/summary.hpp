// A table of a model: its modules, what they put out, how many parameters they have.
// Not here: the values; print the tensors.
#pragma once

#include <xgrad/autodiff/guards.hpp>
#include <xgrad/nn/callable.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xgrad::nn {

/// The class of a module without namespaces: "Linear".
std::string type_name(const Module& module);

/// The modules of a model with their names, types and numbers of parameters of their own (with a star if all of those
/// are frozen); tied ones count once.
std::string to_string(const Module& model);

struct SummaryOptions {
  std::optional<Dtype> dtype = {};  ///< of the input; by default that of the parameters
};

/// Runs a model in evaluation mode and remembers the shape of each module's last result. For the function below.
class SummaryRun : CallObserver {
 public:
  explicit SummaryRun(const Module& model);
  ~SummaryRun();
  SummaryRun(const SummaryRun&) = delete;
  SummaryRun& operator=(const SummaryRun&) = delete;

  /// Zeros.
  Tensor input(const Shape& shape, const SummaryOptions& options) const;
  std::string table() const;

 private:
  struct Entry {
    std::string name;
    const Module* module;
    bool was_training;
    std::optional<Shape> output;
  };

  void called(const Module& module, const Tensor& result) override;

  const Module& model_;
  std::vector<Entry> entries_;
  CallObserver* before_;
  NoGrad guard_;
};

/// The same with the shape of what each module puts out (the last time it is called; "-" if it is not, or puts out
/// something else than a tensor), found by running the model on zeros of the given shape, without gradients and in
/// evaluation mode. Errors: those of the model.
template <class M>
std::string summary(M&& model, const Shape& input_shape, SummaryOptions options = {}) {
  SummaryRun run(model);
  model(run.input(input_shape, options));
  return run.table();
}

}  // namespace xgrad::nn
