// How a step is noted down. Every state that takes part is kept, by an edge if the step made it, so that its address
// names it; is_sole_user does not count that.
// Not here: replaying (program.cpp).
#include <xgrad/autodiff/capture/trace.hpp>

#include <xgrad/autodiff/context.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/record.hpp>

#include <utility>

namespace xgrad::detail {

Trace::Trace(std::vector<Tensor> inputs) : inputs_(std::move(inputs)) {
  if (context.trace != nullptr)
    throw GraphError(
        with_context("capture", "a step is being captured already: want one inside of no other", "", user_site({})));
  for (const Tensor& input : inputs_) add(input.state(), TracedValue::Kind::input);
  context.trace = this;
}

Trace::~Trace() {
  if (context.trace == this) context.trace = nullptr;
  restore_grads();
  for (const TracedValue& value : values_) {
    const bool by_edge = value.state->held_edges != 0;
    value.state->held_edges = value.state->held_handles = 0;
    by_edge ? drop_edge(value.state) : drop_handle(value.state);
  }
}

int Trace::add(State* state, TracedValue::Kind kind) {
  const int number = static_cast<int>(values_.size());
  values_.push_back({state, kind});
  if (kind == TracedValue::Kind::result || kind == TracedValue::Kind::view) {
    add_edge(state);
    state->held_edges = 1;
  } else {
    add_handle(state);
    state->held_handles = kind == TracedValue::Kind::leaf_grad ? 2 : 1;  // one more as the leaf's initial gradient
  }
  numbers_.emplace(state, number);  // last: if there is no memory for it, the destructor finds what it drops
  return number;
}

int Trace::number_of(State* state) {
  const auto known = numbers_.find(state);
  return known != numbers_.end() ? known->second : add(state, TracedValue::Kind::outside);
}

TracedStep& Trace::add_op(const Op& op, State* const* inputs, std::size_t count, const void* attrs,
                          std::size_t attrs_bytes, Site site) {
  TracedStep step{.site = user_site(site), .op = &op};
  for (std::size_t i = 0; i < count; ++i) step.inputs.push_back(number_of(inputs[i]));
  const auto* bytes = static_cast<const unsigned char*>(attrs);
  if (attrs_bytes != 0) step.attrs.assign(bytes, bytes + attrs_bytes);
  return steps_.emplace_back(std::move(step));
}

void Trace::op(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
               State* const* outputs, std::size_t output_count, const Tensor& owner, Site site) {
  TracedStep& step = add_op(op, inputs, count, attrs, attrs_bytes, site);
  step.owner = owner;
  for (std::size_t i = 0; i < output_count; ++i) step.outputs.push_back(add(outputs[i], TracedValue::Kind::result));
}

void Trace::write(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
                  State* target, Site site) {
  const int number = number_of(target);
  const TracedValue& value = values_[static_cast<std::size_t>(number)];
  const TracedValue& memory = value.base < 0 ? value : values_[static_cast<std::size_t>(value.base)];
  if (memory.kind == TracedValue::Kind::input)
    throw GraphError(with_context("capture", "the step writes into its own input: want clone() first",
                                  describe(*target), user_site(site)));
  // Small values are copied where larger ones are shared (share_storage): what the write changes would depend on that.
  if (memory.state != target && memory.state->producer != nullptr)
    throw GraphError(with_context("capture",
                                  "the step writes into a view of the result of `" +
                                      std::string(memory.state->producer->op->name) + "`: want clone() first",
                                  describe(*target), user_site(site)));
  TracedStep& step = add_op(op, inputs, count, attrs, attrs_bytes, site);
  step.is_write = true;
  step.outputs.push_back(number);
}

void Trace::view(State* view, State* base) {
  const int number = number_of(base);
  const std::ptrdiff_t offset = static_cast<unsigned char*>(view->data) - static_cast<unsigned char*>(base->data);
  const auto& [state, kind, inner, inner_offset] = values_[static_cast<std::size_t>(number)];
  const int memory = kind == TracedValue::Kind::view ? inner : number;
  const std::ptrdiff_t from = kind == TracedValue::Kind::view ? inner_offset + offset : offset;
  TracedValue& added = values_[static_cast<std::size_t>(add(view, TracedValue::Kind::view))];
  added.base = memory;
  added.offset = from;
}

void Trace::call(Callback<void()> callback) {
  announce_grads();
  TracedStep step{.kind = TracedStep::Kind::call, .site = user_site({})};
  step.call = std::move(callback);
  steps_.push_back(std::move(step));
}

void Trace::touch_grad(State* leaf, bool is_cleared) {
  for (const TracedLeaf& known : leaves_)
    if (known.leaf.state() == leaf) return;
  const bool is_shared = leaf->grad != nullptr && !is_sole_user(leaf->grad);
  leaves_.push_back({Tensor::share(leaf), Tensor::share(leaf->grad), !is_cleared, is_shared, leaf->grad});
  if (!is_cleared && leaf->grad != nullptr && !numbers_.contains(leaf->grad))
    add(leaf->grad, TracedValue::Kind::leaf_grad);
}

// Notes down which leaves have another gradient than when it was last asked.
void Trace::announce_grads() {
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    TracedLeaf& leaf = leaves_[i];
    State* grad = leaf.leaf.state()->grad;
    if (grad == leaf.announced) continue;
    TracedStep step{.kind = TracedStep::Kind::set_grad};
    step.leaf = static_cast<int>(i);
    step.grad = grad == nullptr ? -1 : number_of(grad);
    steps_.push_back(std::move(step));
    leaf.announced = grad;
  }
}

