// The parts of Shape that check or print.
// Not here: broadcasting (loops/elementwise.cpp).
#include <xgrad/autodiff/shape.hpp>

#include <xgrad/autodiff/error.hpp>

#include <limits>

namespace xgrad {

Shape::Shape(const std::int64_t* extents, int rank) {
  for (int i = 0; i < rank; ++i) push_back(extents[i]);
}

void Shape::push_back(std::int64_t extent) {
  if (extent < 0) throw ShapeError("shape: an extent is negative: got " + std::to_string(extent) + ", want 0 or more");
  if (rank_ == max_rank) throw ShapeError("shape: too many axes: got more than " + std::to_string(max_rank));
  extents_[rank_++] = extent;
  std::int64_t elements = 1;
  bool overflows = false;
  for (int i = 0; i < rank_; ++i) overflows |= __builtin_mul_overflow(elements, extents_[i], &elements);
  if (overflows || elements > std::numeric_limits<std::int64_t>::max() / 8)
    throw ShapeError("shape: too many elements for the memory of any machine: got " + to_string(*this));
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.rank(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + (shape.rank() == 1 ? ",)" : ")");
}

}  // namespace xgrad
