// The samples of all ops, by family.
// Not here: the operands' values (support/sample.hpp), the checks (support/check_op.hpp).
#pragma once

#include "support/sample.hpp"

namespace xgrad::test::samples {

std::vector<OpSamples> arithmetic();
std::vector<OpSamples> functions();
std::vector<OpSamples> choice();
std::vector<OpSamples> reductions();
std::vector<OpSamples> products();
std::vector<OpSamples> shaping();
std::vector<OpSamples> slicing();
std::vector<OpSamples> indexing();
std::vector<OpSamples> softmax_family();
std::vector<OpSamples> losses();
std::vector<OpSamples> cross_entropies();
std::vector<OpSamples> convolution();
std::vector<OpSamples> pooling();

inline std::vector<OpSamples> every_op() {
  std::vector<OpSamples> result;
  for (auto* family : {arithmetic, functions, choice, reductions, products, shaping, slicing, indexing, softmax_family,
                       losses, cross_entropies, convolution, pooling})
    for (OpSamples& op : family()) result.push_back(std::move(op));
  return result;
}

}  // namespace xgrad::test::samples
