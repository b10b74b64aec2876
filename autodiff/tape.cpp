// The backward pass in four steps: collect the nodes, order them, check what they saved, run their rules.
// Not here: user-facing checks of outputs, inputs and cotangents (grad.cpp).
#include <xgrad/autodiff/backward_pass.hpp>

#include <xgrad/autodiff/capture/trace.hpp>
#include <xgrad/autodiff/describe.hpp>
#include <xgrad/autodiff/guards.hpp>
#include <xgrad/autodiff/inplace.hpp>
#include <xgrad/autodiff/ops/elementwise.hpp>
#include <xgrad/autodiff/ops/infer.hpp>
#include <xgrad/autodiff/ops/reductions.hpp>
#include <xgrad/autodiff/ops/shaping.hpp>
#include <xgrad/autodiff/scope.hpp>

#include <algorithm>
#include <atomic>

namespace xgrad {

void Record::fail_unsaved(const std::string& value) const {
  throw GraphError(with_context(node_->op->name, "the rule asks for " + value + ", which the op did not save", "",
                                Site{node_->file, node_->line}));
}

Tensor Record::output(std::size_t i) const {
  if (i == 0) return output();
  Tensor result = Tensor::share(node_->inputs()[input_count() + i - 1].state).detach();
  detail::link_output(detail::state_of(node_), result.state(), static_cast<std::uint8_t>(i));
  return result;
}

bool Record::is_wanted(const detail::State* input) const { return pass_->wants(input); }

namespace detail {

namespace {

constinit std::atomic<std::uint64_t> last_pass{0};

// Room for the graph of a small model without growing.
constexpr std::size_t expected_nodes = 32;

Site site_of(const Node* node) { return {node->file, node->line}; }

[[noreturn]] void fail_spent(const Node* node) {
  throw GraphError(with_context("backward",
                                std::string("the graph was used up by an earlier backward pass: got to `") +
                                    node->op->name + "`, recorded at " + describe(site_of(node)) +
                                    ", want retain_graph = true in the earlier pass",
                                "", context.scope->site));
}

[[noreturn]] void fail_version(const Node* node, const std::string& what, std::uint32_t saved, std::uint32_t now) {
  throw VersionError(with_context("backward",
                                  what + " that `" + node->op->name + "` saved at " + describe(site_of(node)) +
                                      " was overwritten in place: got version " + std::to_string(now) + ", want " +
                                      std::to_string(saved),
                                  "", context.scope->site));
}

[[gnu::always_inline]] inline void check_versions(Node* node) {
  for (int i = 0; i < node->input_count; ++i) {
    const Input& input = node->inputs()[i];
    if (!input.has_handle) continue;
    const std::uint32_t version = input.state->storage->version.value();
    if (version != input.version) fail_version(node, "operand " + std::to_string(i), input.version, version);
  }
  if (!node->saves_output()) return;
  const std::uint32_t version = state_of(node)->storage->version.value();
  if (version != node->output_version) fail_version(node, "the result", node->output_version, version);
}

// Adds x to y, of one shape and dtype, in memory that nobody else sees: no check and no version.
void add_to(const Tensor& y, const Tensor& x) {
  if (context.trace != nullptr) {
    add_(y, x);
    return;
  }
  State* const operands[] = {y.state(), x.state()};
  State* result = y.state();
  ops::run_binary<kernels::Binary::add>(Inputs(operands, 2), Attrs(nullptr), Outputs(&result, 1));
}

// True if `ct` differs from the operand only along axes where the output made it longer.
bool is_broadcast(const Shape& ct, const Shape& operand, const Shape& output) {
  if (ct.rank() != output.rank()) return false;
  const int lead = ct.rank() - operand.rank();
  for (int axis = 0; axis < ct.rank(); ++axis) {
    const std::int64_t extent = axis < lead ? 1 : operand[axis - lead];
    if (ct[axis] != extent && (extent != 1 || ct[axis] != output[axis])) return false;
  }
  return true;
}

}  // namespace

BackwardPass::BackwardPass(const std::vector<Tensor>* wanted, bool recorded, bool retained)
    : targets(wanted),
      id(last_pass.fetch_add(1, std::memory_order_relaxed) + 1),
      create_graph(recorded),
      retain_graph(retained),
      outer(context.pass) {
  if (targets != nullptr) results.resize(targets->size());
  context.pass = this;
}

BackwardPass::~BackwardPass() { context.pass = outer; }

bool BackwardPass::wants(const State* state) const {
  if (targets == nullptr) return true;
  if (state->producer != nullptr) return state->producer->pass == id;
  return std::any_of(targets->begin(), targets->end(), [&](const Tensor& t) { return t.state() == state; });
}

bool BackwardPass::reaches(const State* target) const {
  if (target->producer != nullptr) return target->producer->pass == id;
  return std::any_of(nodes.begin(), nodes.end(), [&](const Node* node) {
    return std::any_of(node->inputs(), node->inputs() + node->input_count,
                       [&](const Input& input) { return input.is_differentiable && input.state == target; });
  });
}

void BackwardPass::check_not_in_use(const Node* node) const {
  for (const BackwardPass* pass = outer; pass != nullptr; pass = pass->outer)
    if (node->pass == pass->id)
      throw GraphError(with_context("backward", "this part of the graph is being differentiated by an outer pass", "",
                                    context.scope->site));
}

void BackwardPass::collect(const Tensor* outputs, std::size_t count) {
  nodes.reserve(expected_nodes);
  std::uint32_t slots = 0;
  const auto visit = [ this, &slots ](const State* state) __attribute__((always_inline)) {
    Node* node = state->producer;
    if (node == nullptr || node->pass == id) return;
    if (outer != nullptr) check_not_in_use(node);
    // Recording would use the graph up, and no replay would compute its values.
    if (context.trace != nullptr && state_of(node)->held_edges == 0)
      throw GraphError(with_context("backward",
                                    std::string("a step that is being captured differentiates a graph from outside: "
                                                "got to `") +
                                        node->op->name + "`, recorded at " + describe(site_of(node)) +
                                        ", want it recorded by the step, or detach()",
                                    "", context.scope->site));
    node->pass = id;
    node->slot = slots;
    slots += static_cast<std::uint32_t>(node->op->outputs);
    nodes.push_back(node);
  };
  const auto check = [](Node* node) {
    if (node->spent) fail_spent(node);
    check_versions(node);
  };
  for (std::size_t i = 0; i < count; ++i) visit(outputs[i].state());
  // One pass over the nodes where they lie in order already: for large graphs each pass is one over memory.
  bool is_sorted = true;
  std::uint64_t last = ~std::uint64_t{0};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node* node = nodes[i];
    is_sorted &= node->sequence <= last;
    last = node->sequence;
    if (targets == nullptr) check(node);
    for (int k = node->input_count - 1; k >= 0; --k)
      if (const Input& input = node->inputs()[k]; input.is_differentiable) visit(input.state);
  }
  if (!is_sorted)
    std::sort(nodes.begin(), nodes.end(), [](const Node* a, const Node* b) { return a->sequence > b->sequence; });
  if (targets != nullptr) {
    drop_useless();
    std::for_each(nodes.begin(), nodes.end(), check);
  }
  cotangents.resize(slots);
}

// Keeps the nodes from which a target can be reached, in the order of recording.
void BackwardPass::drop_useless() {
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    Node* node = *it;
    bool useful = std::any_of(targets->begin(), targets->end(),
                              [&](const Tensor& target) { return target.state()->producer == node; });
    for (int k = 0; k < node->input_count && !useful; ++k)
      useful = node->inputs()[k].is_differentiable && wants(node->inputs()[k].state);
    if (!useful) node->pass = 0;
  }
  std::erase_if(nodes, [](const Node* node) { return node->pass == 0; });
}

