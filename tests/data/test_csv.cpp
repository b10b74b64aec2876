// CSV files: what is read from right ones, and what is said of wrong ones.
// Not here: training on them (examples/).
#include <xgrad/data/csv.hpp>
#include <xgrad/xgrad.hpp>

#include <doctest/doctest.h>

#include <clocale>
#include <cmath>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

using namespace xgrad;
using test::error_text;
using test::TemporaryFolder;
using test::write_text;
using Names = std::vector<std::string>;

namespace {

data::LabeledTable read(const std::string& text, const data::CsvOptions& options = {}) {
  const TemporaryFolder folder;
  return data::read_csv(write_text(folder / "points.csv", text), options);
}

/// The FormatError for a file, from `LINE:COLUMN: ` on.
std::string error_of(const std::string& text, const data::CsvOptions& options = {}) {
  const TemporaryFolder folder;
  const std::string path = write_text(folder / "points.csv", text);
  const std::string error = error_text<FormatError>([&] { data::read_csv(path, options); });
  return error.starts_with(path + ":") ? error.substr(path.size() + 1) : error;
}

bool features_are(const data::LabeledTable& table, const Tensor& want) { return array_equal(table.features, want); }
bool labels_are(const data::LabeledTable& table, const Tensor& want) { return array_equal(table.labels, want); }

}  // namespace

TEST_CASE("points with a header") {
  const data::LabeledTable table = read("x1,x2,class\n0.5,-1e-3,1\n2,+.25,0\n");
  CHECK(table.columns == Names{"x1", "x2", "class"});
  CHECK(table.classes == Names{"0", "1"});
  CHECK(features_are(table, tensor({{0.5, -1e-3}, {2, 0.25}}, float64)));
  CHECK(table.features.dtype() == float64);
  CHECK(labels_are(table, tensor({1, 0})));
  CHECK(table.labels.dtype() == int64);
}

TEST_CASE("points without a header; one feature or many") {
  const data::LabeledTable one = read("3,0\n4,1");
  CHECK(one.columns == Names{"x1", "label"});
  CHECK(features_are(one, tensor({{3}, {4}}, float64)));
  const data::LabeledTable five = read("1,2,3,4,5,a\n6,7,8,9,10,b\n");
  CHECK(five.columns == Names{"x1", "x2", "x3", "x4", "x5", "label"});
  CHECK(features_are(five, reshape(arange(1, 11), {2, 5}).to(float64)));
}

TEST_CASE("whether the first row holds names") {
  CHECK(read("a,1\n2,3\n4,5\n").columns == Names{"a", "1"});
  CHECK(read("1,class\n2,other\n", {.header = data::CsvHeader::no}).columns == Names{"x1", "label"});
  CHECK(read("1,2\n2,3\n4,5\n", {.header = data::CsvHeader::yes}).columns == Names{"1", "2"});
  CHECK(error_of("O.5,0.5,1\n1,2,0\n") == "1:1: not a number: got \"O.5\", want a finite decimal number");
  CHECK(error_of("a,b,c\n1,2,0\n", {.header = data::CsvHeader::no}) ==
        "1:1: not a number: got \"a\", want a finite decimal number");
}

TEST_CASE("line ends, blank lines, a byte order mark and blanks change nothing") {
  const data::LabeledTable want = read("x,y,c\n1,2,0\n3,4,1\n");
  for (const char* text : {"x,y,c\r\n1,2,0\r\n3,4,1\r\n", "x,y,c\r1,2,0\r3,4,1", "\xEF\xBB\xBFx,y,c\n1,2,0\n3,4,1",
                           "\n \n\r\nx,y,c\n\n1,2,0\n \t \n3,4,1\n\n\n", " x ,\ty, c\n1 , 2,0 \n 3,4\t,1",
                           "\"x\",\"y\",\"c\"\n\"1\", \"2\" ,0\n3,4,\"1\""}) {
    CAPTURE(text);
    const data::LabeledTable got = read(text);
    CHECK(got.columns == want.columns);
    CHECK(got.classes == want.classes);
    CHECK(array_equal(got.features, want.features));
    CHECK(array_equal(got.labels, want.labels));
  }
}

