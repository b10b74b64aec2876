// Everything that models are made of: tensors, the tape, modules, optimizers.
// Not here: data, files, training loops, and the bridge to xtensor; include those by name.
#pragma once

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/custom_function.hpp>
#include <xgrad/autodiff/error.hpp>
#include <xgrad/autodiff/gradcheck.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/cast.hpp>
#include <xgrad/autodiff/ops/convolution.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/pooling.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/random.hpp>
#include <xgrad/autodiff/tape.hpp>
#include <xgrad/autodiff/tensor.hpp>
#include <xgrad/nn/activations.hpp>
#include <xgrad/nn/convolution.hpp>
#include <xgrad/nn/flatten.hpp>
#include <xgrad/nn/init.hpp>
#include <xgrad/nn/linear.hpp>
#include <xgrad/nn/losses.hpp>
#include <xgrad/nn/pooling.hpp>
#include <xgrad/nn/sequential.hpp>
#include <xgrad/optim/sgd.hpp>
