// Figures: every kind of panel is drawn by gnuplot; the script says what was asked; what cannot be drawn is refused.
// Not here: whether they look good.
#include <xgrad/train/figure.hpp>
#include <xgrad/train/figure_script.hpp>
#include <xgrad/train/gnuplot.hpp>
#include <xgrad/train/text_width.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

using namespace xgrad;
using namespace xgrad::train;
using test::error_text;
using test::read_text;
using test::TemporaryFolder;
using test::write_text;
using train::detail::figure_text;
using train::detail::run_gnuplot;

namespace {

constexpr double not_finite = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

const Tensor points = tensor({{0., 0.}, {0., 1.}, {1., 0.}, {1., 1.}, {0.5, 0.5}});
const Tensor labels = tensor({{0}, {1}, {1}, {0}, {0}});

/// Width and height of a PNG, from its header; -1 for what is none.
std::pair<int, int> png_size(const std::string& path) {
  const std::string file = read_text(path);
  if (file.substr(0, 8) != "\x89PNG\r\n\x1a\n" || file.size() < 1000) return {-1, -1};
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value * 256 + static_cast<unsigned char>(file[at + i]);
    return value;
  };
  return {number(16), number(20)};
}

/// Saves a figure of this panel alone and checks both pictures.
void check_drawn(const Panel& panel) {
  Figure figure({.panel_width = 300, .panel_height = 200});
  figure.add_panel() = panel;
  const TemporaryFolder folder;
  REQUIRE(figure.save(folder / "a figure"));
  CHECK(png_size(folder / "a figure.png") == std::pair(600, 400));
  CHECK(read_text(folder / "a figure.svg").ends_with("</svg>\n\n"));
  CHECK(folder.count() == 4);
}

