// Captured steps against the steps themselves, bit for bit, and what capture refuses.
// Not here: the plan of the memory (test_memory_plan.cpp), speed (bench/lab_epoch.cpp).
#include "support/error_text.hpp"
#include "support/identical.hpp"

#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace xgrad;
using test::error_text_here;
using test::identical;

namespace {

/// A small network with its optimizer and data; two of the same seed are equal.
template <class Optimizer>
struct Training {
  nn::Sequential model;
  Optimizer optimizer;
  Tensor x, t;

  template <class Options>
  explicit Training(Options options, Dtype dtype = float32)
      : model{nn::Linear(3, 7), nn::Tanh(), nn::Linear(7, 2), nn::Sigmoid()},
        optimizer((model.to(dtype), model.parameters()), options) {
    Generator generator(5);
    const NoGrad guard;
    for (const Tensor& parameter : model.parameters()) copy_(parameter, randn(parameter.shape(), {}, generator));
    x = randn({9, 3}, dtype, generator);
    t = rand({9, 2}, dtype, generator);
  }

  Tensor step(const Tensor& inputs, const Tensor& targets) {
    Tensor loss = nn::mse_loss(model(inputs), targets);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss;
  }

  std::vector<Tensor> everything() const {
    std::vector<Tensor> all = model.parameters();
    for (const Tensor& parameter : model.parameters()) all.push_back(parameter.grad());
    return all;
  }
};

template <class Optimizer, class Options>
void check_training(Options options) {
  for (const Dtype dtype : {float32, float64}) {
    CAPTURE(name(dtype));
    Training<Optimizer> plain(options, dtype), other(options, dtype);
    auto step = capture([&](const Tensor& x, const Tensor& t) { return other.step(x, t); }, other.x, other.t);
    CHECK(identical(plain.model.parameters(), other.model.parameters()));
    for (int i = 0; i < 20; ++i) {
      const Tensor loss = plain.step(plain.x, plain.t), replayed = step(other.x, other.t);
      CHECK(identical(loss.detach(), replayed));
      CHECK(identical(plain.everything(), other.everything()));
      if (i == 10) {
        plain.optimizer.set_learning_rate(0.01);
        other.optimizer.set_learning_rate(0.01);
      }
    }
    CHECK(step.recordings() == 1);
  }
}

Tensor parameter(const Tensor& value) { return value.detach().set_requires_grad(); }

}  // namespace

TEST_CASE("capture: training with each optimizer equals the plain step bit for bit, new learning rates included") {
  check_training<optim::SGD>(optim::SGDOptions{.lr = 0.1});
  check_training<optim::SGD>(optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .weight_decay = 1e-3, .nesterov = true});
  check_training<optim::Adam>(optim::AdamOptions{.lr = 0.1});
  check_training<optim::AdamW>(optim::AdamWOptions{.lr = 0.1});
  check_training<optim::RMSprop>(optim::RMSpropOptions{.lr = 0.01});
  check_training<optim::Adagrad>(optim::AdagradOptions{.lr = 0.1});
  check_training<optim::Adadelta>(optim::AdadeltaOptions{});
}

TEST_CASE("capture: a scheduler in the step falls as it does without") {
  Training<optim::SGD> plain(optim::SGDOptions{.lr = 0.1}), other(optim::SGDOptions{.lr = 0.1});
  optim::StepLR falls(plain.optimizer, 3, 0.5), falls_too(other.optimizer, 3, 0.5);
  auto step = capture([&] {
    other.step(other.x, other.t);
    falls_too.step();
  });
  CHECK(other.optimizer.learning_rate() == 0.1);
  for (int i = 0; i < 7; ++i) {
    plain.step(plain.x, plain.t);
    falls.step();
    step();
  }
  CHECK(other.optimizer.learning_rate() == 0.025);
  CHECK(identical(plain.everything(), other.everything()));
}

