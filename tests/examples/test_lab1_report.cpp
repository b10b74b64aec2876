// The report's tables and files: what is equal, what differs, what is escaped, what is left behind.
// Not here: the studies; tests/acceptance/02.sh runs them.
#include "support/temporary_folder.hpp"

#include <lab1/report/report.hpp>
#include <lab1/report/table.hpp>
#include <lab1/report/words.hpp>

#include <xgrad/autodiff/error.hpp>

#include <doctest/doctest.h>

#include <filesystem>

namespace {

namespace fs = std::filesystem;
using lab1::Report;
using lab1::Table;
using xgrad::test::read_text;
using xgrad::test::TemporaryFolder;

const Table equal{.columns = {"rate", "loss"}, .rows = {{"0.1", {"0.5", "0.5"}}}};
const Table mixed{.columns = {"a, \"b\" <c>", "loss", "plain"},
                  .rows = {{"x", {"1", "1"}, "&"}, {"y,z", {"2", "3"}, "d"}}};

}  // namespace

TEST_CASE("a table as CSV quotes what it must and has a column for the original's values") {
  CHECK(lab1::csv(mixed) == "\"a, \"\"b\"\" <c>\",loss,loss in the original report,plain\nx,1,1,&\n\"y,z\",2,3,d\n");
}

TEST_CASE("a table as text shows what is equal and what differs") {
  CHECK(lab1::plain_text(equal) == "rate  loss\n0.1   0.5 = 0.5\n");
  CHECK(lab1::plain_text(mixed).find("y,z         2 != 3  d\n") != std::string::npos);
}

TEST_CASE("a table as HTML is escaped and marks what differs") {
  const std::string html = lab1::html(mixed);
  CHECK(html.find("a, &quot;b&quot; &lt;c&gt;") != std::string::npos);
  CHECK(html.find("<td>1 <span class=\"reference\">= 1</span></td>") != std::string::npos);
  CHECK(html.find("<td class=\"differs\">2 <span class=\"reference\">&ne; 3</span></td>") != std::string::npos);
  CHECK(html.find("<td>&amp;</td>") != std::string::npos);
}

TEST_CASE("a report counts what equals the original") {
  const TemporaryFolder folder;
  Report report(folder.path());
  CHECK_FALSE(report.all_equal());
  report.table("first", "", equal, "cells");
  CHECK(report.all_equal());
  report.table("second", "", mixed, "cells");
  CHECK_FALSE(report.all_equal());
  CHECK(report.counts().at("cells").equal == 2);
  CHECK(report.counts().at("cells").all == 3);
  CHECK(report.compared_tables().find("0.5 = 0.5") != std::string::npos);
}

TEST_CASE("a finished report is in its place, with nothing beside it") {
  const TemporaryFolder folder;
  const fs::path out = folder / "a/b";
  {
    Report report(out.string());
    report.section("One & two");
    report.table("numbers", "Some numbers.", equal);
    report.folded("Log", "1 < 2");
    report.page("Title", "<p>summary</p>\n");
    report.finish();
  }
  CHECK(read_text((out / "tables" / "numbers.csv").string()) == "rate,loss,loss in the original report\n0.1,0.5,0.5\n");
  const std::string page = read_text((out / "report.html").string());
  CHECK(page.find("<h2 id=\"s1\">1. One &amp; two</h2>") != std::string::npos);
  CHECK(page.find("<a href=\"#s1\">One &amp; two</a>") != std::string::npos);
  CHECK(page.find("1 &lt; 2") != std::string::npos);
  CHECK_FALSE(fs::exists(out / ".unfinished"));
}

TEST_CASE("a report that is not finished leaves the folders as they were") {
  const TemporaryFolder folder;
  { Report(folder / "a/b").table("numbers", "", equal); }
  CHECK(folder.count() == 0);
  fs::create_directory(folder / "own");
  { Report(folder / "own").table("numbers", "", equal); }
  CHECK(fs::is_empty(folder / "own"));
}

TEST_CASE("what is in the way is an error before anything is written") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "log.txt");
  CHECK_THROWS_AS(Report(folder.path()), xgrad::IoError);
  CHECK_THROWS_AS(Report("/dev/null/report"), xgrad::IoError);
  CHECK(folder.count() == 1);
}

TEST_CASE("percentages are written as in the original's tables") {
  CHECK(lab1::percent(100) == "100%");
  CHECK(lab1::percent(2000.0 / 21) == "95.24%");
  CHECK(lab1::percent(0) == "0%");
  CHECK(lab1::epoch_text(12) == "12");
  CHECK(lab1::epoch_text({}) == "-");
}
