#!/usr/bin/env python3
# Checks that the tests reach every place where the library throws.
# Not here: building and running the tests with coverage; `scripts/test --ci` does that before.
"""Reads the coverage that clang's -fprofile-instr-generate -fcoverage-mapping left behind, and exits 1 with file:line
for each throw site of the library that was never executed.

A throw site is a `throw`, or a call of a function whose name starts with fail or raise. Coverage by line would not do:
in `if (n < 0) throw ...` the line runs whenever the condition is tested. Clang counts the statement by itself.

Usage: throw_sites.py BUILD      a meson build folder; profiles in BUILD/profiles
       throw_sites.py --list     only prints the sites
       throw_sites.py --self-test
"""

import bisect
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import sources

ROOT = pathlib.Path(__file__).resolve().parents[2]
_SITE = re.compile(r"\bthrow\b|(?P<before>[\w>&*.]*)(?P<space>\s*)(?<!\w)(?:\w+::)*(?:fail|raise)(?:_\w+)?\s*(?:<[\w:]+>\s*)?\(")
_CONSTEVAL = re.compile(r"\bconsteval\b")
# Words before a name that still leave it a call; after any other word `name(` is a declaration.
_STATEMENT_WORDS = {"", "return", "else", "do", "case", "co_return"}


def throw_sites(text):
    """(line, column), counted from 1, of each throw site that can run: what is consteval runs in the compiler."""
    code = sources.code_only(text)
    for match in reversed(list(_CONSTEVAL.finditer(code))):
        end = end_of_function(code, match.end())
        code = code[: match.start()] + re.sub(r"[^\n]", " ", code[match.start():end]) + code[end:]
    found = []
    for match in _SITE.finditer(code):
        start = match.start()
        if match["before"] is not None:
            if match["before"] not in _STATEMENT_WORDS:
                continue
            start = match.end("space")
        found.append((sources.line_of(code, start), start - (code.rfind("\n", 0, start) + 1) + 1))
    return found


def end_of_function(code, start):
    """The offset after the body, or after the semicolon of a declaration."""
    depth = 0
    for offset in range(start, len(code)):
        if code[offset] == "{":
            depth += 1
        elif code[offset] == "}":
            depth -= 1
            if depth == 0:
                return offset + 1
        elif code[offset] == ";" and depth == 0:
            return offset + 1
    return len(code)


def count_at(segments, position):
    """How often the code at (line, column) ran. Each segment holds from its place to that of the next."""
    index = bisect.bisect_right(segments, list(position), key=lambda segment: segment[:2]) - 1
    if index < 0:
        return 0
    _, _, count, has_count = segments[index][:4]
    return count if has_count else 0


def read_coverage(programs, profiles):
    """file -> segments, of all programs together."""
    with tempfile.NamedTemporaryFile(suffix=".profdata") as merged:
        subprocess.run(["llvm-profdata", "merge", "-sparse", "-o", merged.name, *map(str, profiles)], check=True)
        objects = [str(programs[0])] + [arg for program in programs[1:] for arg in ("-object", str(program))]
        command = ["llvm-cov", "export", "-skip-functions", "-instr-profile", merged.name, *objects]
        # Its warning of mismatched data means inline functions that some program includes and does not use.
        export = subprocess.run(command, capture_output=True, check=False)
        if export.returncode != 0:
            sys.exit(export.stderr.decode())
    coverage = {}
    for file in json.loads(export.stdout)["data"][0]["files"]:
        # One file is seen through several of the symbolic links below include/xgrad.
        coverage.setdefault(os.path.realpath(file["filename"]), []).append(file["segments"])
    return coverage


def unreached(root, coverage):
    """(number of sites, [file:line: code] of those that never ran)."""
    total = 0
    missing = []
    for path in sources.library_files(root):
        text = (root / path).read_text(encoding="utf-8")
        for line, column in throw_sites(text):
            total += 1
            ways = coverage.get(os.path.realpath(root / path), [])
            if not any(count_at(segments, (line, column)) for segments in ways):
                missing.append(f"{path}:{line}: {text.splitlines()[line - 1].strip()}")
    return total, missing


def programs_of(build):
    targets = subprocess.run(["meson", "introspect", "--targets", build], check=True, stdout=subprocess.PIPE).stdout
    names = [name for t in json.loads(targets) if t["type"] == "executable" for name in t["filename"]]
    return [name for name in names if os.path.exists(name)]


def check(build):
    profiles = sorted((build / "profiles").glob("*.profraw"))
    if not profiles:
        sys.exit(f"{build}/profiles: no coverage there; run the tests of that folder first")
    total, missing = unreached(ROOT, read_coverage(programs_of(build), profiles))
    for line in missing:
        print(line)
    print(f"{total} throw sites, {total - len(missing)} reached by tests, {len(missing)} not")
    return missing or not total


_SAMPLE = """\
[[noreturn]] void fail_hard(int) { throw 1; }
[[noreturn]] void raise(const char* message);
consteval int checked(int n) {
  if (n < 0) { throw "negative"; }
  return n;
}
template <class T> void same_line(T n) { if (n < 0) throw n; }
void helper(int n) {
  if (n == 1) [[unlikely]]
    fail_hard(n);
  if (n == 2) xgrad::fail_hard<int>(n);  // throw
  const char* text = "throw"; (void)text;
}
template <class T> void never_used(T n) { throw n; }
void stream(Stream& in) { if (in.fail()) return; }
void again(int n) {
  try { helper(n); } catch (...) {
    throw;
  }
}
"""
_SAMPLE_SITES = [1, 7, 10, 11, 14, 18]
_SAMPLE_UNREACHED = [7, 11, 14]


def self_test():
    found = [line for line, _ in throw_sites(_SAMPLE)]
    if found != _SAMPLE_SITES:
        return f"sites on lines {found}, want {_SAMPLE_SITES}"
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "nn").mkdir()
        (root / "nn/sample.cpp").write_text(_SAMPLE)
        (root / "main.cpp").write_text(
            "struct Stream { bool fail() { return false; } };\n"
            "namespace xgrad { template <class T> [[noreturn]] void fail_hard(T n); }\n"
            '#include "nn/sample.cpp"\n'
            "template <class T> void xgrad::fail_hard(T n) { ::fail_hard(n); }\n"
            "int main() { same_line(1); same_line(1.0); helper(0); try { again(1); } catch (int) {} return checked(0); }\n"
        )
        coverage_flags = ["-fprofile-instr-generate", "-fcoverage-mapping"]
        program = root / "main"
        subprocess.run(["clang++", "-std=c++20", *coverage_flags, root / "main.cpp", "-o", program], check=True)
        profile = root / "one.profraw"
        subprocess.run([program], check=True, env={**os.environ, "LLVM_PROFILE_FILE": str(profile)})
        total, missing = unreached(root, read_coverage([program], [profile]))
    lines = [int(entry.split(":")[1]) for entry in missing]
    if (total, lines) != (len(_SAMPLE_SITES), _SAMPLE_UNREACHED):
        return f"{total} sites, unreached on lines {lines}, want {len(_SAMPLE_SITES)} and {_SAMPLE_UNREACHED}"
    print(f"{total} sites, {len(lines)} of them not reached: judged rightly")
    return None


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    if sys.argv[1:] == ["--list"]:
        for source in sources.library_files(ROOT):
            for number, _ in throw_sites((ROOT / source).read_text(encoding="utf-8")):
                print(f"{source}:{number}")
    elif len(sys.argv) == 2:
        sys.exit(1 if check(pathlib.Path(sys.argv[1])) else 0)
    else:
        sys.exit(__doc__)
