// Elementwise work on a million floats: forward and backward against the bytes they move, broadcasting against plain.
// Not here: reductions (reduce.cpp), the price of an op on few elements (per_op.cpp).
#include "floors.hpp"
#include "suite.hpp"

#include <xgrad/xgrad.hpp>

#include <string>
#include <vector>

using namespace xgrad;

namespace {

constexpr std::size_t n = 1'000'000;
constexpr const char* floor_name = "same bytes";

void differentiate(const Tensor& y, const Tensor& cotangent, const std::vector<Tensor>& leaves) {
  y.backward(cotangent);
  for (Tensor leaf : leaves) leaf.clear_grad();
}

Tensor leaf(const Tensor& values) { return Tensor(values).set_requires_grad(); }

/// What every op reads and writes at least: its operands and result, then the cotangent, what is saved, the gradients.
void functions(bench::Suite& suite) {
  const Tensor x = leaf(rand({1000, 1000}) + 0.5), e = leaf(rand({1000, 1000}) + 0.5);
  const Tensor cotangent = rand({1000, 1000});
  const Tensor condition = greater(rand({1000, 1000}), 0.5);
  const auto* c = reinterpret_cast<const unsigned char*>(condition.data<bool>());
  const Tensor centered = leaf(randn({1000, 1000}));
  bench::Buffer a(n, 1), b(n, 2), g(n, 3), y(n), z(n);

  suite.compare("sum(sigmoid x tanh x + exp x)",
                {{"xgrad",
                  [&] {
                    sum(sigmoid(centered) * tanh(centered) + exp(centered)).backward();
                    Tensor(centered).clear_grad();
                  }},
                 {"x read, gradient written", [&] { bench::pass(a.data(), y.data(), n); }}},
                {{1 / 1.5, bench::torch}});
  suite.compare("relu x",
                {{"xgrad", [&] { differentiate(relu(centered), cotangent, {centered}); }},
                 {floor_name,
                  [&] {
                    bench::pass(a.data(), y.data(), n);
                    bench::pass(g.data(), y.data(), z.data(), n);
                  }}},
                {{1 / 1.5, bench::torch}});
  suite.compare("x^2.5",
                {{"xgrad", [&] { differentiate(power(x, 2.5), cotangent, {x}); }},
                 {floor_name,
                  [&] {
                    bench::pass(a.data(), y.data(), n);
                    bench::pass(g.data(), a.data(), z.data(), n);
                  }}},
                {{1 / 1.5, bench::torch}});
  suite.compare("x^y",
                {{"xgrad",
                  [&] {
                    differentiate(power(x, e), cotangent, {x, e});
                  }},
                 {floor_name,
                  [&] {
                    bench::pass(a.data(), b.data(), y.data(), n);
                    bench::pass(g.data(), a.data(), b.data(), y.data(), z.data(), n);
                  }}},
                {{1 / 1.5, bench::torch}});
  suite.compare("where(c, x, y)",
                {{"xgrad",
                  [&] {
                    differentiate(where(condition, x, e), cotangent, {x, e});
                  }},
                 {floor_name,
                  [&] {
                    bench::blend(c, a.data(), b.data(), y.data(), n);
                    bench::split(c, g.data(), y.data(), z.data(), n);
                  }}},
                {{1 / 1.5, bench::torch}});
}

/// The same number of elements with one operand of another layout; the plain op of two contiguous matrices is the
/// measure.
template <class F>
void layouts(bench::Suite& suite, const std::string& op, F&& f) {
  const Tensor a = leaf(rand({1000, 1000})), b = leaf(rand({1000, 1000}));
  const Tensor cotangent = rand({1000, 1000});
  struct Operand {
    const char* name;
    Tensor values;
    double bound;
  };
  const std::vector<Operand> operands = {{"a row", leaf(rand({1000})), 1.5},
                                         {"a column", leaf(rand({1000, 1})), 1.5},
                                         {"a scalar", leaf(rand({})), 1.5},
                                         {"a transposed matrix", b, 2.5}};
  const std::string plain = op + " of matrices";
  for (const Operand& o : operands) {
    const auto operand = [&] { return &o == &operands.back() ? transpose(o.values) : o.values; };
    const std::string name = op + " with " + o.name;
    suite.compare(name + ", forward",
                  {{"xgrad",
                    [&] {
                      const NoGrad guard;
                      f(a, operand());
                    }},
                   {plain,
                    [&] {
                      const NoGrad guard;
                      f(a, b);
                    }}},
                  {{o.bound, plain}});
    suite.compare(name + ", both",
                  {{"xgrad",
                    [&] {
                      differentiate(f(a, operand()), cotangent, {a, o.values});
                    }},
                   {plain,
                    [&] {
                      differentiate(f(a, b), cotangent, {a, b});
                    }}},
                  {{o.bound, plain}});
  }
}

}  // namespace

int main(int argc, char** argv) {
  bench::Suite suite("elementwise", "1000 x 1000, forward and backward but where said, float32", argc, argv);
  functions(suite);
  layouts(suite, "add", [](const Tensor& a, const Tensor& b) { return a + b; });
  layouts(suite, "multiply", [](const Tensor& a, const Tensor& b) { return a * b; });
}
