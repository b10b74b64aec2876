// The backend of a build without another library's convolutions: it takes no case.
// Not here: the one with oneDNN (convolution_onednn.cpp).
#include <xgrad/autodiff/loops/convolution_backend.hpp>

namespace xgrad::loops::backend {

constinit Use use = Use::never;

bool convolve(const Convolution&, const Array&, const Array&, const Array*, const Array&) { return false; }
bool convolve_input_backward(const Convolution&, const Array&, const Array&, const Array&) { return false; }
bool convolve_weight_backward(const Convolution&, const Array&, const Array&, const Array&) { return false; }

}  // namespace xgrad::loops::backend
