#!/usr/bin/env python3
# Checks that no object of one instruction set defines code that the linker could use for another.
# Not here: what the kernels compute (tests/autodiff/test_kernels*.cpp).
"""Reads `nm` on the objects or static libraries of the kernel levels; exits 1 with a line for each violation.

A weak symbol (an inline function, a template) is merged by name: the copy kept may be the one compiled for AVX-512.
So a level defines no weak symbol that another level defines too, and, above the lowest level, none without the level's
own tag in its mangled name; and its only strong symbol is its table.

Usage: kernel_symbols.py FILE... | kernel_symbols.py --self-test
The level of a file is the first of the level names that occurs in its name.
"""

import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LEVELS = ("baseline", "avx2", "avx512", "neon")
LOWEST = ("baseline", "neon")
WEAK = "WVu"  # weak functions, weak objects, unique globals


def level_of(path):
    for level in LEVELS:
        if re.search(rf"(^|_){level}(\W|_|$)", path.name):
            return level
    raise SystemExit(f"{path}: names none of the levels {', '.join(LEVELS)}")


def defined_symbols(path):
    """(type, mangled name) of every symbol that a file defines for others."""
    listing = subprocess.run(
        [os.environ.get("NM", "nm"), "--extern-only", "--defined-only", path],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return re.findall(r"^[0-9a-f]+ ([A-Za-z]) (\S+)$", listing, re.MULTILINE)


def check(symbols_of_level):
    """The violations in {level: [(type, name), ...]}."""
    violations = []
    levels_of_weak = collections.defaultdict(set)
    for level, symbols in symbols_of_level.items():
        if not symbols:
            violations.append(f"{level}: defines nothing; is this the right file?")
        for kind, name in symbols:
            if kind in WEAK:
                levels_of_weak[name].add(level)
                if level not in LOWEST and level not in name:
                    violations.append(f"{level}: weak symbol without the tag '{level}': {name}")
            elif f"{level}_table" not in name:
                violations.append(f"{level}: a strong symbol besides the table: {name}")
    for name, levels in sorted(levels_of_weak.items()):
        if len(levels) > 1:
            violations.append(f"{' and '.join(sorted(levels))}: both define the weak symbol {name}")
    return violations


def check_files(paths):
    symbols_of_level = collections.defaultdict(list)
    for path in paths:
        symbols_of_level[level_of(path)] += defined_symbols(path)
    return check(symbols_of_level)


def self_test():
    good = {
        "baseline": [("D", "_ZN14baseline_tableE"), ("W", "_Z1fIN5xsimd4sse2EEv")],
        "avx2": [("D", "_ZN10avx2_tableE")],
    }
    assert not check(good)
    assert check({**good, "avx2": [("W", "_Z1fIN5xsimd4sse2EEv")]})  # shared with the baseline, and untagged
    assert check({**good, "avx2": [("W", "_ZSt4sqrtf")]})  # one of the standard library's inline functions
    assert check({**good, "avx512": [("V", "_Z1tIN5xsimd4avx2EE")]})  # tagged, but with another level's name
    assert check({**good, "avx2": [("T", "_Z6helperv")]})
    assert check({**good, "avx2": []})
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if compiler:
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "shared.cpp")
            source.write_text("inline int twice(int x) { return 2 * x; }\nint (*level_table)(int) = twice;\n")
            objects = []
            for level in ("baseline", "avx2"):
                objects.append(pathlib.Path(folder, f"level_{level}.o"))
                subprocess.run(
                    [*compiler.split(), f"-Dlevel_table={level}_table", "-c", source, "-o", objects[-1]], check=True
                )
            found = check_files(objects)
            assert any("both define" in line and "twice" in line for line in found), found
            assert any("without the tag" in line and "twice" in line for line in found), found
    print("kernel_symbols.py finds shared and untagged weak symbols")


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if not arguments:
        raise SystemExit(__doc__)
    violations = check_files([pathlib.Path(a) for a in arguments])
    print("\n".join(violations + [f"{len(arguments)} files, {len(violations)} violations"]))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