TEST_CASE("capture: recording changes nothing") {
  Training<optim::Adam> training(optim::AdamOptions{});
  training.step(training.x, training.t);
  std::vector<Tensor> before;
  for (const Tensor& tensor : training.everything()) before.push_back(clone(tensor.detach()));
  const std::vector<Tensor> handles = training.everything();
  const std::uint64_t calls = default_generator().calls();
  auto step = capture([&](const Tensor& x) { return training.step(add(x, randn(x.shape())), training.t); }, training.x);
  CHECK(default_generator().calls() == calls);
  const std::vector<Tensor> after = training.everything();
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i].state() == handles[i].state());
    CHECK(identical(after[i].detach(), before[i]));
  }
}

TEST_CASE("capture: random numbers are drawn anew in each replay, as the plain step would") {
  const auto noise = [](Generator& generator) {
    return [&generator](const Tensor& x) {
      Tensor kept = randperm(5, generator);
      return std::vector<Tensor>{add(x, randn({4}, {}, generator)), uniform(-1, 1, {3}, {}, generator),
                                 randint(0, 100, {8}, generator), kept};
    };
  };
  Generator first(3), second(3);
  const auto plain = noise(first);
  const Tensor x = ones({4});
  auto step = capture(noise(second), x);
  for (int i = 0; i < 3; ++i) CHECK(identical(plain(x), step(x)));
  CHECK(first.calls() == second.calls());
  CHECK(first.calls() == 12);
}

TEST_CASE("capture: a replay in another thread draws from that thread's default generator") {
  auto step = capture([] { return randn({4}); });
  Tensor plain, replayed;
  std::thread([&] { plain = randn({4}); }).join();
  std::thread([&] { replayed = step(); }).join();
  CHECK(identical(plain, replayed));
}

TEST_CASE("capture: other shapes and dtypes are recorded again, each once") {
  Training<optim::SGD> plain(optim::SGDOptions{.lr = 0.1}), other(optim::SGDOptions{.lr = 0.1});
  auto step = capture([&](const Tensor& x, const Tensor& t) { return other.step(x, t); }, other.x, other.t);
  const auto batch = [](const Tensor& all, std::int64_t from, std::int64_t to) { return view(all, range(from, to)); };
  for (int epoch = 0; epoch < 4; ++epoch)
    for (std::int64_t from = 0; from < 9; from += 4) {
      const std::int64_t to = std::min<std::int64_t>(from + 4, 9);
      plain.step(batch(plain.x, from, to), batch(plain.t, from, to));
      step(batch(other.x, from, to), batch(other.t, from, to));
    }
  CHECK(step.recordings() == 3);  // 9, 4 and 1 rows
  CHECK(identical(plain.everything(), other.everything()));
  // Another layout is another recording, so that it has the bits of the plain step.
  const Tensor columns = transpose(contiguous(transpose(plain.x)));
  REQUIRE_FALSE(columns.is_contiguous());
  CHECK(identical(plain.step(columns, plain.t).detach(), step(columns, other.t)));
  CHECK(step.recordings() == 4);
}

TEST_CASE("capture: parameters that are frozen, moved to other memory or converted are seen") {
  Training<optim::SGD> plain(optim::SGDOptions{.lr = 0.1}), other(optim::SGDOptions{.lr = 0.1});
  auto step = capture([&](const Tensor& x, const Tensor& t) { return other.step(x, t); }, other.x, other.t);
  const auto both = [&](auto change) {
    change(plain);
    change(other);
    for (int i = 0; i < 2; ++i) {
      plain.step(plain.x.to(plain.model.parameters()[0].dtype()), plain.t.to(plain.model.parameters()[0].dtype()));
      step(other.x.to(other.model.parameters()[0].dtype()), other.t.to(other.model.parameters()[0].dtype()));
    }
    CHECK(identical(plain.everything(), other.everything()));
  };
  both([](auto&) {});
  both([](auto& training) { training.model.parameters()[0].set_requires_grad(false); });
  both([](auto& training) {
    training.optimizer.zero_grad();
    training.model.parameters()[1].set_data(full({7}, 0.25));
  });
  both([](auto& training) {
    training.optimizer.zero_grad();
    training.model.to(float64);
  });
  CHECK(step.recordings() == 4);
}

