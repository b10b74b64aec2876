// The report's page and files.
// Not here: how tables become text (table.cpp), how the page looks (style.hpp).
#include "report.hpp"

#include "style.hpp"

#include <xgrad/autodiff/error.hpp>
#include <xgrad/io/file.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

namespace lab1 {
namespace {

/// An SVG picture as the address of an image, so that the page needs no other file.
std::string data_uri(const std::string& svg) {
  std::string uri = "data:image/svg+xml,";
  for (const char c : svg) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) ||
                          std::string_view("-._~ =:/;,()'!*$@").find(c) != std::string_view::npos;
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw xgrad::IoError("lab1 report: " + path + ": cannot be made a folder: " + error.message());
}

}  // namespace

Report::Report(std::string folder) : folder_(std::move(folder)) {
  make_folder(folder_);
  xgrad::io::check_writable("lab1 report", folder_ + "/report.html");
}

void Report::section(const std::string& title) {
  sections_.push_back(title);
  const std::size_t number = sections_.size();
  body_ += fmt::format("<h2 id=\"s{}\">{}. {}</h2>\n", number, number, escaped(title));
}

void Report::labelled(const std::string& label, const std::string& text) {
  body_ += fmt::format("<p><b>{}.</b> {}</p>\n", label, text);
}

void Report::text(const std::string& text) { body_ += "<p>" + text + "</p>\n"; }

void Report::table(const std::string& name, const std::string& caption, const Table& table, const std::string& kind) {
  make_folder(folder_ + "/tables");
  file("tables/" + name + ".csv", csv(table));
  Count& count = counts_[kind];
  const Count before = count;
  for (const std::vector<Cell>& row : table.rows)
    for (const Cell& cell : row) {
      count.all += cell.reference.has_value();
      count.equal += cell.reference && !cell.differs();
    }
  if (count.all != before.all) compared_tables_ += name + "\n" + plain_text(table) + "\n";
  body_ += fmt::format("<figure class=\"table\">\n<figcaption><b>Table {}.</b> {}</figcaption>\n{}</figure>\n",
                       ++tables_, caption, html(table));
}

void Report::figure(const std::string& name, const std::string& caption, const xgrad::train::Figure& figure) {
  make_folder(folder_ + "/figures");
  const std::string path = folder_ + "/figures/" + name;
  const std::string image =
      figure.save(path) ? fmt::format("<img alt=\"{}\" src=\"{}\">", escaped(caption),
                                      data_uri(xgrad::io::read_file("lab1 report", path + ".svg")))
                        : fmt::format("<p>Not drawn: gnuplot is not installed. Its script is figures/{}.gp.</p>", name);
  body_ += fmt::format("<figure>\n{}\n<figcaption><b>Figure {}.</b> {}</figcaption>\n</figure>\n", image, ++figures_,
                       caption);
}

void Report::folded(const std::string& title, const std::string& text) {
  body_ += fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n", escaped(title), escaped(text));
}

bool Report::all_equal() const {
  return std::all_of(counts_.begin(), counts_.end(),
                     [](const auto& entry) { return entry.second.equal == entry.second.all; });
}

void Report::file(const std::string& name, const std::string& text) const {
  xgrad::io::write_file("lab1 report", folder_ + "/" + name, {text});
}

void Report::page(const std::string& title, const std::string& summary) const {
  std::string contents;
  for (std::size_t i = 0; i < sections_.size(); ++i)
    contents += fmt::format("<li><a href=\"#s{}\">{}</a></li>\n", i + 1, escaped(sections_[i]));
  const std::string head = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
      "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n{2}<nav><ol>\n{3}</ol></nav>\n",
      escaped(title), style, summary, contents);
  file("report.html", head + body_ + "</body>\n</html>\n");
}

}  // namespace lab1
