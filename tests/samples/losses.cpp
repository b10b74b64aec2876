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

  OpSamples backward{"mse_loss_backward", 3, 3, {}, {}};
  for (const Shape& shape : std::vector<Shape>{{}, {1}, {7}, {8}, {9}, {17}, {3, 5}, {2, 3, 4}})
    backward.samples.push_back({xgrad::to_string(shape),
                                {values({}, -2, 2, 1), values(shape, -2, 2, 2), values(shape, -2, 2, 3)},
                                [](const Tensors& v) { return nn::mse_loss_backward(v[0], v[1], v[2]); },
                                [](const Refs& v) { return reference::mse_loss_backward(v[0], v[1], v[2]); }});
  backward.errors = {
      fails<ShapeError>(
          "shapes",
          [] {
            nn::mse_loss_backward(1.0, ones({3, 1}), ones({3}));
          },
          "mse_loss_backward: shapes differ: got (3, 1) float32 for target (3,) float32; at HERE"),
      fails<ShapeError>(
          "cotangent", [] { nn::mse_loss_backward(ones({2}), ones({3}), ones({3})); },
          "mse_loss_backward: the cotangent has axes: got (2,), want (); "
          "operands (2,) float32, (3,) float32, (3,) float32; at HERE"),
      fails<DtypeError>(
          "dtype of the cotangent", [] { nn::mse_loss_backward(ones({}, float64), ones({3}), ones({3})); },
          "mse_loss_backward: the cotangent's dtype does not fit: got float64, want float32; "
          "operands () float64, (3,) float32, (3,) float32; at HERE"),
  };
  return {mse, backward};
}

}  // namespace xgrad::test::samples
