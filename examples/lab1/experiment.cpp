// The order of the random numbers.
// Not here: the numbers (numpy_random.hpp).
#include "experiment.hpp"

#include "numpy_random.hpp"

namespace lab1 {
namespace {

Experiment with_network(const TrainOptions& options, Dataset dataset, NumpyRandom& random) {
  const Objective objective(options.loss, dataset.classes.size());
  const Architecture shape = architecture(options, dataset.points.shape(1), objective.outputs());
  return {options, std::move(dataset), objective, shape, make_network(shape, random)};
}

}  // namespace

Experiment make_experiment(const TrainOptions& options, const std::string& data) {
  NumpyRandom random(options.seed);
  if (!options.csv.empty()) return with_network(options, csv_data(options.csv), random);
  Experiment linear = with_network(options, linear_data(static_cast<std::size_t>(options.points), random), random);
  return data == "linear" ? linear : with_network(options, xor_data(), random);
}

}  // namespace lab1