TEST_CASE("quoted fields hold anything") {
  const data::LabeledTable table = read("\"a,\"\"b\"\"\",\"two\r\nlines\"\n1,\" x \"\n2,\"\"\"\"\n");
  CHECK(table.columns == Names{"a,\"b\"", "two\r\nlines"});
  CHECK(table.classes == Names{" x ", "\""});
}

TEST_CASE("other delimiters") {
  CHECK(features_are(read("1;2;a\n3;4;b", {.delimiter = ';'}), tensor({{1, 2}, {3, 4}}, float64)));
  CHECK(features_are(read("1\t2\ta\n3\t 4\tb", {.delimiter = '\t'}), tensor({{1, 2}, {3, 4}}, float64)));
  for (const char delimiter : {'"', '\n', '\r'})
    CHECK(error_text<ValueError>([&] { read("1,2", {.delimiter = delimiter}); }) ==
          "read_csv: the delimiter cannot be a quote or the end of a line");
}

TEST_CASE("classes are sorted: numbers by value, words by their bytes") {
  const data::LabeledTable numbers = read("1,10\n1,9\n1,-1\n1,9.0\n1,1e1\n");
  CHECK(numbers.classes == Names{"-1", "9", "10"});
  CHECK(labels_are(numbers, tensor({2, 1, 0, 1, 2})));
  const data::LabeledTable words = read("1,red\n1,10\n1,blue\n1,9\n1,red\n");
  CHECK(words.classes == Names{"10", "9", "blue", "red"});
  CHECK(labels_are(words, tensor({3, 0, 2, 1, 3})));
}

TEST_CASE("given classes keep their order, and need not all occur") {
  const data::LabeledTable table = read("1,no\n2,no\n", {.classes = {"yes", "no"}});
  CHECK(table.classes == Names{"yes", "no"});
  CHECK(labels_are(table, tensor({1, 1})));
  CHECK(labels_are(read("1,1.0\n2,0\n", {.classes = {"1", "0"}}), tensor({0, 1})));
  CHECK(error_of("1,0.0\n2,x\n", {.classes = {"0", "1"}}) ==
        "2:3: a label outside of the given classes: got \"x\", want \"0\", \"1\"");
  CHECK(error_of("1,yes\n2,Yes\n", {.classes = {"no", "yes"}}) ==
        "2:3: a label outside of the given classes: got \"Yes\", want \"no\", \"yes\"");
  CHECK(error_text<ValueError>([] {
          read("1,0\n", {.classes = {"0", "1", "1.0"}});
        }) == "read_csv: a class is given twice: got \"1.0\"");
}

TEST_CASE("numbers do not depend on the locale") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C"})
    if (std::setlocale(LC_ALL, name) != nullptr)
      CHECK(features_are(read("0.5,a\n1.25,b\n"), tensor({{0.5}, {1.25}}, float64)));
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("numbers are read to the last bit") {
  const data::LabeledTable table = read("0.1,a\n1.7976931348623157e308,b\n5e-324,a\n0.30000000000000004,b\n-0,a\n");
  const double* x = table.features.data<double>();
  CHECK(x[0] == 0.1);
  CHECK(x[1] == 1.7976931348623157e308);
  CHECK(x[2] == 5e-324);
  CHECK(x[3] == 0.1 + 0.2);
  CHECK(std::signbit(x[4]));
}

