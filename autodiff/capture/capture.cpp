// Which recording serves a call.
// Not here: recording (trace.cpp), replaying (program.cpp).
#include <xgrad/autodiff/capture.hpp>

#include <xgrad/autodiff/capture/program.hpp>
#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/describe.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace xgrad::detail {
namespace {

// Beyond these the one not used for longest is forgotten: their memory stays planned.
constexpr std::size_t most_recordings = 32;

void check_inputs(const Tensor* inputs, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!inputs[i].defined())
      throw ValueError(
          with_context("capture", "input " + std::to_string(i) + " is an undefined tensor", "", user_site({})));
    if (inputs[i].requires_grad())
      throw GraphError(with_context(
          "capture",
          "input " + std::to_string(i) + " requires a gradient: want detach(), or the step to find it outside",
          describe(inputs[i]), user_site({})));
  }
}

// A tensor of the same layout, over memory of its own.
Tensor stand_in(const Tensor& input) {
  const Array& given = input.array();
  if (given.contiguous) return empty_like(input);
  std::int64_t before = 0, after = 0;  // of the elements that lie furthest from the first
  for (int axis = 0; axis < given.shape.rank() && given.numel > 0; ++axis)
    (given.strides[axis] < 0 ? before : after) += (given.shape[axis] - 1) * given.strides[axis];
  const Tensor memory = empty({after - before + 1}, given.dtype);
  Tensor result = memory.detach();
  static_cast<Array&>(*result.state()) = given;
  result.state()->data =
      static_cast<unsigned char*>(memory.state()->data) - before * static_cast<std::ptrdiff_t>(size_of(given.dtype));
  return result;
}

std::vector<Tensor> stand_ins(const Tensor* inputs, std::size_t count) {
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(stand_in(inputs[i]));
  return result;
}

/// Set while it lives.
class Flag {
 public:
  explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
  ~Flag() { flag_ = false; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Recordings::~Recordings() {
  for (const Program* program : programs_) delete program;
}
Recordings::Recordings(Recordings&& other) noexcept
    : step_(std::move(other.step_)), programs_(std::exchange(other.programs_, {})) {}
Recordings& Recordings::operator=(Recordings&& other) noexcept {
  std::swap(step_, other.step_);
  std::swap(programs_, other.programs_);
  return *this;
}

void Recordings::record(const Tensor* inputs, std::size_t count) {
  check_inputs(inputs, count);
  Trace trace(stand_ins(inputs, count));
  std::vector<Tensor> outputs = step_(trace.inputs());
  const std::vector<int> numbers = trace.finish(std::move(outputs));
  auto program = std::make_unique<Program>(trace, numbers);
  programs_.insert(programs_.begin(), program.get());
  static_cast<void>(program.release());
  if (programs_.size() <= most_recordings) return;
  delete programs_.back();
  programs_.pop_back();
}

void Recordings::replay(const Tensor* inputs, std::size_t count) {
  if (context.trace != nullptr || is_running_)
    throw GraphError(with_context("capture", "a captured step is called inside of a captured step: want the plain one",
                                  "", user_site({})));
  check_inputs(inputs, count);
  const auto fits = [&](const Program* program) { return program->fits(inputs, count); };
  if (programs_.empty() || !fits(programs_.front())) {
    const auto found = std::find_if(programs_.begin(), programs_.end(), fits);
    if (found == programs_.end())
      record(inputs, count);
    else
      std::rotate(programs_.begin(), found, found + 1);
  }
  const Flag running(is_running_);
  programs_.front()->run(inputs);
}

std::size_t Recordings::output_count() const { return programs_.front()->output_count(); }
const Tensor& Recordings::output(std::size_t i) const { return programs_.front()->output(i); }
std::size_t Recordings::step_count() const { return programs_.front()->step_count(); }
std::size_t Recordings::planned_bytes() const { return programs_.front()->planned_bytes(); }

}  // namespace xgrad::detail
