// One backward pass in progress: the nodes it needs, the cotangents it has so far.
// Not here: what users call (tape.hpp).
#pragma once

#include <xgrad/autodiff/op.hpp>

#include <vector>

namespace xgrad::detail {

template <class T>
using PooledVector = std::vector<T, PoolAllocator<T>>;

struct BackwardPass {
  /// Derivatives go to `targets` if given, else into the `grad` of every leaf. Targets must outlive the pass.
  BackwardPass(const std::vector<Tensor>* targets, bool create_graph, bool retain_graph);
  ~BackwardPass();
  BackwardPass(const BackwardPass&) = delete;
  BackwardPass& operator=(const BackwardPass&) = delete;

  /// Finds the nodes behind the outputs, latest first, and checks that their saved values are there and unchanged.
  /// Errors: GraphError, VersionError; nothing has been changed then.
  void collect(const Tensor* outputs, std::size_t count);
  /// Adds a cotangent to a leaf, a target, or what a node waits for.
  void deliver(State* state, Tensor&& cotangent);
  void run();
  /// True if the cotangent of this state leads to a target.
  bool wants(const State* state) const;

  /// True if the pass came by this target, even if every cotangent on the way was a zero.
  bool reaches(const State* target) const;

  const std::vector<Tensor>* targets;
  std::vector<Tensor> results;  ///< one for each target
  PooledVector<Node*> nodes;
  PooledVector<Tensor> cotangents;  ///< for each output of each node, from its slot on
  std::uint64_t id;
  bool create_graph;
  bool retain_graph;
  const BackwardPass* outer;

 private:
  void check_not_in_use(const Node* node) const;
  void drop_useless();
  void run_node(Node* node);
  /// Lets go of the cotangents of the node's outputs.
  void clear(const Node* node);
  void fit(const Node* node, std::size_t i, Tensor& cotangent) const;
  void accumulate(Tensor& sum, Tensor&& cotangent) const;
};

}  // namespace xgrad::detail