TEST_CASE("errors name line, column and what is there") {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"", "1:1: no rows of data"},
      {"\n\n  \n", "4:1: no rows of data"},
      {"a,b\n", "2:1: no rows of data"},
      {"1\n2\n", "1:2: too few columns: got 1, want features and then a label, with \",\" between them"},
      {"1;2\n", "1:4: too few columns: got 1, want features and then a label, with \",\" between them"},
      {"x,y,c\n1,2,0\n1,2\n", "3:4: the number of fields differs from the first row's: got 2, want 3"},
      {"x,y,c\n1,2,0\n1,2,0,9\n", "3:7: the number of fields differs from the first row's: got 4, want 3"},
      {"x,y,c\n1,2,0\n1,2,0,\n", "3:7: the number of fields differs from the first row's: got 4, want 3"},
      {"1,2,0\n1,,1\n", "2:3: an empty field: want a number"},
      {"1,2,0\n1,\"\",1\n", "2:3: an empty field: want a number"},
      {"1,2,0\n1,2,\n", "2:5: an empty field: want a label"},
      {"a,,c\n1,2,0\n", "1:3: an empty field: want the name of a column"},
      {"1,2,0\n1,2x,1\n", "2:3: not a number: got \"2x\", want a finite decimal number"},
      {"1,2,0\n1,nan,1\n", "2:3: not a number: got \"nan\", want a finite decimal number"},
      {"1,2,0\n1,-inf,1\n", "2:3: not a number: got \"-inf\", want a finite decimal number"},
      {"1,2,0\n1,1e999,1\n", "2:3: not a number: got \"1e999\", want a finite decimal number"},
      {"1,2,0\n1,0x10,1\n", "2:3: not a number: got \"0x10\", want a finite decimal number"},
      {"1,2,0\n+-1,1,1\n", "2:1: not a number: got \"+-1\", want a finite decimal number"},
      {"1,2,0\n1\t2,3,1\n", "2:1: not a number: got \"1?2\", want a finite decimal number"},
      {"größe,ähnlich,c\n1,2,0\nß,x,1\n", "3:1: not a number: got \"ß\", want a finite decimal number"},
      {"1,2,é\n1,2,\"é\n\" x\n", "3:3: text after a closing quote: want \",\" or the end of the line"},
      {"1,\"2\",a\n\"ü\"x,2,b\n", "2:4: text after a closing quote: want \",\" or the end of the line"},
      {"1,2,a\n1,2,b\"c\n", "2:6: a quote inside a field: want the whole field in quotes and this quote doubled"},
      {"1,2,a\n1,2,\"b\n3,4,c\n", "2:5: a quote is never closed"},
      {"1,2,a\r\n1,2,\"b\r\n\"\"\",a,7\n", "3:5: the number of fields differs from the first row's: got 5, want 3"},
      {"1,2,a\n\n3,4,a\n", "1:5: a single class: got only \"a\", want two or more"},
      {"1,2,0\n3,4,0.0\n", "1:5: a single class: got only \"0\", want two or more"},
      {"1,0\n123456789012345678901234567890123456789zzzzzzz,1\n",
       "2:1: not a number: got \"123456789012345678901234567890123456789z...\", want a finite decimal number"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(error_of(c.text) == c.error);
  }
  CHECK(error_text<IoError>([] { data::read_csv("/no/such/file.csv"); }) ==
        "read_csv: /no/such/file.csv: cannot be opened: No such file or directory");
}

TEST_CASE("only UTF-8 is read") {
  const data::LabeledTable table = read("x,c\n1,\u00e9\n2,\u20ac\n3,\U0001f600\n4,\ud7fb\n5,\U0010ffff\n");
  CHECK(table.classes.size() == 5);
  for (const char* bytes :
       {"\xe9", "\x80", "\xc3", "\xc3x", "\xc0\xaf", "\xc1\xbf", "\xe2\x82", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xf0\x9f\x98"})
    CHECK(error_of(std::string("x,c\n1,\u00e9\n2,\u00e9") + bytes) == "3:4: not UTF-8: want a file in this encoding");
  CHECK(error_of(std::string("\xff\xfe"
                             "1\0,\0a\0\n\0",
                             10)) == "1:1: not UTF-8: want a file in this encoding");
}

TEST_CASE("a large file") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + "," + std::to_string(i % 7) + "\n";
  const data::LabeledTable table = read(text);
  CHECK(features_are(table, reshape(arange(100'000), {-1, 1}).to(float64)));
  CHECK(table.classes.size() == 7);
}
