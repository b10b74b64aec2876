// The extents of a tensor along its axes, up to 8 of them, without a heap.
// Not here: strides and data (array.hpp), broadcasting rules (loops/elementwise.hpp).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace xgrad {

/// The largest number of axes a tensor can have.
inline constexpr int max_rank = 8;

namespace detail {
/// Asks a constructor to leave alone what will be written anyway.
struct Uninitialized {};
}  // namespace detail

/// An ordered list of at most max_rank extents; `{}` is the shape of a 0-d tensor.
class Shape {
 public:
  constexpr Shape() : extents_{} {}
  /// Rank 0; the memory for extents stays as it is.
  explicit Shape(detail::Uninitialized) {}
  /// Errors: ShapeError for more than max_rank extents or a negative one.
  Shape(std::initializer_list<std::int64_t> extents) : Shape(extents.begin(), static_cast<int>(extents.size())) {}
  Shape(const std::int64_t* extents, int rank);

  constexpr int rank() const { return rank_; }
  constexpr std::int64_t operator[](int axis) const { return extents_[axis]; }
  constexpr std::int64_t& operator[](int axis) { return extents_[axis]; }
  constexpr const std::int64_t* begin() const { return extents_; }
  constexpr const std::int64_t* end() const { return extents_ + rank_; }

  /// Appends an axis. Errors: ShapeError beyond max_rank, for a negative extent, or beyond 2^60 elements.
  void push_back(std::int64_t extent);

  /// The product of the extents; 1 for a 0-d tensor.
  constexpr std::int64_t numel() const {
    std::int64_t n = 1;
    for (int i = 0; i < rank_; ++i) n *= extents_[i];
    return n;
  }

  friend constexpr bool operator==(const Shape& a, const Shape& b) {
    if (a.rank_ != b.rank_) return false;
    for (int i = 0; i < a.rank_; ++i)
      if (a.extents_[i] != b.extents_[i]) return false;
    return true;
  }

 private:
  std::int64_t extents_[max_rank];
  int rank_ = 0;
};

/// As Python prints a tuple: "()", "(3,)", "(2, 3)".
std::string to_string(const Shape& shape);

}  // namespace xgrad
