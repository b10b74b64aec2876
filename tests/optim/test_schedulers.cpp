// Schedules of the learning rate against PyTorch's (golden/optim.json).
// Not here: training under a schedule (test_golden_optim.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "support/error_text.hpp"

using namespace xgrad;
using nlohmann::json;
using test::error_text;

namespace {

json golden(const char* key) {
  std::ifstream file(XGRAD_GOLDEN_DIR "/optim.json");
  REQUIRE(file);
  json cases = json::parse(file)[key];
  CHECK(cases.size() >= 5);
  return cases;
}

double number(const json& value) {
  return value.is_string() ? std::strtod(value.get<std::string>().c_str(), nullptr) : value.get<double>();
}

optim::SGD two_rates() {
  return optim::SGD({{{tensor({0.0}, {.requires_grad = true})}, {.lr = 0.8}},
                     {{tensor({0.0}, {.requires_grad = true})}, {.lr = 0.003}}});
}

void check_rates(const optim::Optimizer& optimizer, const json& want, const std::string& label) {
  for (std::size_t group = 0; group < 2; ++group) {
    const double got = optimizer.learning_rate(group), wanted = want[group].get<double>();
    CHECK_MESSAGE(std::abs(got - wanted) <= 1e-15 * wanted, label, ": ", got, " and ", wanted);
  }
}

}  // namespace

TEST_CASE("StepLR gives PyTorch's sequence for every group") {
  for (const json& c : golden("step_lr")) {
    optim::SGD sgd = two_rates();
    const int step_size = c["step_size"].get<int>();
    optim::StepLR scheduler = c["options"].contains("gamma")
                                  ? optim::StepLR(sgd, step_size, c["options"]["gamma"].get<double>())
                                  : optim::StepLR(sgd, step_size);
    for (const json& rates : c["lr"]) {
      scheduler.step();
      check_rates(sgd, rates, "step_size " + std::to_string(step_size) + c["options"].dump());
    }
  }
}

TEST_CASE("StepLR scales rates that were set in between, and groups that were added") {
  optim::SGD sgd = two_rates();
  optim::StepLR scheduler(sgd, 2, 0.5);
  scheduler.step();
  sgd.set_learning_rate(0.25);
  sgd.add_group({tensor({1.0})}, {.lr = 4});
  scheduler.step();
  CHECK(sgd.learning_rate(0) == 0.125);
  CHECK(sgd.learning_rate(1) == 0.125);
  CHECK(sgd.learning_rate(2) == 2);
}

TEST_CASE("ReduceLROnPlateau gives PyTorch's sequence for every group, NaN and infinities included") {
  for (const json& c : golden("plateau")) {
    const json& given = c["options"];
    optim::ReduceLROnPlateauOptions o;
    if (given.value("mode", "min") == "max") o.mode = optim::PlateauMode::max;
    if (given.value("threshold_mode", "rel") == "abs") o.threshold_mode = optim::ThresholdMode::abs;
    o.factor = given.value("factor", o.factor);
    o.patience = given.value("patience", o.patience);
    o.threshold = given.value("threshold", o.threshold);
    o.cooldown = given.value("cooldown", o.cooldown);
    o.min_lr = given.value("min_lr", o.min_lr);
    o.eps = given.value("eps", o.eps);
    optim::SGD sgd = two_rates();
    optim::ReduceLROnPlateau scheduler(sgd, o);
    CHECK(std::isinf(scheduler.best()));
    for (std::size_t step = 0; step < c["metrics"].size(); ++step) {
      scheduler.step(number(c["metrics"][step]));
      check_rates(sgd, c["lr"][step], given.dump() + " step " + std::to_string(step));
    }
    CHECK(scheduler.best() == number(c["best"]));
  }
}

TEST_CASE("options of schedulers out of range are refused by name") {
  optim::SGD sgd = two_rates();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(error_text<ValueError>([&] { optim::StepLR(sgd, 0); }) ==
        "StepLR: step_size is out of range: got 0, want 1 or more");
  CHECK(error_text<ValueError>([&] { optim::StepLR(sgd, 1, -0.5); }) ==
        "StepLR: gamma is out of range: got -0.5, want a finite number, 0 or more");
  CHECK(error_text<ValueError>([&] { optim::StepLR(sgd, 1, 1e308).step(); }) == "(nothing thrown)");
  CHECK(error_text<ValueError>([&] { optim::StepLR(sgd, 1, 10).step(); }) ==
        "SGD: lr is out of range: got inf, want a finite number, 0 or more");

  const auto refused = [&](const optim::ReduceLROnPlateauOptions& options) {
    return error_text<ValueError>([&] { optim::ReduceLROnPlateau(sgd, options); });
  };
  CHECK(refused({.factor = 1}) == "ReduceLROnPlateau: factor is out of range: got 1, want 0 or more and less than 1");
  CHECK(refused({.factor = -0.5}) ==
        "ReduceLROnPlateau: factor is out of range: got -0.5, want 0 or more and less than 1");
  CHECK(refused({.patience = -1}) == "ReduceLROnPlateau: patience is out of range: got -1, want 0 or more");
  CHECK(refused({.threshold = nan}) ==
        "ReduceLROnPlateau: threshold is out of range: got nan, want a finite number, 0 or more");
  CHECK(refused({.cooldown = -2}) == "ReduceLROnPlateau: cooldown is out of range: got -2, want 0 or more");
  CHECK(refused({.min_lr = -1}) ==
        "ReduceLROnPlateau: min_lr is out of range: got -1, want a finite number, 0 or more");
  CHECK(refused({.eps = -1}) == "ReduceLROnPlateau: eps is out of range: got -1, want a finite number, 0 or more");
}