void BackwardPass::run() {
  const GradMode mode(create_graph);
  CompositeScope scope(Site{});
  for (Node* node : nodes) {
    scope.set_site(site_of(node));
    run_node(node);
    if (!retain_graph) release_saved(node);
  }
}

void BackwardPass::run_node(Node* node) {
  const auto outputs = static_cast<std::size_t>(node->op->outputs);
  const Cotangents incoming = Cotangents::borrowed(&cotangents[node->slot], outputs);
  bool any = false;
  for (std::size_t i = 0; i < outputs; ++i) any |= incoming[i].defined();
  if (!any) return;
  bool needed = targets == nullptr;
  if (targets != nullptr) {
    for (std::size_t t = 0; t < targets->size(); ++t)
      if (const State* state = (*targets)[t].state(); state->producer == node)
        results[t] = incoming[state->output_index];
    for (int i = 0; i < node->input_count; ++i)
      needed |= node->inputs()[i].is_differentiable && wants(node->inputs()[i].state);
  }
  if (!needed) return clear(node);
  const Record record(node, targets == nullptr ? nullptr : this);
  Cotangents outgoing = node->op->vjp(record, incoming);
  if (outgoing.size() != record.input_count())
    throw GraphError(with_context(node->op->name,
                                  "the rule returned " + std::to_string(outgoing.size()) + " cotangents, want " +
                                      std::to_string(record.input_count()),
                                  "", site_of(node)));
  clear(node);
  for (std::size_t i = 0; i < outgoing.size(); ++i) {
    const Input& input = node->inputs()[i];
    if (!outgoing[i].defined() || !input.is_differentiable || (targets != nullptr && !wants(input.state))) continue;
    if (const Array& ct = outgoing[i].array(); ct.dtype != input.state->dtype || ct.shape != input.state->shape)
      fit(node, i, outgoing[i]);
    deliver(input.state, std::move(outgoing[i]));
  }
}

