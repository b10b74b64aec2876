// Convolutions that another library computes, where the build has one and it takes the case.
// Not here: our own (convolution.cpp), which takes every case.
#pragma once

#include <xgrad/autodiff/loops/convolution.hpp>

namespace xgrad::loops::backend {

/// When the backend computes. Tests change it.
enum class Use { never, where_faster, where_possible };
extern constinit Use use;

// As their namesakes in convolution.hpp, on row-major operands. False: nothing was decided, compute it yourself.

bool convolve(const Convolution& sizes, const Array& x, const Array& weight, const Array* bias, const Array& out);
bool convolve_input_backward(const Convolution& sizes, const Array& g, const Array& weight, const Array& out);
bool convolve_weight_backward(const Convolution& sizes, const Array& g, const Array& x, const Array& out);

}  // namespace xgrad::loops::backend
