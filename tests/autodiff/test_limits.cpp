// Sizes and counts beyond what fits, and mistakes that once went unnoticed.
// Not here: errors of single ops (samples/).
#include "support/error_text.hpp"

#include <xgrad/autodiff/custom_function.hpp>
#include <xgrad/autodiff/loops/product.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <sys/mman.h>

#include <string>
#include <vector>

using namespace xgrad;

TEST_CASE("shapes beyond any memory are refused") {
  const std::int64_t big = std::int64_t{1} << 32;
  CHECK_THROWS_AS(zeros({big, big}), ShapeError);
  CHECK_THROWS_AS(ones({std::int64_t{1} << 61}, float64), ShapeError);
  const Tensor column = broadcast_to(ones({1, 1}), {std::int64_t{1} << 30, 1});
  const Tensor row = broadcast_to(ones({1, 1}), {1, std::int64_t{1} << 31});
  CHECK_THROWS_AS(add(column, row), ShapeError);
}

TEST_CASE("more operands than a node can count are refused") {
  const std::vector<Tensor> many(65536, ones({1}).set_requires_grad());
  CHECK_THROWS_AS(concatenate(many), ValueError);
  const CustomFunction first = custom_function({.forward = [](Inputs, Outputs) {}});
  CHECK_THROWS_AS(first.all(many), ValueError);
}

TEST_CASE("products beyond what a BLAS counts are refused before anything is packed") {
  const std::int64_t many = (std::int64_t{1} << 31) + 1;
  const Tensor wide = broadcast_to(ones({1, 1}), {2, many}), tall = broadcast_to(ones({1, 1}), {many, 2});
  const std::string text = "an extent is beyond what a BLAS takes: got 2147483649, want at most 2147483647; operands ";
  CHECK(test::error_text_here<ShapeError>([&] { matmul(wide, tall); }) ==
        "matmul: " + text + "(2, 2147483649) float32, (2147483649, 2) float32");
  CHECK(test::error_text_here<ShapeError>([&] { linear(wide, wide, ones({2})); }).starts_with("linear: " + text));
  // 2^63 multiplications.
  const Tensor huge = broadcast_to(ones({1, 1}), {16, std::int64_t{1} << 55});
  CHECK_THROWS_WITH_AS(matmul(huge, transpose(huge)), doctest::Contains("an extent is beyond what a BLAS takes"),
                       ShapeError);
}

TEST_CASE("rows of a large product's operands or result may not be further apart than a BLAS counts") {
  const std::int64_t far = std::int64_t{1} << 31;
  const loops::Matrix<float> near{nullptr, 40, 40, 40, 1}, wide{nullptr, 40, 40, far, 1};
  const std::string text = "an extent is beyond what a BLAS takes: got 2147483648, want at most 2147483647";
  CHECK(test::error_text<ShapeError>([&] { loops::multiply<float>(near, wide, true, nullptr, 40); }) == text);
  CHECK(test::error_text<ShapeError>([&] { loops::multiply<float>(wide.transposed(), near, true, nullptr, 40); }) ==
        text);
  CHECK(test::error_text<ShapeError>([&] { loops::multiply<float>(near, near, false, nullptr, far); }) == text);
}

TEST_CASE("a row stride beyond what a BLAS counts is packed away") {
  const std::int64_t stride = (std::int64_t{1} << 31) + 16;
  const auto bytes = static_cast<std::size_t>(2 * stride) * sizeof(float);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    MESSAGE("no address space for 16 GiB: not tested");
    return;
  }
  {
    const Tensor rows = view(borrow_memory(static_cast<float*>(memory), {2, stride}), all(), range(1024));
    CHECK(rows.stride(0) == stride);
    fill_(view(rows, 0), 1);
    fill_(view(rows, 1), 2);
    CHECK(array_equal(matmul(rows, ones({1024, 32})), tensor({{1024.}, {2048.}}) + zeros({2, 32})));
    CHECK(array_equal(matmul(ones({32, 1024}), transpose(rows)), tensor({{1024., 2048.}}) + zeros({32, 2})));
    // The stride of a single row is never used.
    const Tensor column = transpose(view(rows, range(0, 1)));
    CHECK(array_equal(matmul(column, ones({1024, 32}), {.transpose_a = true}), full({1, 32}, 1024.)));
    const Tensor weight = ones({1, 32}).set_requires_grad();
    matmul(column, weight).backward(ones({1024, 32}));
    CHECK(array_equal(weight.grad(), full({1, 32}, 1024.)));
  }
  munmap(memory, bytes);
}

TEST_CASE("sum_to counts bools") {
  const Tensor x = tensor({{true, false, true}, {true, true, true}});
  CHECK(array_equal(sum_to(x, {3}), tensor({2, 1, 2})));
}

TEST_CASE("a custom op that is gone is still named by messages about its graph") {
  const Tensor x = ones({2}).set_requires_grad();
  Tensor y;
  {
    const CustomFunction f = custom_function({
        .name = "a_long_name_that_lives_on_the_heap",
        .forward = [](Inputs in, Outputs out) { out[0].as<float>()[0] = out[0].as<float>()[1] = in[0].as<float>()[0]; },
        .vjp = [](const Record&, const Cotangents& ct) -> Cotangents { return {ct[0]}; },
    });
    y = f({x});
  }
  const Tensor loss = sum(y);
  loss.backward();
  try {
    y.backward(ones({2}));
    FAIL("no error");
  } catch (const GraphError& error) {
    CHECK(std::string(error.what()).find("a_long_name_that_lives_on_the_heap") != std::string::npos);
  }
}

TEST_CASE("a gradient with a graph is kept without it") {
  Tensor x = ones({3}).set_requires_grad();
  x.set_grad(grad(sum(x * x * x), x, {.create_graph = true}));
  CHECK_FALSE(x.grad().requires_grad());
  sum(x * x).backward();
  CHECK(array_equal(x.grad(), full({3}, 5.0)));
}

TEST_CASE("set_data and raw writes refuse what cannot be right") {
  Tensor x = ones({2}).set_requires_grad();
  CHECK_THROWS_AS(x.set_data(tensor({1, 2})), DtypeError);
  x.set_data(x.detach());
  CHECK(array_equal(x.detach(), ones({2})));
  Tensor repeated = broadcast_to(ones({1}), {4});
  CHECK_THROWS_AS(repeated.mutable_data<float>(), ValueError);
}

TEST_CASE("assigned layers keep their names and their parameters") {
  nn::Sequential model(nn::Linear(2, 3), nn::Tanh());
  const Tensor weight = model.get<nn::Linear>(0).weight;
  const nn::Sequential other(nn::Linear(2, 3), nn::Tanh());
  model = other;
  CHECK(model.get<nn::Linear>(0).weight.state() == weight.state());
  CHECK(array_equal(weight, other.parameters()[0]));
  model.get<nn::Linear>(0) = nn::Linear(2, 5);
  CHECK(model.named_parameters()[0].first == "0.weight");
  model = nn::Sequential(nn::Tanh());
  CHECK(model.size() == 1);
  model = other;
  CHECK(model.named_parameters().size() == 2);
}

TEST_CASE("SGD with momentum goes on after a conversion of the model") {
  nn::Linear layer(2, 1);
  optim::SGD sgd(layer.parameters(), {.lr = 0.1, .momentum = 0.9});
  for (const Dtype dtype : {float32, float64}) {
    layer.to(dtype);
    sgd.zero_grad();
    sum(layer(ones({1, 2}, dtype))).backward();
    sgd.step();
  }
  CHECK(layer.weight.dtype() == float64);
}
