// One window after the other.
// Not here: windows along an axis (windows.hpp).
#include <xgrad/autodiff/loops/pooling.hpp>

#include <xgrad/autodiff/loops/parallel.hpp>
#include <xgrad/autodiff/loops/strided.hpp>
#include <xgrad/autodiff/visit_dtype.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace xgrad::loops {
namespace {

/// The elements of a window that are inside the image, as rows and columns of the kernel, and where element (0, 0)
/// would be in the image.
struct Window {
  Span rows, columns;
  std::int64_t origin, row_step, column_step;

  std::int64_t place(std::int64_t k, std::int64_t l) const { return origin + k * row_step + l * column_step; }
};

/// Calls f(first element of the image, number of the window among all, window row, window column, window) for every
/// window of every image; different images maybe in different threads.
template <class F>
void each_window(const Windows2d& windows, std::int64_t images, F&& f) {
  const Windows &rows = windows.rows, &columns = windows.columns;
  const std::int64_t of_image = rows.count * columns.count;
  parallel_for(images, of_image * (16 + 2 * rows.kernel * columns.kernel), [&](std::int64_t begin, std::int64_t end) {
    std::int64_t number = begin * of_image;
    for (std::int64_t image = begin; image < end; ++image)
      for (std::int64_t i = 0; i < rows.count; ++i) {
        const Span across_rows = elements_inside(rows, i);
        for (std::int64_t j = 0; j < columns.count; ++j) {
          const std::int64_t origin = element_of(rows, i, 0) * columns.extent + element_of(columns, j, 0);
          f(image * rows.extent * columns.extent, number++, i, j,
            Window{across_rows, elements_inside(columns, j), origin, rows.dilation * columns.extent, columns.dilation});
        }
      }
  });
}

std::int64_t count_images(const Array& array) { return array.shape[0] * array.shape[1]; }

template <class T>
std::int64_t first_nan(const T* image, const Window& window) {
  for (std::int64_t k = window.rows.begin; k < window.rows.end; ++k)
    for (std::int64_t l = window.columns.begin; l < window.columns.end; ++l)
      if (std::isnan(image[window.place(k, l)])) return window.place(k, l);
  return -1;
}

/// The place of the first maximum, NaN being the largest; -1 in a window without elements.
template <class T>
std::int64_t first_maximum(const T* image, const Window& window) {
  if (window.rows.size() == 0 || window.columns.size() == 0) return -1;
  std::int64_t best = window.place(window.rows.begin, window.columns.begin);
  T largest = image[best];
  bool has_nan = false;
  // Selections, not branches: which element is the largest is hard to predict.
  for (std::int64_t k = window.rows.begin; k < window.rows.end; ++k) {
    std::int64_t place = window.place(k, window.columns.begin);
    for (std::int64_t l = window.columns.begin; l < window.columns.end; ++l, place += window.column_step) {
      const T value = image[place];
      best = value > largest ? place : best;
      largest = value > largest ? value : largest;
      has_nan |= std::isnan(value);
    }
  }
  return has_nan ? first_nan(image, window) : best;
}

template <class F>
void each_maximum(const Windows2d& windows, const Array& x, F&& f) {
  visit_floating(x.dtype, [&]<class T>() {
    const T* data = x.as<const T>();
    each_window(windows, count_images(x),
                [&](std::int64_t image, std::int64_t number, std::int64_t, std::int64_t, const Window& window) {
                  const std::int64_t place = first_maximum(data + image, window);
                  f.template operator()<T>(number, place < 0 ? place : image + place);
                });
  });
}

/// How many elements of a window count along one axis. What hangs over the padding never does.
std::int64_t counted(const Windows& windows, std::int64_t o, const Span& inside, bool count_padding) {
  if (!count_padding) return inside.size();
  return std::min(windows.kernel, windows.extent + windows.padding - element_of(windows, o, 0));
}

double divisor(const Windows2d& windows, std::int64_t i, std::int64_t j, const Window& window, bool count_padding) {
  return static_cast<double>(counted(windows.rows, i, window.rows, count_padding) *
                             counted(windows.columns, j, window.columns, count_padding));
}

}  // namespace

void max_pool(const Windows2d& windows, const Array& x, const Array& out) {
  const Packed images(x);
  each_maximum(windows, *images, [&]<class T>(std::int64_t number, std::int64_t place) {
    out.as<T>()[number] = place < 0 ? -std::numeric_limits<T>::infinity() : images->as<const T>()[place];
  });
}

void max_pool_backward(const Windows2d& windows, const Array& g, const Array& x, const Array& out) {
  const Packed cotangent(g), images(x);
  clear(out);
  each_maximum(windows, *images, [&]<class T>(std::int64_t number, std::int64_t place) {
    if (place >= 0) out.as<T>()[place] += cotangent->as<const T>()[number];
  });
}

void max_pool_pick(const Windows2d& windows, const Array& u, const Array& x, const Array& out) {
  const Packed values(u), images(x);
  each_maximum(windows, *images, [&]<class T>(std::int64_t number, std::int64_t place) {
    out.as<T>()[number] = place < 0 ? T{0} : values->as<const T>()[place];
  });
}

void avg_pool(const Windows2d& windows, bool count_padding, const Array& x, const Array& out) {
  const Packed images(x);
  visit_floating(out.dtype, [&]<class T>() {
    each_window(windows, count_images(x),
                [&](std::int64_t image, std::int64_t number, std::int64_t i, std::int64_t j, const Window& window) {
                  const T* data = images->as<const T>() + image;
                  double total = 0;
                  for (std::int64_t k = window.rows.begin; k < window.rows.end; ++k)
                    for (std::int64_t l = window.columns.begin; l < window.columns.end; ++l)
                      total += static_cast<double>(data[window.place(k, l)]);
                  out.as<T>()[number] = static_cast<T>(total / divisor(windows, i, j, window, count_padding));
                });
  });
}

void avg_pool_backward(const Windows2d& windows, bool count_padding, const Array& g, const Array& out) {
  const Packed cotangent(g);
  clear(out);
  visit_floating(out.dtype, [&]<class T>() {
    each_window(windows, count_images(out),
                [&](std::int64_t image, std::int64_t number, std::int64_t i, std::int64_t j, const Window& window) {
                  T* data = out.as<T>() + image;
                  const double share = static_cast<double>(cotangent->as<const T>()[number]) /
                                       divisor(windows, i, j, window, count_padding);
                  for (std::int64_t k = window.rows.begin; k < window.rows.end; ++k)
                    for (std::int64_t l = window.columns.begin; l < window.columns.end; ++l)
                      data[window.place(k, l)] += static_cast<T>(share);
                });
  });
}

}  // namespace xgrad::loops
