// The range of every option, and the message outside of it.
// Not here: what may be a parameter (test_groups.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "support/error_text.hpp"

using namespace xgrad;
using test::error_text;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

template <class Options>
struct Option {
  const char* name;
  double Options::*member;
};

// Negative numbers, NaN and infinities are refused, and what is above `largest`; the bounds themselves are taken.
template <class Optimizer, class Options>
void check_range(const std::vector<Option<Options>>& options, const char* wanted, std::vector<double> accepted,
                 std::vector<double> refused) {
  const Tensor p = tensor({1.0}, {.requires_grad = true});
  for (const double value : {-0.25, nan, inf, -inf}) refused.push_back(value);
  for (const auto& option : options) {
    for (const double value : refused) {
      Options given;
      given.*option.member = value;
      const std::string number = value != value   ? "nan"
                                 : value == inf   ? "inf"
                                 : value == -inf  ? "-inf"
                                 : value == -0.25 ? "-0.25"
                                 : value == 1     ? "1"
                                                  : "1.5";
      CHECK(error_text<ValueError>([&] { Optimizer({p}, given); }) == std::string(Options::optimizer) + ": " +
                                                                          option.name + " is out of range: got " +
                                                                          number + ", want " + wanted);
    }
    for (const double value : accepted) {
      Options given;
      given.*option.member = value;
      CHECK_NOTHROW(Optimizer({p}, given));
    }
  }
}

constexpr const char* not_negative = "a finite number, 0 or more";

}  // namespace

TEST_CASE("options out of range are refused by name") {
  using optim::AdadeltaOptions, optim::AdagradOptions, optim::AdamOptions, optim::AdamWOptions;
  using optim::RMSpropOptions, optim::SGDOptions;
  check_range<optim::SGD, SGDOptions>({{"lr", &SGDOptions::lr},
                                       {"momentum", &SGDOptions::momentum},
                                       {"dampening", &SGDOptions::dampening},
                                       {"weight_decay", &SGDOptions::weight_decay}},
                                      not_negative, {0, 1, 1e3}, {});
  check_range<optim::Adagrad, AdagradOptions>(
      {{"lr", &AdagradOptions::lr},
       {"lr_decay", &AdagradOptions::lr_decay},
       {"weight_decay", &AdagradOptions::weight_decay},
       {"initial_accumulator_value", &AdagradOptions::initial_accumulator_value},
       {"eps", &AdagradOptions::eps}},
      not_negative, {0, 1, 1e3}, {});
  check_range<optim::Adadelta, AdadeltaOptions>(
      {{"lr", &AdadeltaOptions::lr}, {"eps", &AdadeltaOptions::eps}, {"weight_decay", &AdadeltaOptions::weight_decay}},
      not_negative, {0, 1, 1e3}, {});
  check_range<optim::Adadelta, AdadeltaOptions>({{"rho", &AdadeltaOptions::rho}}, "0 to 1", {0, 0.5, 1}, {1.5});
  check_range<optim::RMSprop, RMSpropOptions>({{"lr", &RMSpropOptions::lr},
                                               {"alpha", &RMSpropOptions::alpha},
                                               {"eps", &RMSpropOptions::eps},
                                               {"weight_decay", &RMSpropOptions::weight_decay},
                                               {"momentum", &RMSpropOptions::momentum}},
                                              not_negative, {0, 1, 1e3}, {});
  check_range<optim::Adam, AdamOptions>(
      {{"lr", &AdamOptions::lr}, {"eps", &AdamOptions::eps}, {"weight_decay", &AdamOptions::weight_decay}},
      not_negative, {0, 1, 1e3}, {});
  check_range<optim::Adam, AdamOptions>({{"beta1", &AdamOptions::beta1}, {"beta2", &AdamOptions::beta2}},
                                        "0 or more and less than 1", {0, 0.5}, {1, 1.5});
  check_range<optim::AdamW, AdamWOptions>(
      {{"lr", &AdamWOptions::lr}, {"eps", &AdamWOptions::eps}, {"weight_decay", &AdamWOptions::weight_decay}},
      not_negative, {0, 1, 1e3}, {});
  check_range<optim::AdamW, AdamWOptions>({{"beta1", &AdamWOptions::beta1}, {"beta2", &AdamWOptions::beta2}},
                                          "0 or more and less than 1", {0, 0.5}, {1, 1.5});
}

TEST_CASE("Nesterov needs momentum and no dampening") {
  const Tensor p = tensor({1.0}, {.requires_grad = true});
  for (const optim::SGDOptions& options :
       {optim::SGDOptions{.nesterov = true}, {.momentum = 0.9, .dampening = 0.1, .nesterov = true}})
    CHECK(error_text<ValueError>([&] { optim::SGD({p}, options); }) == "SGD: nesterov needs momentum and no dampening");
  CHECK_NOTHROW(optim::SGD({p}, {.momentum = 0.9, .nesterov = true}));
}