void BackwardPass::clear(const Node* node) {
  for (int i = 0; i < node->op->outputs; ++i) cotangents[node->slot + static_cast<std::size_t>(i)] = Tensor();
}

// Undoes broadcasting where the op declares it; anything else that does not fit is a mistake in the rule.
void BackwardPass::fit(const Node* node, std::size_t i, Tensor& cotangent) const {
  const State* input = node->inputs()[i].state;
  if (cotangent.dtype() == input->dtype && node->op->broadcasts &&
      is_broadcast(cotangent.shape(), input->shape, state_of(node)->shape)) {
    cotangent = sum_to(cotangent, input->shape);
    return;
  }
  throw GraphError(with_context(node->op->name,
                                "the rule returned a cotangent that does not fit operand " + std::to_string(i) +
                                    ": got " + describe(cotangent) + ", want " + describe(*input),
                                "", site_of(node)));
}

void BackwardPass::deliver(State* state, Tensor&& cotangent) {
  if (state->producer != nullptr)
    return accumulate(cotangents[state->producer->slot + state->output_index], std::move(cotangent));
  if (targets != nullptr) {
    for (std::size_t t = 0; t < targets->size(); ++t)
      if ((*targets)[t].state() == state) accumulate(results[t], Tensor(cotangent));
    return;
  }
  if (context.trace != nullptr) context.trace->touch_grad(state, false);
  // Goes back to the leaf on every way out.
  struct LeafGrad {
    State* leaf;
    Tensor value = Tensor::adopt(std::exchange(leaf->grad, nullptr));
    ~LeafGrad() { leaf->grad = value.release(); }
  } grad{state};
  // The leaf keeps its gradient beyond the pass and lets others write to it: it must not share memory.
  if (!grad.value.defined() && !(is_sole_user(cotangent.state()) && cotangent.is_contiguous()))
    grad.value = clone(cotangent);
  else
    accumulate(grad.value, std::move(cotangent));
}

// Adds in place only where nobody else can see the memory and nothing is recorded. A rule that returns one tensor for
// two operands (x + x) leaves it to itself here.
void BackwardPass::accumulate(Tensor& sum, Tensor&& cotangent) const {
  if (!sum.defined()) {
    sum = std::move(cotangent);
    return;
  }
  const auto own = [this](const Tensor& tensor) {
    return !create_graph && tensor.is_contiguous() && is_sole_user(tensor.state());
  };
  const bool is_same = sum.state() == cotangent.state();
  if (is_same) cotangent = Tensor();
  const Tensor& other = is_same ? sum : cotangent;
  if (own(sum)) {
    add_to(sum, other);
  } else if (!is_same && own(cotangent)) {
    add_to(cotangent, sum);
    sum = std::move(cotangent);
  } else {
    sum = add(sum, other);
  }
}

}  // namespace detail
}  // namespace xgrad
