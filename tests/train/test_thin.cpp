// Thinned curves look like the whole ones.
// Not here: drawing.
#include <xgrad/train/thin.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using xgrad::train::detail::Curve;
using xgrad::train::detail::thin;

namespace {

constexpr double not_finite = std::numeric_limits<double>::quiet_NaN();

Curve long_curve(int points) {
  Curve curve;
  for (int i = 1; i <= points; ++i) {
    curve.x.push_back(i);
    curve.y.push_back(std::sin(0.001 * i));
  }
  return curve;
}

bool has_point(const Curve& curve, double x, double y) {
  for (std::size_t i = 0; i < curve.x.size(); ++i)
    if (curve.x[i] == x && curve.y[i] == y) return true;
  return false;
}

}  // namespace

TEST_CASE("a long curve keeps its ends and every peak") {
  Curve curve = long_curve(100'000);
  curve.y[54'321] = 7;
  curve.y[54'322] = -7;
  for (const bool log_x : {false, true}) {
    const Curve thinned = thin(curve, log_x, 100);
    CHECK(thinned.x.size() <= 505);
    CHECK(thinned.x.size() > 150);
    CHECK(std::is_sorted(thinned.x.begin(), thinned.x.end()));
    CHECK(has_point(thinned, 1, curve.y.front()));
    CHECK(has_point(thinned, 100'000, curve.y.back()));
    CHECK(has_point(thinned, 54'322, 7));
    CHECK(has_point(thinned, 54'323, -7));
    for (std::size_t i = 0; i < thinned.x.size(); ++i)
      CHECK(thinned.y[i] == curve.y[static_cast<std::size_t>(thinned.x[i]) - 1]);
  }
}

TEST_CASE("slices of a logarithm keep all that is early") {
  const Curve thinned = thin(long_curve(100'000), true, 100);
  for (int i = 1; i <= 9; ++i) CHECK(has_point(thinned, i, std::sin(0.001 * i)));
}

TEST_CASE("a gap stays a gap") {
  Curve curve = long_curve(10'000);
  curve.y[5'000] = not_finite;
  for (std::size_t i = 7'000; i < 9'000; ++i) curve.y[i] = not_finite;
  const Curve thinned = thin(curve, false, 100);
  const auto nan_near = [&](double x) {
    for (std::size_t i = 0; i < thinned.x.size(); ++i)
      if (thinned.x[i] == x) return std::isnan(thinned.y[i]);
    return false;
  };
  CHECK(nan_near(5'001));
  for (std::size_t i = 0; i < thinned.x.size(); ++i)
    CHECK(std::isnan(thinned.y[i]) == (thinned.x[i] == 5'001 || (thinned.x[i] > 7'000 && thinned.x[i] <= 9'000)));
}

TEST_CASE("curves that cannot be cut into slices come back as they are") {
  const Curve few = long_curve(500);
  CHECK(thin(few, false, 100).x == few.x);
  Curve curve = long_curve(1'000);
  std::swap(curve.x[3], curve.x[500]);
  CHECK(thin(curve, false, 10).x == curve.x);
  curve = long_curve(1'000);
  curve.x[3] = not_finite;
  CHECK(thin(curve, false, 10).x.size() == 1'000);
  std::fill(curve.x.begin(), curve.x.end(), 2.0);
  CHECK(thin(curve, false, 10).x == curve.x);
  std::fill(curve.x.begin(), curve.x.end(), -2.0);
  CHECK(thin(curve, true, 10).x == curve.x);
}

TEST_CASE("on a logarithmic axis, what is not above 0 falls into the first slice") {
  Curve curve = long_curve(1'000);
  for (double& x : curve.x) x -= 11;
  const Curve thinned = thin(curve, true, 10);
  CHECK(thinned.x.front() == -10);
  CHECK(thinned.x.back() == 989);
  CHECK(thinned.x.size() < 60);
}
