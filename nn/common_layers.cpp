// The one copy of what a Sequential needs of the commonest layers.
// Not here: others.
#include <xgrad/nn/common_layers.hpp>

namespace xgrad::nn {

template struct Sequential::Holder<Linear>;
template struct Sequential::Holder<ReLU>;
template struct Sequential::Holder<Sigmoid>;
template struct Sequential::Holder<Tanh>;

}  // namespace xgrad::nn
