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
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/indexing.hpp>
#include <xgrad/autodiff/ops/products.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/ops/slicing.hpp>
#include <xgrad/autodiff/ops/softmax.hpp>
#include <xgrad/autodiff/random.hpp>
#include <xgrad/autodiff/tape.hpp>
#include <xgrad/autodiff/tensor.hpp>
#include <xgrad/nn/activations.hpp>
#include <xgrad/nn/linear.hpp>
#include <xgrad/nn/losses.hpp>
#include <xgrad/nn/sequential.hpp>
#include <xgrad/nn/summary.hpp>
#include <xgrad/optim/adadelta.hpp>
#include <xgrad/optim/adagrad.hpp>
#include <xgrad/optim/adam.hpp>
#include <xgrad/optim/reduce_lr_on_plateau.hpp>
#include <xgrad/optim/rmsprop.hpp>
#include <xgrad/optim/sgd.hpp>
#include <xgrad/optim/step_lr.hpp>
