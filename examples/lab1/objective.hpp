// What a network's outputs mean: targets, loss and predicted classes for each kind of loss.
// Not here: the network (network.hpp), its training (training.hpp).
#pragma once

#include "data.hpp"

#include <xgrad/autodiff/arg.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lab1 {

/// One output stands for two classes (0.5 lies between them); else, and with cross-entropy, each class has its own and
/// the largest wins.
class Objective {
 public:
  /// `loss`: mse, bce or cross-entropy.
  Objective(const std::string& loss, std::size_t classes);

  std::int64_t outputs() const { return outputs_; }
  /// The labels [n] as the loss wants them: [n, outputs] of zeros and ones in the dtype, or with cross-entropy as they
  /// are.
  xgrad::Tensor targets(const xgrad::Tensor& labels, xgrad::Dtype dtype) const;
  /// The loss of outputs [n, outputs()].
  xgrad::Tensor loss(xgrad::Arg outputs, xgrad::Arg targets) const;
  /// The class of each row of outputs.
  std::vector<std::int64_t> classes(const xgrad::Tensor& outputs) const;
  /// The share of rows whose class is right, in percent.
  double accuracy(const xgrad::Tensor& outputs, const xgrad::Tensor& labels) const;

 private:
  enum class Kind : std::uint8_t { mse, bce, cross_entropy } kind_;
  std::int64_t outputs_;
};

}  // namespace lab1