TEST_CASE("capture: gradients accumulate, and are cleared, where the step says so") {
  const Tensor start = randn({4}, float64);
  // What each step does with the gradient of w, called three times with another x.
  const auto run = [&](auto body, bool captured) {
    Tensor w = parameter(clone(start));
    const auto once = [&](const Tensor& x) { return body(w, x); };
    auto step = capture(once, start);
    CHECK_FALSE(w.grad().defined());
    std::vector<Tensor> seen;
    for (int i = 1; i <= 4; ++i) {
      const Tensor x = multiply(start, i);
      const Tensor result = captured ? step(x) : once(x);
      seen.push_back(result.detach());
      seen.push_back(w.grad().defined() ? clone(w.grad()) : Tensor());
      if (i == 3) w.clear_grad();
    }
    return seen;
  };
  const auto check = [&](auto body) { CHECK(identical(run(body, false), run(body, true))); };
  const auto loss_of = [](const Tensor& w, const Tensor& x) { return sum(square(multiply(w, x))); };
  SUBCASE("never cleared") {
    check([&](Tensor& w, const Tensor& x) {
      const Tensor loss = loss_of(w, x);
      loss.backward();
      return loss;
    });
  }
  SUBCASE("cleared first") {
    check([&](Tensor& w, const Tensor& x) {
      const Tensor loss = loss_of(w, x);
      w.clear_grad();
      loss.backward();
      return loss;
    });
  }
  SUBCASE("cleared last") {
    check([&](Tensor& w, const Tensor& x) {
      const Tensor loss = loss_of(w, x);
      loss.backward();
      const Tensor result = add(loss, sum(w.grad()));
      w.clear_grad();
      return result;
    });
  }
  SUBCASE("two passes and a reading between") {
    check([&](Tensor& w, const Tensor& x) {
      loss_of(w, x).backward();
      const Tensor halfway = clone(w.grad());
      sum(multiply(w, 3)).backward();
      return add(halfway, w.grad());
    });
  }
  SUBCASE("set by hand") {
    check([&](Tensor& w, const Tensor& x) {
      w.set_grad(multiply(x, 2));
      loss_of(w, x).backward();
      return w.grad();
    });
  }
  SUBCASE("clipped in place") {
    check([&](Tensor& w, const Tensor& x) {
      w.clear_grad();
      loss_of(w, x).backward();
      multiply_(w.grad(), 0.5);
      return w.grad();
    });
  }
}

TEST_CASE("capture: what was returned, and gradients that were taken, stay as they were") {
  Tensor w = parameter(ones({3}));
  auto step = capture(
      [&](const Tensor& x) {
        w.clear_grad();
        const Tensor y = multiply(w, x);
        sum(y).backward();
        return y;
      },
      w.detach());
  const Tensor first = step(full({3}, 2)), first_grad = w.grad();
  const Tensor view_of_it = view(w.grad(), range(0, 2));
  const Tensor second = step(full({3}, 5));
  CHECK(array_equal(first, full({3}, 2.0F)));
  CHECK(array_equal(first_grad, full({3}, 2.0F)));
  CHECK(array_equal(view_of_it, full({2}, 2.0F)));
  CHECK(array_equal(second, full({3}, 5.0F)));
  CHECK(array_equal(w.grad(), full({3}, 5.0F)));
  CHECK_FALSE(second.requires_grad());
}

