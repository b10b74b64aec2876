// The error of a value that int64 cannot hold.
// Not here: the test for it (to_int64.hpp).
#include <xgrad/autodiff/to_int64.hpp>

#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/describe.hpp>

#include <cstdio>

namespace xgrad::detail {

std::int64_t to_int64(const char* function, double value, Site site) {
  if (fits_int64(value)) return static_cast<std::int64_t>(value);
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  throw ValueError(with_context(
      function, std::string("int64 cannot hold the value: got ") + text + ", want -2^63 or more and less than 2^63", "",
      user_site(site)));
}

}  // namespace xgrad::detail
