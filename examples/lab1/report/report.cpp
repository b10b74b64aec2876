// The report's page and files.
// Not here: how tables become text (table.cpp), how the page looks (style.hpp).
#include "report.hpp"

#include "style.hpp"

#include <xgrad/autodiff/error.hpp>
#include <xgrad/io/file.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <string_view>
#include <system_error>

namespace lab1 {
namespace {

namespace fs = std::filesystem;

/// An SVG picture as the address of an image, so that the page needs no other file.
std::string data_uri(const std::string& svg) {
  std::string uri = "data:image/svg+xml,";
  for (const char c : svg) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) ||
                          std::string_view("-._~=:/;,()'!*$@").find(c) != std::string_view::npos;
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

/// Throws an IoError unless `error` is none.
void check(const std::error_code& error, const fs::path& path, const char* what) {
  if (error) throw xgrad::IoError("lab1 report: " + path.string() + ": " + what + ": " + error.message());
}

}  // namespace

Report::Report(std::string folder) : folder_(std::move(folder)), unfinished_(folder_ / ".unfinished") {
  std::error_code error;
  for (const char* part : {"tables", "figures"})
    if (fs::exists(folder_ / part, error) && !fs::is_directory(folder_ / part, error))
      throw xgrad::IoError("lab1 report: " + (folder_ / part).string() + ": is in the way: want a folder");
  for (const char* file : {"report.html", "log.txt"})
    if (fs::is_directory(folder_ / file, error))
      throw xgrad::IoError("lab1 report: " + (folder_ / file).string() + ": is in the way: want a file");
  for (fs::path path = folder_; !path.empty() && !fs::exists(path, error); path = path.parent_path())
    made_.push_back(path);
  for (const char* part : {"tables", "figures"}) {
    fs::create_directories(unfinished_ / part, error);
    if (!error) continue;
    leave_nothing();
    check(error, folder_, "cannot be made a folder");
  }
}

Report::~Report() { leave_nothing(); }

void Report::leave_nothing() const {
  std::error_code ignored;
  fs::remove_all(unfinished_, ignored);
  for (const fs::path& path : made_) fs::remove(path, ignored);
}

void Report::finish() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(unfinished_))
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), unfinished_));
  for (const fs::path& file : files) {
    std::error_code error;
    fs::create_directories((folder_ / file).parent_path(), error);
    if (!error) fs::rename(unfinished_ / file, folder_ / file, error);
    check(error, folder_ / file, "cannot be written");
  }
  made_.clear();
}

void Report::section(const std::string& title) {
  sections_.push_back(title);
  const std::size_t number = sections_.size();
  body_ += fmt::format("<h2 id=\"s{}\">{}. {}</h2>\n", number, number, escaped(title));
}

void Report::labelled(const std::string& label, const std::string& text) {
  body_ += fmt::format("<p><b>{}.</b> {}</p>\n", label, text);
}

void Report::table(const std::string& name, const std::string& caption, const Table& table, const std::string& kind) {
  file("tables/" + name + ".csv", csv(table));
  Count count;
  for (const std::vector<Cell>& row : table.rows)
    for (const Cell& cell : row) {
      count.all += cell.reference.has_value();
      count.equal += cell.reference && !cell.differs();
    }
  if (count.all > 0) {
    counts_[kind].all += count.all;
    counts_[kind].equal += count.equal;
    compared_tables_ += name + "\n" + plain_text(table) + "\n";
  }
  body_ += fmt::format("<figure class=\"table\">\n<figcaption><b>Table {}.</b> {}</figcaption>\n{}</figure>\n",
                       ++tables_, caption, html(table));
}

void Report::figure(const std::string& name, const std::string& caption, const std::string& description,
                    const xgrad::train::Figure& figure) {
  const std::string path = (unfinished_ / "figures" / name).string();
  const std::string image =
      figure.save(path) ? fmt::format("<img alt=\"{}\" src=\"{}\">", escaped(description),
                                      data_uri(xgrad::io::read_file("lab1 report", path + ".svg")))
                        : fmt::format("<p>Not drawn: gnuplot is not installed. Its script is figures/{}.gp.</p>", name);
  body_ += fmt::format("<figure>\n{}\n<figcaption><b>Figure {}.</b> {}</figcaption>\n</figure>\n", image, ++figures_,
                       escaped(caption));
}

void Report::folded(const std::string& title, const std::string& text) {
  body_ += fmt::format("<details><summary>{}</summary><pre tabindex=\"0\">{}</pre></details>\n", escaped(title),
                       escaped(text));
}

bool Report::all_equal() const {
  return !counts_.empty() && std::all_of(counts_.begin(), counts_.end(),
                                         [](const auto& entry) { return entry.second.equal == entry.second.all; });
}

void Report::file(const std::string& name, const std::string& text) const {
  xgrad::io::write_file("lab1 report", (unfinished_ / name).string(), {text});
}

void Report::page(const std::string& title, const std::string& summary) const {
  std::string contents;
  for (std::size_t i = 0; i < sections_.size(); ++i)
    contents += fmt::format("<li><a href=\"#s{}\">{}</a></li>\n", i + 1, escaped(sections_[i]));
  const std::string head = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n{2}<nav aria-label=\"Contents\"><ol>\n{3}</ol></nav>\n",
      escaped(title), style, summary, contents);
  file("report.html", head + body_ + "</body>\n</html>\n");
}

}  // namespace lab1