TEST_CASE("capture: inputs, parameters, views, constants and nothing can be returned") {
  Tensor w = parameter(tensor({1.0, 2.0, 3.0, 4.0}));
  const auto body = [&](const Tensor& x) {
    Tensor total = zeros({4});
    add_(total, x);
    add_(total, x);
    const Tensor twice = multiply(x, 2);
    return std::vector<Tensor>{
        x, w, view(twice, range(1, 3)), total, reshape(twice, {2, 2}), Tensor(), twice, twice, tensor({7.0})};
  };
  auto step = capture(body, w.detach());
  for (int i = 0; i < 3; ++i) {
    const Tensor x = full({4}, i);
    std::vector<Tensor> plain = body(x), replayed = step(x);
    CHECK(identical(plain, replayed));
    CHECK(replayed[1].state() == w.state());
    CHECK(replayed[0].state() != x.state());
  }
  int runs = 0;
  auto nothing = capture([&] { ++runs; });
  nothing();
  CHECK(runs == 1);
  CHECK(nothing.instructions() == 0);
}

TEST_CASE("capture: writes in place to what is outside happen in each replay and are counted") {
  Tensor total = zeros({3}), row = zeros({2, 3});
  auto step = capture(
      [&](const Tensor& x) {
        add_(total, x, 0.5);
        copy_(view(row, 1), x);
        multiply_(view(row, 1), 2);
        fill_(view(row, 0, range(0, 1)), sum(x));
        axpby_(total, 2, x, 1);
      },
      total);
  const std::uint32_t version = total.version();
  for (int i = 0; i < 2; ++i) step(tensor({1.0, 2.0, 4.0}));
  CHECK(array_equal(total, tensor({6.0, 12.0, 24.0})));
  CHECK(array_equal(row, tensor({{7.0, 0.0, 0.0}, {2.0, 4.0, 8.0}})));
  CHECK(total.version() == version + 4);
}

TEST_CASE("capture: a plain graph that saved a parameter notices the replay that changes it") {
  Training<optim::SGD> training(optim::SGDOptions{.lr = 0.1});
  auto step = capture([&] { return training.step(training.x, training.t); });
  const Tensor loss = sum(training.model(training.x));
  step();
  CHECK_THROWS_AS(loss.backward(), VersionError);
}

TEST_CASE("capture: guards around the call count") {
  Tensor w = parameter(ones({2}));
  auto step = capture([&](const Tensor& x) { return multiply(multiply(w, x), tensor({0.5, 2.0})); }, w.detach());
  {
    const NoGrad guard;
    step(w.detach());
  }
  CHECK(step.recordings() == 2);
  const DefaultDtype guard(float64);
  CHECK(step(w.detach()).dtype() == float64);
  CHECK(step.recordings() == 3);
}

TEST_CASE("capture: derivatives of derivatives, and custom functions") {
  auto cube = custom_function({
      .name = "cube",
      .forward =
          [](Inputs in, Outputs out) {
            for (std::int64_t i = 0; i < out[0].numel; ++i) {
              const auto x = in[0].as<const double>()[i];
              out[0].as<double>()[i] = x * x * x;
            }
          },
      .vjp = [](const Record& r, const Cotangents& ct) -> Cotangents {
        return {multiply(ct[0], multiply(square(r.input(0)), 3))};
      },
  });
  Tensor w = parameter(randn({5}, float64));
  const auto body = [&](const Tensor& x) {
    const Tensor first = grad(sum(multiply(cube({multiply(w, x)}), x)), w, {.create_graph = true});
    return std::vector<Tensor>{first.detach(), grad(sum(square(first)), w)};
  };
  auto step = capture(body, w.detach());
  for (int i = 1; i < 4; ++i) {
    const Tensor x = randn({5}, float64);
    CHECK(identical(body(x), step(x)));
  }
}

