// The report's studies. Each function asks for its runs; what it returns writes its sections once they are done.
// Not here: the order of the sections (make_report.cpp).
#pragma once

#include "reference.hpp"
#include "report.hpp"
#include "runs.hpp"

#include <functional>

namespace lab1 {

using Section = std::function<void(Report&)>;

/// The main setting on both data sets: logs, comparison figures, learning curves. `log` is set to what `lab1 train`
/// would print.
Section training_study(Runs& runs, const Reference& reference, std::string& log);
Section learning_rate_study(Runs& runs, const Reference& reference);
Section hidden_unit_study(Runs& runs, const Reference& reference);
/// Affine layers only.
Section no_activation_study(Runs& runs);
Section optimizer_study(Runs& runs);
Section activation_study(Runs& runs);
Section convolution_study(Runs& runs);
/// What activation functions, learning rates, weights and biases are for.
Section answers(Runs& runs);
/// The main setting from thirty seeds, for four widths.
Section success_rate_study(Runs& runs);

}  // namespace lab1
