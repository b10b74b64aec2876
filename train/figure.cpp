// A figure's files.
// Not here: their text (figure_script.cpp), running gnuplot (gnuplot.cpp).
#include <xgrad/train/figure.hpp>

#include <xgrad/autodiff/error.hpp>
#include <xgrad/io/file.hpp>
#include <xgrad/train/figure_script.hpp>
#include <xgrad/train/gnuplot.hpp>

#include <utility>

namespace xgrad::train {

Figure::Figure(FigureOptions options) : options_(std::move(options)) {
  for (const int points : {options_.panel_width, options_.panel_height})
    if (points < 100 || points > 5000)
      throw ValueError("Figure: got a panel of " + std::to_string(options_.panel_width) + " x " +
                       std::to_string(options_.panel_height) + " points, want 100 to 5000");
  if (options_.columns < 0)
    throw ValueError("Figure: got " + std::to_string(options_.columns) + " columns, want 0 or more");
}

bool Figure::save(const std::string& path) const {
  if (panels_.empty()) throw ValueError("Figure::save: there are no panels");
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  // With its folder, since gnuplot takes a name that begins with '|', '<' or '-' for something else.
  const std::string name = "./" + (slash == std::string::npos ? path : path.substr(slash + 1));
  const detail::FigureText text = detail::figure_text(*this, name);
  io::write_file("Figure::save", path + ".dat", {text.data});
  io::write_file("Figure::save", path + ".gp", {text.script});
  return detail::run_gnuplot(folder, name + ".gp");
}

}  // namespace xgrad::train