TEST_CASE("capture: elementwise ops in a row run in blocks, with the same bits and no memory for what is between") {
  for (const std::int64_t n : {std::int64_t{8191}, std::int64_t{8192}, std::int64_t{10000}, std::int64_t{100003}}) {
    CAPTURE(n);
    Tensor w = parameter(randn({n}));
    const auto body = [&](const Tensor& x) {
      w.clear_grad();
      const Tensor scaled = multiply(w, 0.7);
      const Tensor y = sum(add(multiply(sigmoid(multiply(scaled, x)), tanh(x)), where(less(x, w), exp(w), relu(x))));
      y.backward();
      return std::vector<Tensor>{y.detach(), w.grad()};
    };
    const Tensor x = randn({n});
    auto step = capture(body, x);
    CHECK(identical(body(x), step(x)));
    CHECK(identical(body(w.detach()), step(w.detach())));
    if (n > 8192) CHECK(step.planned_bytes() < static_cast<std::size_t>(n) * 4 * 8);
  }
}

TEST_CASE("capture: rows of ops keep away from shifted views of what they write") {
  const std::int64_t n = 20000;
  const auto body = [&](const Tensor& x) {
    const Tensor base = multiply(x, 2);
    const Tensor shifted = view(base, range(1, n)), head = view(base, range(0, n - 1));
    add_(head, shifted);
    return add(multiply(shifted, 3), head);
  };
  const Tensor x = randn({n});
  auto step = capture(body, x);
  CHECK(identical(body(x), step(x)));
}

TEST_CASE("capture: rows of ops keep away from a broadcast element of what they write") {
  const std::int64_t n = 20000;
  const auto body = [&](const Tensor& x) {
    const Tensor base = multiply(x, 2);
    const Tensor first = broadcast_to(view(base, range(0, 1)), {n});
    const Tensor scaled = multiply(x, first);
    add_(base, x);
    return add(scaled, base);
  };
  const Tensor x = randn({n});
  auto step = capture(body, x);
  CHECK(identical(body(x), step(x)));
}

TEST_CASE("capture: a replay does not grow") {
  Training<optim::Adam> training(optim::AdamOptions{});
  auto step = capture([&](const Tensor& x, const Tensor& t) { return training.step(x, t); }, training.x, training.t);
  for (int i = 0; i < 10; ++i) step(training.x, training.t);
  const Tensor kept = training.model.parameters()[0].grad();
  const void* memory = kept.array().data;
  for (int i = 0; i < 10; ++i) step(training.x, training.t);
  CHECK(training.model.parameters()[0].grad().array().data != memory);
}

TEST_CASE("capture: a captured step can be moved, and moves its recordings") {
  auto make = [](const Tensor& x) { return capture([](const Tensor& y) { return multiply(y, 2); }, x); };
  auto step = make(ones({2}));
  auto other = std::move(step);
  CHECK(array_equal(other(ones({2})), full({2}, 2.0F)));
  step = std::move(other);
  CHECK(array_equal(step(ones({3})), full({3}, 2.0F)));
  CHECK(step.recordings() == 2);
}

