// Thinning of curves.
// Not here: which curves need it (figure_script.cpp).
#include <xgrad/train/thin.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace xgrad::train::detail {
namespace {

/// The indices of [begin, end) that stay, ascending.
std::set<std::size_t> representatives(const std::vector<double>& y, std::size_t begin, std::size_t end) {
  std::set<std::size_t> kept = {begin, end - 1};
  std::size_t lowest = end;
  std::size_t highest = end;
  std::size_t gap = end;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(y[i])) {
      gap = i;
      continue;
    }
    if (lowest == end || y[i] < y[lowest]) lowest = i;
    if (highest == end || y[i] > y[highest]) highest = i;
  }
  for (const std::size_t i : {lowest, highest, gap})
    if (i != end) kept.insert(i);
  return kept;
}

}  // namespace

Curve thin(Curve curve, bool log_x, int slices) {
  const std::vector<double>& x = curve.x;
  constexpr std::size_t most_a_slice = 5;
  if (x.size() <= most_a_slice * static_cast<std::size_t>(slices)) return curve;
  const bool is_finite = std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); });
  if (!is_finite || !std::is_sorted(x.begin(), x.end())) return curve;
  // What has no logarithm is not drawn anyway.
  const double first = log_x ? *std::upper_bound(x.begin(), x.end() - 1, 0.0) : x.front();
  if (!(first < x.back()) || (log_x && first <= 0)) return curve;
  const auto place = [&](double value) {
    const double share = log_x ? std::log(std::max(value, first) / first) / std::log(x.back() / first)
                               : (value - first) / (x.back() - first);
    return static_cast<int>(share * slices);
  };
  Curve result;
  for (std::size_t begin = 0, end = 0; begin < x.size(); begin = end) {
    const int slice = place(x[begin]);
    for (end = begin + 1; end < x.size() && place(x[end]) == slice;) ++end;
    for (const std::size_t i : representatives(curve.y, begin, end)) {
      result.x.push_back(x[i]);
      result.y.push_back(curve.y[i]);
    }
  }
  return result;
}

}  // namespace xgrad::train::detail
