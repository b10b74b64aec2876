// safetensors: every tensor comes back bit for bit, and files of the Python package are read.
// Not here: files that break the format (test_safetensors_errors.cpp).
#include <xgrad/io/safetensors.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "support/temporary_folder.hpp"

using namespace xgrad;
using test::read_text;
using test::TemporaryFolder;

namespace {

std::string bytes_of(const Tensor& x) {
  const Tensor packed = contiguous(x);
  return {static_cast<const char*>(packed.array().data), static_cast<std::size_t>(x.size()) * size_of(x.dtype())};
}

void check_same(const io::NamedTensors& got, const io::NamedTensors& want) {
  REQUIRE(got.size() == want.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(want[i].first);
    CHECK(got[i].first == want[i].first);
    CHECK(got[i].second.dtype() == want[i].second.dtype());
    CHECK(got[i].second.shape() == want[i].second.shape());
    CHECK(bytes_of(got[i].second) == bytes_of(want[i].second));
    CHECK_FALSE(got[i].second.requires_grad());
  }
}

void check_round_trip(const io::NamedTensors& tensors, const io::Metadata& metadata = {}) {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "file", tensors, metadata);
  io::Metadata loaded = {{"stays", "not"}};
  check_same(io::load_safetensors(folder / "file", &loaded), tensors);
  CHECK(loaded == metadata);
  CHECK(folder.count() == 1);
}

Tensor float_bits(const std::vector<std::uint32_t>& bits) {
  Tensor x = empty({static_cast<std::int64_t>(bits.size())}, float32);
  std::memcpy(x.mutable_data<float>(), bits.data(), 4 * bits.size());
  return x;
}

/// The tensors of golden/make_safetensors.py.
io::NamedTensors golden_tensors() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  return {
      {"layers.0.weight", tensor({{1.5, -0.0, inf}, {5e-324, 1e308, 0.1}}, float64)},
      {"layers.0.bias", float_bits({0x7FC12345, 0xFF800001, 0x00000001})},
      {"mask", tensor({true, false, true})},
      {"counts", reshape(tensor(std::vector<std::int64_t>{least, -(least + 1)}), {2, 1})},
      {"scalar", tensor(0.25, float32)},
      {"empty", zeros({0, 4}, float64)},
      {"größe", reshape(arange(8), {1, 2, 1, 2, 1, 2, 1, 1})},
  };
}

const io::Metadata golden_metadata = {{"format", "pt"}, {"größe", "x \"1\" \n y"}};

}  // namespace

TEST_CASE("every dtype and rank comes back bit for bit") {
  for (const Dtype dtype : {bool_, int64, float32, float64}) {
    io::NamedTensors tensors;
    Shape shape;
    for (int rank = 0; rank <= max_rank; ++rank) {
      const Tensor x = (reshape(arange(shape.numel()), shape) - 1).to(dtype);
      tensors.emplace_back("rank " + std::to_string(rank), x);
      if (rank < max_rank) shape.push_back(rank % 3 + 1);
    }
    check_round_trip(tensors);
  }
}

TEST_CASE("no tensors, no elements, odd names, metadata") {
  check_round_trip({});
  check_round_trip({{"a", zeros({0})}, {"b", zeros({3, 0, 2}, bool_)}, {"c", zeros({2})}, {"d", zeros({0}, int64)}});
  check_round_trip({{"", ones({1})}, {"a\"b\\c\n", ones({2})}, {std::string("n\0l", 3), ones({3})}, {"€", ones({4})}});
  check_round_trip({}, {{"epoch", "12"}, {"", ""}});
}

TEST_CASE("special values and NaN payloads") { check_round_trip(golden_tensors(), golden_metadata); }

TEST_CASE("a step that is being captured has no values to save") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(capture(
                      [&](const Tensor& x) {
                        io::save_safetensors(folder / "x", {{"x", exp(x)}});
                      },
                      ones({3})),
                  GraphError);
}

TEST_CASE("strided views are written as what they show") {
  const Tensor x = reshape(arange(24), {2, 3, 4}).to(float64);
  check_round_trip({
      {"transposed", transpose(x)},
      {"sliced", view(x, all(), range(1, 3), range(0, 4, 2))},
      {"broadcast", broadcast_to(tensor({1., 2., 3.}), {4, 3})},
      {"backwards", view(x, range(1, -3, -1))},
      {"in a graph", square(ones({3}, {.dtype = float32, .requires_grad = true}))},
  });
}

TEST_CASE("many tensors of mixed widths keep their order, and each is aligned") {
  io::NamedTensors tensors;
  for (int i = 0; i < 300; ++i) {
    constexpr Dtype dtypes[] = {bool_, float32, float64, int64};
    tensors.emplace_back("t" + std::to_string(i * 7919 % 300), full({i % 5}, 1, {.dtype = dtypes[i % 4]}));
  }
  check_round_trip(tensors);
  const TemporaryFolder folder;
  io::save_safetensors(folder / "file", {{"b", tensor({true})}, {"f", ones({1}, float32)}, {"d", ones({1}, float64)}});
  const std::string file = read_text(folder / "file");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), 8);
  CHECK(length % 8 == 0);
  const std::string header = file.substr(8, length);
  CHECK(header.substr(0, header.find_last_not_of(' ') + 1) ==
        R"({"b":{"data_offsets":[12,13],"dtype":"BOOL","shape":[1]},)"
        R"("f":{"data_offsets":[8,12],"dtype":"F32","shape":[1]},)"
        R"("d":{"data_offsets":[0,8],"dtype":"F64","shape":[1]}})");
  CHECK(file.size() == 8 + length + 13);
}

TEST_CASE("a loaded file replaces the old one") {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "file", {{"x", ones({3})}});
  io::save_safetensors(folder / "file", {{"x", zeros({2})}});
  check_same(io::load_safetensors(folder / "file"), {{"x", zeros({2})}});
  CHECK(folder.count() == 1);
}

TEST_CASE("a file of the Python package") {
  io::Metadata metadata;
  io::NamedTensors got = io::load_safetensors(XGRAD_GOLDEN_DIR "/python.safetensors", &metadata);
  CHECK(metadata == golden_metadata);
  io::NamedTensors want = golden_tensors();
  const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::sort(got.begin(), got.end(), by_name);
  std::sort(want.begin(), want.end(), by_name);
  check_same(got, want);
}

// make_safetensors.py --check shows that the Python package reads this file.
TEST_CASE("the file that the Python package reads is the one we write") {
  const TemporaryFolder folder;
  io::save_safetensors(folder / "file", golden_tensors(), golden_metadata);
  CHECK(read_text(folder / "file") == read_text(XGRAD_GOLDEN_DIR "/xgrad.safetensors"));
}
