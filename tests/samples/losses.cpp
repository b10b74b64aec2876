// Samples of the losses.
// Not here: reductions other than the mean; they are composites (nn/test_losses.cpp).
#include "samples/samples.hpp"

#include "reference/reductions.hpp"

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/nn/losses.hpp>

namespace xgrad::test::samples {

std::vector<OpSamples> losses() {
  OpSamples mse{"mse_loss", 4, 4, {}, {}};
  for (const Shape& shape : std::vector<Shape>{{}, {1}, {7}, {8}, {9}, {17}, {3, 5}, {2, 3, 4}})
    mse.samples.push_back({xgrad::to_string(shape),
                           {values(shape, -2, 2, 1), values(shape, -2, 2, 2)},
                           [](const Tensors& v) { return nn::mse_loss(v[0], v[1]); },
                           [](const Refs& v) { return reference::mse_loss(v[0], v[1]); }});
  mse.errors = {
      fails<ShapeError>(
          "shapes",
          [] {
            nn::mse_loss(ones({3, 1}), ones({3}));
          },
          "mse_loss: shapes differ: got (3, 1) float32 for target (3,) float32; at HERE"),
      fails<DtypeError>(
          "dtypes", [] { nn::mse_loss(ones({3}), ones({3}, float64)); },
          "mse_loss: dtypes are not one floating dtype: got (3,) float32 for target (3,) float64; at "
          "HERE"),
  };
  return {mse};
}

}  // namespace xgrad::test::samples
