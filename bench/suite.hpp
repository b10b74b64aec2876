// A suite of cases: each measures several ways of doing the same work in turns, and prints ratios or lines of JSON.
// Not here: what is measured, and the judgement: bounds are printed, nothing fails.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace bench {

/// One way of doing the work of a case. The first side of a case is xgrad's.
struct Side {
  std::string name;
  std::function<void()> work;
};

/// The first side should take at most `ratio` times the time of the side (here or among the peers) named `against`.
struct Bound {
  double ratio;
  std::string against;
};

/// Names of sides that bounds refer to.
inline constexpr const char* torch = "PyTorch";
inline constexpr const char* libtorch = "libtorch";
inline constexpr const char* compiled_torch = "torch.compile";
inline constexpr const char* jax = "JAX";

class Suite {
 public:
  /// Settles on a core and prints the machine. Arguments: --json for one JSON object a line in place of a table,
  /// --seconds S for the time spent on each case (1), --only TEXT for the cases whose names hold it.
  Suite(const char* program, const char* title, int argc, char** argv);

  /// True if --only leaves the case in.
  bool wants(const std::string& name) const;

  /// Measures the sides in turns (turns.hpp).
  void compare(const std::string& name, const std::vector<Side>& sides, const std::vector<Bound>& bounds = {});

  /// A figure that was measured otherwise; `limit` is what it may be at most, and `limit_name` what that is made of.
  void value(const std::string& name, const char* unit, double measured, double limit, const char* limit_name);
  /// The same without a limit.
  void value(const std::string& name, const char* unit, double measured);
  /// What `value` said of `name` should be at most `bound.ratio` times what the peer says.
  void bound(const std::string& name, const Bound& bound);

  /// Whether standard output is for lines of JSON alone.
  bool json() const { return json_; }

 private:
  std::string program_;
  bool json_ = false;
  double seconds_ = 1;
  std::string only_;
};

}  // namespace bench
