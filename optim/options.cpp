// Ranges of options, and the messages about numbers outside.
// Not here: which option takes which range (sgd.cpp and its like).
#include <xgrad/optim/options.hpp>

#include <xgrad/autodiff/digits.hpp>
#include <xgrad/autodiff/error.hpp>

#include <cmath>
#include <string>

namespace xgrad::optim {
namespace {

[[noreturn]] void fail(const char* owner, const char* option, const std::string& got, const std::string& wanted) {
  throw ValueError(std::string(owner) + ": " + option + " is out of range: got " + got + ", want " + wanted);
}

}  // namespace

void check_option(const char* owner, const char* option, double value, Range range) {
  const bool is_inside = std::isfinite(value) && value >= 0 &&
                         (range == Range::not_negative || value < 1 || (range == Range::up_to_one && value == 1));
  if (is_inside) return;
  const char* const wanted[] = {"a finite number, 0 or more", "0 or more and less than 1", "0 to 1"};
  fail(owner, option, detail::digits(value), wanted[static_cast<int>(range)]);
}

void check_option(const char* owner, const char* option, std::int64_t value, std::int64_t least) {
  if (value < least) fail(owner, option, std::to_string(value), std::to_string(least) + " or more");
}

}  // namespace xgrad::optim
