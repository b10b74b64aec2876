// Ranges of options, and the messages about numbers outside.
// Not here: which option takes which range (sgd.cpp and its like).
#include <xgrad/optim/options.hpp>

#include <xgrad/autodiff/error.hpp>

#include <fmt/format.h>
#include <cmath>

namespace xgrad::optim {

void check_option(const char* owner, const char* option, double value, Range range) {
  const bool is_inside = std::isfinite(value) && value >= 0 &&
                         (range == Range::not_negative || value < 1 || (range == Range::up_to_one && value == 1));
  if (is_inside) return;
  const char* const wanted[] = {"a finite number, 0 or more", "0 or more and less than 1", "0 to 1"};
  throw ValueError(
      fmt::format("{}: {} is out of range: got {}, want {}", owner, option, value, wanted[static_cast<int>(range)]));
}

void check_option(const char* owner, const char* option, std::int64_t value, std::int64_t least) {
  if (value < least)
    throw ValueError(fmt::format("{}: {} is out of range: got {}, want {} or more", owner, option, value, least));
}

}  // namespace xgrad::optim
