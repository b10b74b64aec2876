// Curves with no more points than can be seen.
// Not here: drawing them (figure_script.hpp).
#pragma once

#include <vector>

namespace xgrad::train::detail {

struct Curve {
  std::vector<double> x, y;
};

/// Of a curve with ascending x, the points that change its picture: its range is cut into equal slices (of the
/// logarithm if asked), and each keeps its first, last, lowest and highest point, so peaks stay. Points that are not
/// finite stay as one gap a slice. Curves of few points or with x in another order come back as they are.
Curve thin(Curve curve, bool log_x, int slices = 600);

}  // namespace xgrad::train::detail