void Trace::restore_grads() noexcept {
  for (TracedLeaf& leaf : leaves_) {
    if (!leaf.leaf.defined()) continue;
    const Tensor last = Tensor::adopt(std::exchange(leaf.leaf.state()->grad, nullptr));
    leaf.leaf.state()->grad = Tensor(leaf.initial).release();
  }
}

// What the step made must be gone now, but for what it returned: nobody would fill it.
void Trace::check_nothing_escapes() const {
  for (auto value = values_.rbegin(); value != values_.rend(); ++value) {
    const bool is_input = value->kind == TracedValue::Kind::input;
    const bool is_ours = value->kind == TracedValue::Kind::result || value->kind == TracedValue::Kind::view;
    if (is_input ? value->state->handles.value() <= 2 : !is_ours || value->state->handles.value() == 0) continue;
    std::string what = is_input ? "one of its inputs" : "a view of a value";
    Site site;
    const int number = static_cast<int>(values_.rend() - value) - 1;
    for (const TracedStep& step : steps_)
      for (const int output : step.outputs)
        if (output == number && !step.is_write) {
          what = std::string("the result of `") + step.op->name + "`";
          site = step.site;
        }
    throw GraphError(with_context("capture", "the step keeps " + what + " beyond its end: want it returned",
                                  describe(*value->state), site));
  }
}

std::vector<int> Trace::finish(std::vector<Tensor> outputs) {
  announce_grads();
  std::vector<int> numbers;
  for (const Tensor& output : outputs) numbers.push_back(output.defined() ? number_of(output.state()) : -1);
  outputs.clear();
  restore_grads();
  context.trace = nullptr;
  // Graphs that the step left hold values; nobody will differentiate them.
  for (const TracedValue& value : values_)
    if (value.state->producer == value.state->own_node() && value.state->held_edges != 0)
      release_saved(value.state->producer);
  // Leaves that the step made are gone, and their gradients with them.
  for (TracedLeaf& leaf : leaves_)
    if (leaf.leaf.state()->handles.value() == 1U + leaf.leaf.state()->held_handles) leaf.leaf = Tensor();
  std::erase_if(steps_, [&](const TracedStep& step) {
    return step.kind == TracedStep::Kind::set_grad && !leaves_[static_cast<std::size_t>(step.leaf)].leaf.defined();
  });
  check_nothing_escapes();
  return numbers;
}

void check_readable(const char* function, const Tensor& tensor) {
  if (context.trace == nullptr) return;
  throw GraphError(with_context(function,
                                "a value is read while a step is being captured: want it returned by the step, or "
                                "where() in place of a decision",
                                describe(tensor), user_site({})));
}

void run_op(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
            State* output, Site site) {
  if (context.trace != nullptr) return context.trace->op(op, inputs, count, attrs, attrs_bytes, &output, 1, {}, site);
  op.forward(Inputs(inputs, count), Attrs(attrs), Outputs(&output, 1));
}

void run_check(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
               Site site) {
  const Tensor nothing = Tensor::adopt(new_state());
  nothing.state()->shape = {0};
  allocate_data(nothing.state());
  try {
    run_op(op, inputs, count, attrs, attrs_bytes, nothing.state(), site);
  } catch (Error&) {
    rethrow_with_operands(op, inputs, count, user_site(site));
  }
}

void run_write(const Op& op, State* const* inputs, std::size_t count, const void* attrs, std::size_t attrs_bytes,
               State* target, Site site) {
  if (context.trace != nullptr)
    context.trace->write(op, inputs, count, attrs, attrs_bytes, target, site);
  else
    op.forward(Inputs(inputs, count), Attrs(attrs), Outputs(&target, 1));
  target->storage->version.increment();
}

}  // namespace xgrad::detail
