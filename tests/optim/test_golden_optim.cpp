// Optimizers against PyTorch's (golden/optim.json), defaults included.
// Not here: schedulers (test_schedulers.cpp).
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace xgrad;
using nlohmann::json;

namespace {

optim::AdamOptions adam_options(const json& given) {
  optim::AdamOptions o;
  o.lr = given.value("lr", o.lr);
  o.beta1 = given.value("beta1", o.beta1);
  o.beta2 = given.value("beta2", o.beta2);
  o.eps = given.value("eps", o.eps);
  o.weight_decay = given.value("weight_decay", o.weight_decay);
  o.amsgrad = given.value("amsgrad", o.amsgrad);
  return o;
}

// An option that is not given keeps our default.
std::unique_ptr<optim::Optimizer> built(const std::string& name, const Tensor& p, const json& given) {
  if (name == "SGD") {
    optim::SGDOptions o;
    o.lr = given.value("lr", o.lr);
    o.momentum = given.value("momentum", o.momentum);
    o.dampening = given.value("dampening", o.dampening);
    o.weight_decay = given.value("weight_decay", o.weight_decay);
    o.nesterov = given.value("nesterov", o.nesterov);
    return std::make_unique<optim::SGD>(std::vector{p}, o);
  }
  if (name == "Adagrad") {
    optim::AdagradOptions o;
    o.lr = given.value("lr", o.lr);
    o.lr_decay = given.value("lr_decay", o.lr_decay);
    o.weight_decay = given.value("weight_decay", o.weight_decay);
    o.initial_accumulator_value = given.value("initial_accumulator_value", o.initial_accumulator_value);
    o.eps = given.value("eps", o.eps);
    return std::make_unique<optim::Adagrad>(std::vector{p}, o);
  }
  if (name == "Adadelta") {
    optim::AdadeltaOptions o;
    o.lr = given.value("lr", o.lr);
    o.rho = given.value("rho", o.rho);
    o.eps = given.value("eps", o.eps);
    o.weight_decay = given.value("weight_decay", o.weight_decay);
    return std::make_unique<optim::Adadelta>(std::vector{p}, o);
  }
  if (name == "RMSprop") {
    optim::RMSpropOptions o;
    o.lr = given.value("lr", o.lr);
    o.alpha = given.value("alpha", o.alpha);
    o.eps = given.value("eps", o.eps);
    o.weight_decay = given.value("weight_decay", o.weight_decay);
    o.momentum = given.value("momentum", o.momentum);
    o.centered = given.value("centered", o.centered);
    return std::make_unique<optim::RMSprop>(std::vector{p}, o);
  }
  const optim::AdamOptions o = adam_options(given);
  if (name == "Adam") return std::make_unique<optim::Adam>(std::vector{p}, o);
  optim::AdamWOptions w{o.lr, o.beta1, o.beta2, o.eps, optim::AdamWOptions().weight_decay, o.amsgrad};
  w.weight_decay = given.value("weight_decay", w.weight_decay);
  return std::make_unique<optim::AdamW>(std::vector{p}, w);
}

json golden() {
  std::ifstream file(XGRAD_GOLDEN_DIR "/optim.json");
  REQUIRE(file);
  return json::parse(file);
}

Tensor leaf(const json& values) {
  return tensor(values.get<std::vector<double>>(), {.dtype = float64, .requires_grad = true});
}

// f(p) = p^4 / 4 - p.
void set_gradient(Tensor p) {
  const NoGrad guard;
  p.set_grad(p * p * p - 1);
}

void check_close(const Tensor& p, const json& want, const std::string& label) {
  for (std::size_t i = 0; i < want.size(); ++i)
    CHECK_MESSAGE(std::abs(p.data<double>()[i] - want[i].get<double>()) <= 1e-10 * std::abs(want[i].get<double>()),
                  label, ": ", p.data<double>()[i], " and ", want[i].get<double>());
}

}  // namespace

TEST_CASE("100 steps arrive where PyTorch's do") {
  const json file = golden();
  CHECK(file["paths"].size() >= 38);
  for (const json& path : file["paths"]) {
    Tensor p = leaf(file["start"]);
    const auto optimizer = built(path["optimizer"].get<std::string>(), p, path["options"]);
    for (int step = 1; step <= 100; ++step) {
      set_gradient(p);
      optimizer->step();
      const auto want = path["values"].find(std::to_string(step));
      if (want == path["values"].end()) continue;
      check_close(p, *want, path["optimizer"].get<std::string>() + path["options"].dump() + std::to_string(step));
    }
  }
}

TEST_CASE("two groups under a scheduler arrive where PyTorch's do") {
  const json file = golden();
  const json& want = file["groups"];
  Tensor first = leaf({file["start"][0], file["start"][1]}), second = leaf({file["start"][2], file["start"][3]});
  optim::Adam adam({{{first}, adam_options(want["options"][0])}, {{second}, adam_options(want["options"][1])}});
  optim::StepLR scheduler(adam, want["step_size"].get<int>(), want["gamma"].get<double>());
  for (int step = 0; step < 100; ++step) {
    set_gradient(first);
    set_gradient(second);
    adam.step();
    scheduler.step();
  }
  check_close(first, want["values"][0], "first group");
  check_close(second, want["values"][1], "second group");
  for (std::size_t group = 0; group < 2; ++group)
    CHECK(adam.learning_rate(group) == doctest::Approx(want["lr"][group].get<double>()).epsilon(1e-14));
}