std::string script_of(const Panel& panel) {
  Figure figure;
  figure.add_panel() = panel;
  return figure_text(figure, "f").script;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Tensor grid(int n) {
  const Tensor x = reshape(arange(n), {1, n}).to(float64) / (n - 1);
  return sigmoid(8 * (x + transpose(x) - 1));
}

/// The environment's PATH while it lives.
class Path {
 public:
  explicit Path(const std::string& path) : old_(std::getenv("PATH")) { setenv("PATH", path.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;
  ~Path() { setenv("PATH", old_.c_str(), 1); }

 private:
  std::string old_;
};

/// What `f` prints on standard error.
template <class F>
std::string standard_error_of(F&& f) {
  const TemporaryFolder folder;
  const int kept = dup(STDERR_FILENO);
  const int file = open((folder / "err").c_str(), O_WRONLY | O_CREAT, 0600);
  dup2(file, STDERR_FILENO);
  f();
  std::fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(file);
  return read_text(folder / "err");
}

}  // namespace

// The first test of all that saves a figure: the word on a missing gnuplot comes once in a process.
TEST_CASE("without gnuplot: one word, and script and data stay") {
  const TemporaryFolder folder;
  const TemporaryFolder empty_path;
  const Path path(empty_path.path());
  Figure figure;
  figure.add_panel().line("", {1, 2}, {3, 4});
  CHECK(standard_error_of([&] { CHECK_FALSE(figure.save(folder / "a")); }) ==
        "xgrad: gnuplot is not installed, so figures stay scripts (.gp) and data (.dat); Debian: gnuplot-nox\n");
  CHECK(standard_error_of([&] { CHECK_FALSE(figure.save(folder / "b")); }).empty());
  CHECK(folder.count() == 4);
  CHECK(read_text(folder / "b.dat") == "1 3\n2 4\n");
}

TEST_CASE("lines are drawn") {
  check_drawn(Panel({.title = "it's 5 %_a^b", .x = {.label = "x"}, .y = {.label = "größe", .log = true}})
                  .line("one", {1, 2, 3}, {0.1, 0.01, 1e-5})
                  .line("two", {1, 2, 3}, {0.1, not_finite, 0}, {.markers = true})
                  .line("three", {1, 2, 3}, {inf, 0, -1}, {.markers = true, .dashed = true}));
  check_drawn(Panel().line("", {1}, {2}));
  check_drawn(Panel({.legend = Legend::top_left}).line("a", {1, 2}, {5, 5}));
  for (const Legend legend :
       {Legend::right, Legend::below, Legend::top_right, Legend::bottom_left, Legend::bottom_right, Legend::none})
    check_drawn(Panel({.legend = legend}).line("a", {1, 2}, {5, 6}));
}

TEST_CASE("a panel of nothing that can be drawn is drawn, with a word on it") {
  for (const bool log : {false, true}) {
    const PanelOptions options{.x = {.log = log}, .y = {.log = log}};
    for (const Panel& panel :
         {Panel(options), Panel(options).line("a", {}, {}), Panel(options).line("a", {1, 2}, {not_finite, inf}),
          Panel(options).scatter(zeros({0, 2}), zeros({0})),
          Panel({.y = {.log = log}}).bars({"a"}, {"b"}, tensor({{not_finite}}))}) {
      check_drawn(panel);
      CHECK(has(script_of(panel), "'no finite values'"));
    }
  }
  check_drawn(Panel({.x = {.min = 5}, .y = {.max = -5}}).line("a", {}, {}));
  check_drawn(Panel({.x = {.min = 5}, .y = {.max = -5}}).line("a", {1, 2}, {3, 4}));
  check_drawn(Panel({.x = {.min = 5, .max = 6}, .y = {.min = 5, .log = true}}).line("a", {1, 2}, {3, 4}));
  check_drawn(Panel({.x = {.min = 5, .log = true}, .y = {.max = 5, .log = true}}).line("a", {}, {}));
}

TEST_CASE("points and regions are drawn") {
  check_drawn(Panel().scatter(points, labels));
  check_drawn(Panel({.square = true}).region(grid(21)).scatter(points, labels.to(float64), {"no", "yes"}));
  check_drawn(Panel().region(zeros({2, 2})));
  check_drawn(Panel().region(full({2, 3}, not_finite), {-1, 1, -2, 2}));
  check_drawn(Panel().region(tensor({{0., 1.}, {2., 0.}}), {}, 3).scatter(points, tensor({0, 1, 2, 1, 7})));
}

TEST_CASE("bars and tables are drawn") {
  check_drawn(Panel({.y = {.label = "share"}})
                  .bars({"a", "b"}, {"x", "y", "z"}, tensor({{1., 2.}, {0., not_finite}, {3., -1.}})));
  check_drawn(Panel({.y = {.log = true}}).bars({"a"}, {"x"}, tensor({{0.1}})));
  check_drawn(Panel().heat_table({"r", "it's"}, {"a", "b", "c"}, tensor({{1., 2., 3.}, {not_finite, 5., 6.}})));
  check_drawn(Panel().heat_table({"r"}, {"c"}, tensor({{2.}}), {.digits = 0}));
  check_drawn(Panel().heat_table({"r"}, {"c", "d"}, tensor({{not_finite, not_finite}})));
  check_drawn(Panel().heat_table({}, {}, zeros({0, 0})));
}

TEST_CASE("the script says what was asked") {
  const std::string lines =
      script_of(Panel({.title = "it's", .x = {.label = "x_1", .min = 0, .max = 2}, .y = {.log = true}})
                    .line("a'b\nc", {0, 1, 2}, {1, 10, 1e4})
                    .line("d", {0, 2}, {1, 1}, {.markers = true, .dashed = true}));
  CHECK(has(lines, "set title 'it''s' noenhanced"));
  CHECK(has(lines, "set xlabel 'x_1' noenhanced"));
  CHECK(has(lines, "set xrange [0:2]\nset xtics 0.5\n"));
  CHECK(has(lines, "set yrange [1:10000]\nset logscale y\nset format y '10^{%T}'\n"));
  CHECK(has(lines, "plot 'f.dat' index 0 using 1:2 with lines linewidth 2 linecolor rgb '#0072b2' title 'a''b c'"));
  CHECK(has(lines, "'f.dat' index 1 using 1:2 with linespoints linewidth 2 linecolor rgb '#d55e00' dashtype 2"));
  CHECK(has(lines, "set key outside below"));
  CHECK(has(script_of(Panel({.y = {.log = true}}).line("", {1, 2}, {0.2, 0.5})),
            "set ytics (1e-1, 2e-1, 5e-1, 1e0, 2e0, 5e0)"));

  const std::string classes = script_of(Panel({.square = true}).region(grid(5)).scatter(points, labels, {"no", "yes"}));
  CHECK(has(classes, "set size ratio 1"));
  CHECK(has(classes, "set xrange [0:1]"));
  CHECK(has(classes, "set cntrparam levels discrete 0.5"));
  CHECK(has(classes, "with image notitle, \\\n"));
  CHECK(has(classes, "pointtype 7 pointsize 0.85 linecolor rgb '#d7191c' title 'no'"));
  CHECK(has(classes, "pointtype 7 pointsize 0.85 linecolor rgb '#2166ac' title 'yes'"));
  CHECK_FALSE(has(script_of(Panel().region(zeros({2, 2}))), "contour"));
  CHECK_FALSE(has(script_of(Panel().region(grid(5), {}, 3)), "contour"));
}

TEST_CASE("texts are drawn as they are, and the file's name is only a name") {
  const TemporaryFolder folder;
  Figure figure({.title = "`id` 5 %d %%"});
  figure.add_panel({.title = "%g", .x = {.label = "%s"}}).bars({"50 %", "%T", "`id`"}, {"%d"}, tensor({{1., 2., 3.}}));
  figure.add_panel().heat_table({"10 %", "%g"}, {"%q"}, tensor({{1.}, {2.}}));
  for (const char* name : {"|touch x", "<touch x", "-e", "it's"}) {
    REQUIRE(figure.save(folder / name));
    CHECK(png_size(folder / (std::string(name) + ".png")).first == 1920);
  }
  CHECK(folder.count() == 16);
  const std::string picture = read_text(folder / "it's.svg");
  for (const char* text : {">`id` 5 %d %%<", ">%g<", ">%s<", ">50 %<", ">%T<", ">`id`<", ">10 %<", ">%q<"})
    CHECK_MESSAGE(has(picture, text), text);
}

TEST_CASE("an SVG file needs nothing besides itself") {
  const TemporaryFolder folder;
  Figure figure({.title = "all"});
  figure.add_panel({.square = true}).region(grid(101)).scatter(points, labels, {"no", "yes"});
  Panel& panel = figure.add_panel({.y = {.log = true}});
  std::vector<double> x, y;
  for (int i = 0; i < 20'000; ++i) {
    x.push_back(i);
    y.push_back(i % 7 + 1);
  }
  panel.line("saw", x, y).line("half", x, y);
  REQUIRE(figure.save(folder / "figure"));
  const std::string picture = read_text(folder / "figure.svg");
  CHECK(picture.size() < 150'000);
  CHECK(std::count(picture.begin(), picture.end(), '<') < 700);
  for (const char* part : {"<script", "javascript:", "onload", "onclick", "@import", "url(", "<!DOCTYPE", "file:"})
    CHECK_FALSE_MESSAGE(has(picture, part), part);
  std::string rest = picture;
  for (const char* name : {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"})
    rest.erase(rest.find(name), std::string(name).size());
  CHECK_FALSE(has(rest, "http"));
  for (std::size_t at = picture.find("href="); at != std::string::npos; at = picture.find("href=", at + 1))
    CHECK((picture[at + 6] == '#' || picture.substr(at + 6, 10) == "data:image"));
}

TEST_CASE("what does not fit becomes smaller, fewer, slanted or takes another row") {
  const std::string short_title = script_of(Panel({.title = "loss", .y = {.label = "loss"}}).line("", {1, 2}, {3, 4}));
  CHECK(has(short_title, "set title 'loss' noenhanced font ',15'"));
  CHECK(has(short_title, "set ylabel 'loss' noenhanced font ',14'"));
  const std::string long_text(60, 'n');
  CHECK(has(script_of(Panel({.title = long_text}).line("", {1, 2}, {3, 4})), "nn' noenhanced font ',11'"));
  CHECK(has(script_of(Panel({.y = {.label = long_text}}).line("", {1, 2}, {3, 4})), "nn' noenhanced font ',8'"));
  CHECK(has(script_of(Panel().line("", {0, 5'000'000}, {3, 4})), "set xtics 1000000\n"));
  CHECK(has(script_of(Panel({.y = {.label = "y"}}).line("", {1'000'000, 1'000'010}, {3, 4})),
            "set format x '%.7g'\nset xtics 2\n"));
  Figure small({.panel_width = 150, .panel_height = 150});
  small.add_panel({.x = {.label = "x"}, .y = {.label = "y"}}).line("", {0, 1}, {0, 1});
  CHECK(has(figure_text(small, "f").script, "set xtics 1\n"));
  CHECK(has(figure_text(small, "f").script, "set ytics 0.5\n"));

  const Tensor heights = tensor({{1., 2., 3., 4.}});
  CHECK_FALSE(has(script_of(Panel().bars({"a", "b", "c", "d"}, {"x"}, heights)), "rotate"));
  CHECK(has(script_of(Panel().bars({"a", "b", "c", "a longer name"}, {"x"}, heights)), "set xtics font ',11'\n"));
  CHECK(has(script_of(Panel().bars({"a", "b", "c", "a name far longer"}, {"x"}, heights)),
            "set xtics rotate by 30 right font ',10'\n"));

  const auto columns = [](int names, const std::string& longest) {
    Panel panel({.legend = Legend::below});
    for (int i = 1; i < names; ++i) panel.line("a", {0, 1}, {0, 1});
    const std::string script = script_of(panel.line(longest, {0, 1}, {0, 1}));
    const std::size_t start = script.find("maxcols ") + 8;
    return std::stoi(script.substr(start));
  };
  CHECK(columns(2, "b") == 2);
  CHECK(columns(8, "b") == 7);
  CHECK(columns(8, "lr 100 (diverged)") == 2);
  CHECK(columns(8, long_text) == 1);
}

TEST_CASE("widths of texts are never less than in DejaVu Sans") {
  using train::detail::width_of;
  CHECK(width_of("") == 0);
  CHECK(width_of("m") >= 0.974);
  CHECK(width_of("W") >= 0.989);
  CHECK(width_of("Q") >= 0.787);
  CHECK(width_of("0") >= 0.636);
  CHECK(width_of("r") >= 0.411);
  CHECK(width_of("adam + plateau") >= 8.2);
  CHECK(width_of("adam + plateau") < 10);
  CHECK(width_of("ö") >= 0.612);
  CHECK(train::detail::length_of("größe") == 5);
}

TEST_CASE("values that are nearly equal, huge or tiny have an axis") {
  const auto range = [](double a, double b, bool log) {
    const Panel panel = Panel({.y = {.log = log}}).line("", {1, 2}, {a, b});
    check_drawn(panel);
    const std::string script = script_of(panel);
    const std::size_t start = script.find("set yrange ") + 11;
    return script.substr(start, script.find('\n', start) - start);
  };
  CHECK(range(0.25, 0.25 + 1e-11, false) == "[0.22:0.28]");
  CHECK(range(0.25, 0.25 + 1e-11, true) == "[0.02:5]");
  CHECK(range(1e9, 1e9 + 4, false) == "[1000000000:1000000004]");
  CHECK(range(0, 5e-324, false) == "[-1:1]");
  CHECK(range(-1e300, 1e300, false) == "[-1e+300:1e+300]");
  CHECK(range(2, 1.7e308, false) == "[1.8:2.2]");
  CHECK(range(2, 5e-324, true) == "[0.2:20]");
}

TEST_CASE("the line between two classes is drawn beside cells that are no numbers") {
  CHECK(has(script_of(Panel().region(tensor({{not_finite, 0.}, {1., 1.}}))), "contour"));
  CHECK(has(script_of(Panel().region(tensor({{0., not_finite}, {1., not_finite}}))), "contour"));
}

TEST_CASE("axes end at the user's limits, the ends of the data, or round numbers around them") {
  const auto y_range = [](const AxisOptions& y, std::vector<double> values) {
    const std::string script = script_of(Panel({.y = y}).line("", std::vector<double>(values.size(), 1), values));
    const std::size_t start = script.find("set yrange ") + 11;
    return script.substr(start, script.find('\n', start) - start);
  };
  CHECK(y_range({}, {0.013, 0.248}) == "[0:0.25]");
  CHECK(y_range({}, {-7, 1234}) == "[-500:1500]");
  CHECK(y_range({}, {3, 3}) == "[2.6:3.4]");
  CHECK(y_range({}, {0, 0}) == "[-1:1]");
  CHECK(y_range({.max = 0.3}, {0.013, 0.248}) == "[0:0.3]");
  CHECK(y_range({.min = 5}, {1, 2}) == "[5:5.5]");
  CHECK(y_range({.max = -5}, {1, 2}) == "[-5.5:-5]");
  CHECK(y_range({.log = true}, {3e-4, 0.25}) == "[0.0001:1]");
  CHECK(y_range({.log = true}, {0.03, 0.15}) == "[0.02:0.2]");
  CHECK(y_range({.log = true}, {0.1, 1}) == "[0.1:1]");
  CHECK(y_range({.log = true}, {0.06, 0.6}) == "[0.05:1]");
  CHECK(y_range({.log = true}, {4, 4}) == "[0.2:50]");
  CHECK(y_range({.min = 10, .log = true}, {4, 4}) == "[10:100]");
  CHECK(has(script_of(Panel().line("", {1, 20'000}, {0, 1})), "set xrange [1:20000]\nset xtics 5000\n"));
  CHECK(has(script_of(Panel().scatter(points, labels)), "set xrange [-0.05:1.05]\nset xtics 0.5\n"));
}

TEST_CASE("more lines than colors: dashes tell them apart") {
  Panel panel;
  for (int i = 0; i < 9; ++i) panel.line(std::to_string(i), {0, 1}, {0, 1});
  const std::string script = script_of(panel);
  CHECK(has(script, "'#0072b2' title '0'"));
  CHECK(has(script, "'#0072b2' dashtype 2 title '8'"));
}

TEST_CASE("wide panels have their legend to the right") {
  Figure figure({.panel_width = 640});
  figure.add_panel().line("a", {1, 2}, {3, 4}).line("b", {1, 2}, {4, 3});
  CHECK(has(figure_text(figure, "f").script, "set key outside right"));
}

TEST_CASE("data are blocks that gnuplot counts, points outside of a logarithmic axis left out") {
  Figure figure;
  figure.add_panel({.x = {.log = true}}).line("a", {0, 1, 2, 3}, {1, not_finite, inf, 0.1}).scatter(points, labels);
  figure.add_panel().region(tensor({{0., 0.25}, {0.5, 1.}}), {0, 1, 2, 3});
  CHECK(figure_text(figure, "f").data ==
        "0 NaN\n1 NaN\n2 NaN\n3 0.1\n\n\n1 1\n0.5 0.5\n\n\n1 0\n\n\n0 2 0\n1 2 0.25\n\n0 3 0.5\n1 3 1\n");
}

TEST_CASE("panels fill rows; a title needs room") {
  Figure figure({.title = "all", .panel_width = 200, .panel_height = 150, .columns = 2});
  Panel& first = figure.add_panel();
  for (int i = 0; i < 4; ++i) figure.add_panel().line("", {1, 2}, {1, 2});
  first.line("", {1, 2}, {2, 1});
  CHECK(figure.panels().size() == 5);
  const TemporaryFolder folder;
  REQUIRE(figure.save(folder / "figure"));
  CHECK(png_size(folder / "figure.png") == std::pair(800, 988));
  CHECK(has(read_text(folder / "figure.gp"), "set multiplot layout 3,2 title 'all' noenhanced"));
}

TEST_CASE("a figure is saved into the current folder, too") {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  Figure figure;
  figure.add_panel().line("", {1, 2}, {3, 4});
  CHECK(figure.save("here"));
  std::filesystem::current_path(before);
  CHECK(folder.count() == 4);
}

TEST_CASE("what cannot be drawn is refused") {
  CHECK(error_text<ShapeError>([] {
          Panel().line("a", {1, 2}, {1});
        }) == "Panel::line: x and y differ in length: got 2 and 1");
  CHECK(error_text<ShapeError>([] {
          Panel().scatter(zeros({3, 3}), zeros({3}));
        }) == "Panel::scatter: got points (3, 3) float32 and labels (3,) float32, want (n, 2) and n labels");
  CHECK(error_text<ShapeError>([] { Panel().scatter(points, zeros({3})); }) ==
        "Panel::scatter: got points (5, 2) float32 and labels (3,) float32, want (n, 2) and n labels");
  for (const double label : {-1.0, 0.5, 2.0, not_finite})
    CHECK(error_text<ValueError>([&] {
            Panel().scatter(points, full({5}, label), {"a", "b"});
          }) ==
          "Panel::scatter: a label is no class: got " + std::to_string(label) + ", want whole numbers from 0 to 1");
  CHECK(error_text<ValueError>([] { Panel().scatter(points, full({5}, 8)); }) ==
        "Panel::scatter: a label is no class: got 8.000000, want whole numbers from 0 to 7");
  CHECK(error_text<ShapeError>([] {
          Panel().region(zeros({1, 5}));
        }) == "Panel::region: got (1, 5) float32, want (rows, columns), two or more of each");
  for (const Extent extent :
       {Extent{1, 1, 0, 1}, Extent{0, 1, 1, 0}, Extent{0, inf, 0, 1}, Extent{0, 1, not_finite, 1}})
    CHECK(error_text<ValueError>([&] {
            Panel().region(zeros({2, 2}), extent);
          }).starts_with("Panel::region: the extent is no rectangle: got x from "));
  for (const int classes : {1, 9})
    CHECK(error_text<ValueError>([&] {
            Panel().region(zeros({2, 2}), {}, classes);
          }) == "Panel::region: got " + std::to_string(classes) + " classes, want 2 to 8");
  CHECK(error_text<ShapeError>([] {
          Panel().bars({"a", "b"}, {"x"}, zeros({2, 1}));
        }) == "Panel::bars: heights by names and groups: got (2, 1) float32, want (1, 2)");
  CHECK(error_text<ShapeError>([] { Panel().heat_table({"a"}, {"x"}, zeros({1})); }) ==
        "Panel::heat_table: values by rows and columns: got (1,) float32, want (1, 1)");
  CHECK(error_text<ValueError>([] {
          Panel().heat_table({"a"}, {"x"}, zeros({1, 1}), {.digits = -1});
        }) == "Panel::heat_table: got -1 digits, want 0 or more");
  const std::string wants_linear = ": got a logarithmic axis, want a linear one";
  for (const PanelOptions& log : {PanelOptions{.x = {.log = true}}, PanelOptions{.y = {.log = true}}}) {
    CHECK(error_text<ValueError>([&] { Panel(log).region(zeros({2, 2})); }) == "Panel::region" + wants_linear);
    CHECK(error_text<ValueError>([&] {
            Panel(log).heat_table({}, {}, zeros({0, 0}));
          }) == "Panel::heat_table" + wants_linear);
  }
  CHECK(error_text<ValueError>([] {
          Panel({.x = {.log = true}}).bars({}, {}, zeros({0, 0}));
        }) == "Panel::bars" + wants_linear);
  CHECK(error_text<ValueError>([] { Panel({.x = {.min = 0, .log = true}}); }) ==
        "Panel: the x axis: got a limit of 0.000000, want a finite number above 0");
  CHECK(error_text<ValueError>([] { Panel({.y = {.max = not_finite}}); }) ==
        "Panel: the y axis: got a limit of nan, want a finite number");
  CHECK(error_text<ValueError>([] { Panel({.y = {.min = 1, .max = 1}}); }) ==
        "Panel: the y axis is empty: got 1.000000 to 1.000000");
  CHECK(error_text<ValueError>([] { Figure({.panel_width = 99}); }) ==
        "Figure: got a panel of 99 x 360 points, want 100 to 5000");
  CHECK(error_text<ValueError>([] { Figure({.columns = -1}); }) == "Figure: got -1 columns, want 0 or more");
  CHECK(error_text<ValueError>([] { Figure().save("figure"); }) == "Figure::save: there are no panels");
}

TEST_CASE("a failing gnuplot gives its message") {
  const TemporaryFolder folder;
  write_text(folder / "bad.gp", "set xrange [0:1]\nplot nothing(x)\n");
  CHECK(error_text<IoError>([&] { run_gnuplot(folder.path(), "bad.gp"); }) ==
        "gnuplot: failed on " + folder.path() + "/bad.gp: \"bad.gp\" line 2: undefined function: nothing");
  write_text(folder / "gnuplot", "no program");
  const Path path(folder.path());
  CHECK(error_text<IoError>([&] { run_gnuplot(folder.path(), "bad.gp"); }) ==
        "gnuplot: cannot be started: Permission denied");
}

TEST_CASE("a folder that is not there is an error of the system") {
  const TemporaryFolder folder;
  Figure figure;
  figure.add_panel().line("", {1, 2}, {3, 4});
  CHECK(error_text<IoError>([&] { figure.save(folder / "no/figure"); }) ==
        "Figure::save: " + (folder / "no/figure.dat") + ": cannot be created: No such file or directory");
}
