// The table of a model, in columns.
// Not here: the call of the model (summary.hpp).
#include <xgrad/nn/summary.hpp>

#include <xgrad/autodiff/creation.hpp>
#include <xgrad/autodiff/guards.hpp>

#include <cxxabi.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <typeinfo>
#include <utility>
#include <vector>

namespace xgrad::nn {

constinit thread_local CallObserver* call_observer = nullptr;

namespace {

// Together with a shape of four axes and ten digits of parameters they fill 80 columns.
constexpr std::size_t widest_name = 26, widest_type = 18;

std::string cut(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 3) + "...";
}

std::string with_commas(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t from_end = 3; from_end < text.size(); from_end += 4) text.insert(text.size() - from_end, 1, ',');
  return text;
}

struct Count {
  std::int64_t all = 0, trainable = 0;
  void add(const Tensor& parameter) {
    all += parameter.size();
    if (parameter.requires_grad()) trainable += parameter.size();
  }
};

/// The parameters that belong to the module of that name itself.
Count own_parameters(const StateDict& parameters, const std::string& module) {
  Count count;
  for (const auto& [name, parameter] : parameters) {
    const std::size_t dot = name.rfind('.');
    if ((dot == std::string::npos ? "" : name.substr(0, dot)) == module) count.add(parameter);
  }
  return count;
}

using Row = std::array<std::string, 4>;  // an output "" everywhere: no such column

Row row_of(const std::string& name, const Module& module, const std::string& output, const Count& own) {
  const auto depth = static_cast<std::size_t>(std::count(name.begin(), name.end(), '.')) + !name.empty();
  const std::string label = name.empty() ? "model" : name.substr(name.rfind('.') + 1);
  std::string parameters = own.all == 0 ? "-" : with_commas(own.all);
  parameters += own.all != 0 && own.trainable == 0 ? "*" : " ";
  return {cut(std::string(2 * depth, ' ') + label, widest_name), cut(type_name(module), widest_type), output,
          parameters};
}

std::string table_of(const std::vector<Row>& rows, const Count& total) {
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  std::size_t line_width = 0;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string padding(widths[i] - row[i].size(), ' ');
      line += (line.empty() ? "" : "  ") + (i == 3 ? padding + row[i] : row[i] + padding);
    }
    line_width = line.size() - 1;  // but for the place of the star
    if (line.back() == ' ') line.pop_back();
    text += line + "\n";
    if (&row == &rows.front()) text += std::string(line_width, '-') + "\n";
  }
  text += std::string(line_width, '-') + "\nparameters: " + with_commas(total.all) +
          ", trainable: " + with_commas(total.trainable) + ", frozen*: " + with_commas(total.all - total.trainable) +
          "\n";
  return text;
}

}  // namespace

std::string type_name(const Module& module) {
  const char* mangled = typeid(module).name();
  int status = 0;
  char* demangled = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
  std::string name = status == 0 ? demangled : mangled;
  std::free(demangled);  // NOLINT: malloc is how __cxa_demangle allocates
  // A member is a Submodule<Linear>, which says no more than Linear.
  const std::string wrapper = "xgrad::nn::Submodule<";
  if (name.starts_with(wrapper)) name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
  // The last "::" outside of brackets ends the qualifiers.
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    depth += (name[i] == '<' || name[i] == '(') - (name[i] == '>' || name[i] == ')');
    if (depth == 0 && name[i] == ':' && name[i + 1] == ':') start = i + 2;
  }
  return name.substr(start);
}

std::string to_string(const Module& model) {
  const StateDict parameters = model.named_parameters();
  std::vector<Row> rows{{"name", "type", "", "parameters "}};
  Count total;
  for (const auto& [name, parameter] : parameters) total.add(parameter);
  for (const auto& [name, module] : model.named_modules())
    rows.push_back(row_of(name, *module, "", own_parameters(parameters, name)));
  return table_of(rows, total);
}

/// Runs a model in evaluation mode and remembers the shape of each module's last result.
class SummaryRun : CallObserver {
 public:
  explicit SummaryRun(const Module& model);
  ~SummaryRun();
  SummaryRun(const SummaryRun&) = delete;
  SummaryRun& operator=(const SummaryRun&) = delete;

  /// Zeros.
  Tensor input(const Shape& shape, const SummaryOptions& options) const;
  std::string table() const;

 private:
  struct Entry {
    std::string name;
    const Module* module;
    bool was_training;
    std::optional<Shape> output;
  };

  void called(const Module& module, const Tensor& result) override;

  const Module& model_;
  std::vector<Entry> entries_;
  CallObserver* before_;
  NoGrad guard_;
};

SummaryRun::SummaryRun(const Module& model) : model_(model), before_(call_observer) {
  for (auto& [name, module] : model.named_modules())
    entries_.push_back({name, module, module->is_training(), std::nullopt});
  for (const Entry& entry : entries_) entry.module->training_ = false;
  call_observer = this;
}

SummaryRun::~SummaryRun() {
  for (const Entry& entry : entries_) entry.module->training_ = entry.was_training;
  call_observer = before_;
}

Tensor SummaryRun::input(const Shape& shape, const SummaryOptions& options) const {
  const std::vector<Tensor> parameters = model_.parameters();
  const Dtype dtype = parameters.empty() ? default_dtype() : parameters.front().dtype();
  return zeros(shape, options.dtype.value_or(dtype));
}

void SummaryRun::called(const Module& module, const Tensor& result) {
  for (Entry& entry : entries_)
    if (entry.module == &module) entry.output = result.shape();
}

std::string SummaryRun::table() const {
  const StateDict parameters = model_.named_parameters();
  std::vector<Row> rows{{"name", "type", "output", "parameters "}};
  Count total;
  for (const auto& [name, parameter] : parameters) total.add(parameter);
  for (const Entry& entry : entries_)
    rows.push_back(row_of(entry.name, *entry.module, entry.output ? to_string(*entry.output) : "-",
                          own_parameters(parameters, entry.name)));
  return table_of(rows, total);
}

std::string summarize(const Module& model, const Shape& input_shape, const SummaryOptions& options, const void* object,
                      void (*call)(const void* object, const Tensor& x)) {
  SummaryRun run(model);
  call(object, run.input(input_shape, options));
  return run.table();
}

}  // namespace xgrad::nn