TEST_CASE("capture: what it refuses") {
  const Tensor x = ones({3});
  const auto text = [&](auto body) { return error_text_here<GraphError>([&] { capture(body, x); }); };
  const std::string reads =
      ": a value is read while a step is being captured: want it returned by the step, or where() in place of a "
      "decision; operands ";
  CHECK(text([](const Tensor& y) { sum(y).item(); }) == "item" + reads + "() float32");
  CHECK(text([](const Tensor& y) { multiply(y, 2).data<float>(); }) == "data" + reads + "(3,) float32");
  CHECK(text([](const Tensor& y) {
          std::ostringstream out;
          out << y;
        }) == "to_string" + reads + "(3,) float32");
  CHECK(text([](const Tensor& y) { array_equal(y, y); }) == "item" + reads + "() int64");
  CHECK(text([](const Tensor& y) { Tensor(y).set_data(y); }) ==
        "set_data: a tensor gets other memory while a step is being captured: want copy_(), or set_data() before the "
        "step; operands (3,) float32, (3,) float32");

  Tensor kept;
  CHECK(text([&](const Tensor& y) { kept = exp(y); }) ==
        "capture: the step keeps the result of `exp` beyond its end: want it returned; operands (3,) float32");
  CHECK(text([&](const Tensor& y) { kept = view(exp(y), 0); }) ==
        "capture: the step keeps a view of a value beyond its end: want it returned; operands () float32");
  CHECK(text([&](const Tensor& y) { kept = y; }) ==
        "capture: the step keeps one of its inputs beyond its end: want it returned; operands (3,) float32");
  CHECK(text([&](const Tensor& y) { add_(y, 1); }) ==
        "capture: the step writes into its own input: want clone() first; operands (3,) float32");
  CHECK(text([&](const Tensor& y) { capture([](const Tensor&) {}, y); }) ==
        "capture: a step is being captured already: want one inside of no other");
  Tensor w = parameter(x);
  CHECK(text([&](const Tensor& y) {
          const Tensor alias = multiply(w, y).detach();
          add_(alias, 1);
        }) ==
        "capture: the step writes into a view of the result of `multiply`: want clone() first; operands (3,) float32");
  const Tensor outer = sum(square(w));
  const std::string outside = test::error_text<GraphError>([&] { capture([&] { outer.backward(); }); });
  CHECK(outside.starts_with(
      "backward: a step that is being captured differentiates a graph from outside: got to `sum`, "));
  outer.backward();  // it is not used up
  CHECK(array_equal(w.grad(), full({3}, 2.0F)));
  auto inner = capture([](const Tensor& y) { return exp(y); }, x);
  CHECK(text([&](const Tensor& y) { return inner(y); }) ==
        "capture: a captured step is called inside of a captured step: want the plain one");

  const Tensor leaf = parameter(x);
  CHECK(error_text_here<GraphError>([&] { capture([](const Tensor&) {}, leaf); }) ==
        "capture: input 0 requires a gradient: want detach(), or the step to find it outside; operands (3,) float32");
  CHECK(error_text_here<GraphError>([&] { inner(leaf); }) ==
        "capture: input 0 requires a gradient: want detach(), or the step to find it outside; operands (3,) float32");
  CHECK(error_text_here<ValueError>([&] { inner(Tensor()); }) == "capture: input 0 is an undefined tensor");
  // None of it has left a mark.
  CHECK(array_equal(inner(x), exp(x)));
}

TEST_CASE("capture: an error in the step or in a replay is the one of the plain step") {
  Tensor w = parameter(ones({3}));
  const auto bad_shape = [&] {
    sum(w).backward();
    return add(w, ones({4}));
  };
  CHECK(error_text_here<ShapeError>([&] { capture(bad_shape); }) ==
        "add: shapes cannot be broadcast: got (3,) and (4,), want extents that are equal or 1, from the last axis on; "
        "operands (3,) float32, (4,) float32");
  CHECK_FALSE(w.grad().defined());

  const auto pick = [](const Tensor& x, const Tensor& i) { return take_along_axis(x, i, 0); };
  auto step = capture(pick, ones({3}), tensor({0}));
  CHECK(array_equal(step(ones({3}), tensor({2})), ones({1})));
  const auto without_site = [](const std::string& text) { return text.substr(0, text.find("; at ")); };
  const std::string plain = without_site(test::error_text<IndexError>([&] { pick(ones({3}), tensor({3})); }));
  CHECK(plain.starts_with("take_along_axis: "));
  CHECK(without_site(test::error_text<IndexError>([&] { step(ones({3}), tensor({3})); })) == plain);
  CHECK(array_equal(step(ones({3}), tensor({1})), ones({1})));
}

TEST_CASE("capture: gradients of an input, by a leaf that the step makes") {
  Tensor w = parameter(ones({3}));
  const auto body = [&](const Tensor& x) {
    Tensor leaf = x.detach().set_requires_grad();
    Tensor shift = zeros({3}).set_requires_grad();
    sum(square(multiply(add(leaf, shift), w.detach()))).backward();
    return std::vector<Tensor>{leaf.grad(), shift.grad()};
  };
  auto step = capture(body, w.detach());
  for (int i = 1; i < 4; ++i)
    CHECK(identical(body(full({3}, 0.5F * static_cast<float>(i))), step(full({3}, 0.5F * static_cast<float>(i)))));
  CHECK(step.recordings() == 1);
}

