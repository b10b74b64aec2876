#!/usr/bin/env python3
# Checks what a user pays for our headers: no banned header is reached from one, and each compiles by itself.
# Not here: the arrows between our own folders (includes.py).
"""Exits 1 with file:line for each include of a banned header, and with the compiler's message for a header that does
not compile alone.

Usage: public_headers.py [--compiler "g++ ..."] [ROOT] | public_headers.py --self-test
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import sources

# What no public header may include, itself or through another header of ours. The reason is the user's compile time.
BANNED = re.compile(
    r"xtensor(-blas)?/|xtensor\.hpp|xtl/|xflens/|cblas|openblas|f77blas|lapack|fmt/|nlohmann/|json\.hpp|xsimd/|xsimd\.hpp|"
    r"(atomic|iostream|functional|filesystem|thread|chrono|random|ranges)$"
)
# The header whose purpose is xtensor, and the kernels, which no public header includes unless they are free of the above.
EXEMPT = re.compile(r"autodiff/(xtensor\.hpp|kernels/)")


def public_headers(root):
    return [p for p in sources.library_files(root, (".hpp",)) if not EXEMPT.match(p.as_posix())]


def banned_includes(root, headers):
    """One line for each include of a banned header that a public header reaches, with one way to it."""
    found = []
    came_from = {header: None for header in headers}
    pending = list(headers)
    while pending:
        path = pending.pop()
        for line, form in sources.includes(root, path):
            target = sources.resolve(root, path, form)
            if BANNED.match(form[1:-1]):
                found.append(f"{path}:{line}: {form} reached from a public header: {way_to(path, came_from)}")
            elif target and target not in came_from and (root / target).is_file():
                came_from[target] = path
                pending.append(target)
    return found


def way_to(path, came_from):
    way = [path]
    while came_from[way[-1]]:
        way.append(came_from[way[-1]])
    return " -> ".join(str(step) for step in reversed(way))


def compile_alone(root, compiler, header):
    """The compiler's message, or nothing if the header needs no other header before it."""
    include = "xgrad/xgrad.hpp" if header.parts[0] == "include" else f"xgrad/{header.as_posix()}"
    command = [*compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-I", str(root / "include"), "-x", "c++", "-"]
    result = subprocess.run(command, input=f"#include <{include}>\n", capture_output=True, text=True, check=False)
    if result.returncode == 0 and not result.stderr:
        return []
    return [f"{header}: does not compile on its own\n{result.stderr}"]


def check(root, compiler):
    headers = public_headers(root)
    violations = banned_includes(root, headers)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for messages in pool.map(lambda header: compile_alone(root, compiler, header), headers):
            violations += messages
    return headers, violations


def self_test(compiler):
    """Each tree has one mistake and the check finds just that; the last has none."""
    cases = {
        "nn/a.hpp:1: <functional> reached from a public header: nn/a.hpp": {"nn/a.hpp": "#include <functional>\n"},
        "autodiff/kernels/c.hpp:2: <xsimd/xsimd.hpp> reached from a public header: nn/b.hpp -> autodiff/kernels/c.hpp": {
            "nn/a.hpp": "#include <xgrad/nn/b.hpp>\n",
            "nn/b.hpp": "#include <xgrad/autodiff/kernels/c.hpp>\n",
            "autodiff/kernels/c.hpp": "\n#include <xsimd/xsimd.hpp>\n",
        },
        "nn/a.hpp: does not compile on its own": {"nn/a.hpp": "inline std::vector<int> a;\n"},
        "": {
            "nn/a.hpp": "// #include <random>\n#include <vector>\ninline std::vector<int> a;\n",
            "nn/a.cpp": "#include <random>\n",
            "autodiff/xtensor.hpp": "#include <vector>\n#include <xtensor/xarray.hpp>\n",
            "autodiff/kernels/b.hpp": "#include <xsimd/xsimd.hpp>\n",
        },
    }
    wrong = []
    for expected, tree in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in tree.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            for folder_name in sources.LIBRARY:
                (root / "include/xgrad").mkdir(parents=True, exist_ok=True)
                (root / "include/xgrad" / folder_name).symlink_to(root / folder_name)
            violations = check(root, compiler)[1]
        caught = len(violations) == 1 and violations[0].startswith(expected) if expected else not violations
        if not caught:
            wrong.append(f"expected {expected!r}, got {violations}")
    print("\n".join(wrong) or f"{len(cases)} trees judged rightly")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="g++", type=shlex.split)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
    args = parser.parse_args()
    if args.self_test:
        sys.exit(1 if self_test(args.compiler) else 0)
    HEADERS, VIOLATIONS = check(args.root, args.compiler)
    print("\n".join(VIOLATIONS + [f"{len(HEADERS)} public headers, {len(VIOLATIONS)} violations"]))
    sys.exit(1 if VIOLATIONS or not HEADERS else 0)
