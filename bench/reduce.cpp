// Reductions of a 1000 x 1000 matrix against reading it once; softmax-cross-entropy of as many logits.
// Not here: products.
#include "floors.hpp"
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <string>

using namespace xgrad;

namespace {

volatile float sink;  // so that no read is dropped

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("reduce", "1000 x 1000, float32", argc, argv);
  constexpr std::size_t n = 1'000'000;
  const Tensor x = randn({1000, 1000});

  struct Reduction {
    const char* name;
    Tensor (*run)(Arg x, const Axes& axes, bool keep_dims);
  };
  for (const Reduction& r : {Reduction{"sum", sum}, {"mean", mean}, {"max", max}, {"logsumexp", logsumexp}}) {
    for (const int axis : {0, 1, 2}) {
      const Axes axes = axis == 2 ? Axes() : Axes(axis);
      suite.compare(
          r.name + (axis == 2 ? std::string(", all") : ", axis " + std::to_string(axis)),
          {{"xgrad", [&] { r.run(x, axes, false); }}, {"one read", [&] { sink = bench::read(x.data<float>(), n); }}},
          {{1.5, "one read"}});
    }
  }

  Tensor logits = randn({1000, 1000});
  logits.set_requires_grad();
  const Tensor targets = randint(0, 1000, {1000});
  bench::Buffer y(n);
  suite.compare("softmax-cross-entropy",
                {{"xgrad",
                  [&] {
                    nn::cross_entropy_loss(logits, targets).backward();
                    logits.clear_grad();
                  }},
                 {"logits read, gradient written", [&] { bench::pass(logits.data<float>(), y.data(), n); }}},
                {{1 / 1.5, bench::torch}});
}
