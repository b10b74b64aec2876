// The two tables of the original report, filled with our runs.
// Not here: the studies that they belong to.
#pragma once

#include "reference.hpp"
#include "runs.hpp"
#include "table.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace lab1 {

/// The runs of a row.
struct RowRuns {
  std::size_t linear, exclusive_or;
};

/// Accuracy and loss on both data sets for each row's setting, beside the original's.
Table comparison_table(const std::string& setting, const std::vector<Reference::Row>& rows,
                       const std::vector<RowRuns>& numbers, const Runs& runs);

}  // namespace lab1