TEST_CASE("capture: two leaves with one gradient") {
  const auto run = [](bool captured) {
    Tensor a = parameter(ones({12})), b = parameter(ones({12}));
    const Tensor both = full({12}, 3.0F);
    a.set_grad(both);
    b.set_grad(both);
    const auto body = [&](const Tensor& x) { sum(multiply(multiply(a, b), x)).backward(); };
    auto step = capture(body, ones({12}));
    for (int i = 1; i < 4; ++i)
      captured ? step(full({12}, 0.5F * static_cast<float>(i))) : body(full({12}, 0.5F * static_cast<float>(i)));
    return std::vector<Tensor>{a.grad(), b.grad(), both};
  };
  CHECK(identical(run(false), run(true)));
}

TEST_CASE("capture: a gradient in hand and at its leaf") {
  const auto run = [](bool captured) {
    Tensor a = parameter(ones({12}));
    const Tensor g = full({12}, 3.0F);
    a.set_grad(g);
    const auto body = [&](const Tensor& x) { return add(multiply(g, x), multiply(a.grad(), 10)); };
    auto step = capture(body, ones({12}));
    std::vector<Tensor> all;
    all.push_back(captured ? step(ones({12})) : body(ones({12})));
    a.set_grad(full({12}, 5.0F));
    all.push_back(captured ? step(ones({12})) : body(ones({12})));
    return all;
  };
  CHECK(identical(run(false), run(true)));
}

TEST_CASE("capture: strided inputs have the bits of the plain step") {
  const Tensor a = transpose(randn({300, 517}));
  const Tensor b = randn({300, 64});
  const auto body = [](const Tensor& x, const Tensor& y) {
    return std::vector<Tensor>{sum(x), matmul(x, y), mean(x, 0), logsumexp(x, 1)};
  };
  auto step = capture(body, contiguous(a), b);
  const auto p = body(a, b), r = step(a, b);
  for (std::size_t i = 0; i < p.size(); ++i) CHECK_MESSAGE(identical(p[i], r[i]), i);
  for (const Tensor& other :
       {view(a, range(0, 517, 3)), view(a, range(placeholders::_, placeholders::_, -1)),
        view(a, all(), range(299, 9, -7)), broadcast_to(view(a, range(0, 1)), {517, 300}), zeros({0, 300})}) {
    const auto twice = [](const Tensor& x) { return std::vector<Tensor>{multiply(x, 2), sum(x, 0), x}; };
    auto doubled = capture(twice, other);
    CHECK(identical(doubled(other), twice(other)));
    CHECK(doubled.recordings() == 1);
  }
}

TEST_CASE("capture: inputs that lie in what the step writes are refused") {
  const Tensor total = zeros({100});
  auto step = capture([&](const Tensor& x) { add_(view(total, range(1, 100)), x); }, ones({99}));
  CHECK(
      error_text_here<GraphError>([&] { step(view(total, range(0, 99))); }) ==
      "capture: input 0 shares memory with what the step writes in place: want clone() first; operands (99,) float32");
  CHECK(array_equal(total, zeros({100})));
}

TEST_CASE("capture: an error of an optimizer in a replay comes out as it is") {
  Tensor w = parameter(ones({3})), unused = parameter(ones({2}));
  optim::SGD sgd({w, unused}, {.lr = 0.5});
  auto step = capture(
      [&](const Tensor& x) {
        sgd.zero_grad();
        sum(multiply(w, x)).backward();
        sgd.step();
      },
      ones({3}));
  step(ones({3}));
  unused.set_data(ones({5}));
  CHECK(test::error_text<ShapeError>([&] { step(ones({3})); }) ==
        "SGD: a parameter's shape has changed: got (5,) float32, want (2,)");
  CHECK(array_equal(w.detach(), full({3}, 0.5F)));
}
