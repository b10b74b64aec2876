#!/usr/bin/env python3
# Checks who includes whom: the arrows between folders, no circle between files, one form of include.
# Not here: what public headers may include of others (public_headers.py).
"""Prints the graph of includes between folders; exits 1 with file:line for each include that breaks a rule.

Usage: includes.py [ROOT] | includes.py --self-test
"""

import collections
import pathlib
import sys
import tempfile

import sources

# folder -> the other folders that its files may include; the arrows of the design
ARROWS = {
    "autodiff": (),
    "nn": ("autodiff",),
    "optim": ("autodiff",),
    "io": ("autodiff",),
    "data": ("autodiff", "io"),
    "train": ("autodiff", "nn", "optim", "io", "data"),
    "xgrad.hpp": ("autodiff", "nn", "optim"),
}
PROGRAM_ARROWS = ARROWS.keys()


def folder_of(path):
    return "xgrad.hpp" if path.parts[0] == "include" else path.parts[0]


def check(root):
    """Returns (graph, violations): graph counts the includes from folder to folder."""
    graph = collections.Counter()
    violations = []
    edges = {}
    for path in sources.library_files(root) + sources.files(root, sources.PROGRAMS):
        folder = folder_of(path)
        program = folder in sources.PROGRAMS
        edges[path] = []
        for line, form in sources.includes(root, path):
            where = f"{path}:{line}"
            target = sources.resolve(root, path, form)
            if form[0] == '"' and not (program and target and target.parts[0] == folder):
                violations.append(f"{where}: {form} must be written <xgrad/FOLDER/FILE>")
            if target is None:
                continue
            if not (root / target).is_file():
                violations.append(f"{where}: {form} does not exist")
                continue
            edges[path].append((line, target))
            graph[folder, folder_of(target)] += 1
            allowed = PROGRAM_ARROWS if program else ARROWS[folder]
            if folder_of(target) != folder and folder_of(target) not in allowed:
                violations.append(f"{where}: {folder} may not include {folder_of(target)} ({form})")
    return graph, violations + circles(edges)


def circles(edges):
    """One line for each include that closes a circle, found by depth-first search without recursion."""
    found = []
    done = set()
    for start in edges:
        stack = [(start, iter(edges[start]))] if start not in done else []
        trail = [start]
        while stack:
            path, remaining = stack[-1]
            step = next(remaining, None)
            if step is None:
                done.add(path)
                stack.pop()
                trail.pop()
                continue
            line, target = step
            if target in trail:
                circle = trail[trail.index(target):] + [target]
                found.append(f"{path}:{line}: circle of includes: {' -> '.join(map(str, circle))}")
            elif target not in done:
                stack.append((target, iter(edges.get(target, ()))))
                trail.append(target)
    return found


def report(root):
    graph, violations = check(root)
    for folder in [*ARROWS, *sources.PROGRAMS]:
        targets = [f"{b} ({n})" for (a, b), n in sorted(graph.items()) if a == folder]
        if targets:
            print(f"{folder:10} -> {', '.join(targets)}")
    for violation in violations:
        print(violation)
    print(f"{sum(graph.values())} includes of our own files, {len(violations)} violations")
    return violations


def self_test():
    """Each tree breaks one rule, and the check names the line; the last one breaks none."""
    cases = {
        "optim may not include nn": {"optim/sgd.hpp": "\n#include <xgrad/nn/a.hpp>\n", "nn/a.hpp": ""},
        "autodiff may not include tests": {
            "autodiff/a.cpp": "\n#include <xgrad/tests/a.hpp>\n",
            "tests/a.hpp": "",
        },
        "circle of includes: nn/": {
            "nn/a.hpp": "\n#include <xgrad/nn/b.hpp>\n",
            "nn/b.hpp": "\n#include <xgrad/nn/c.hpp>\n",
            "nn/c.hpp": "\n#include <xgrad/nn/b.hpp>\n",
        },
        "must be written": {"nn/a.hpp": '\n#include "b.hpp"\n', "nn/b.hpp": ""},
        "does not exist": {"nn/a.hpp": "\n#include <xgrad/nn/b.hpp>\n"},
        "": {
            "nn/a.hpp": '// #include "b.hpp"\n#include <xgrad/autodiff/b.hpp>\n#include <vector>\n',
            "autodiff/b.hpp": "/*\n#include <xgrad/nn/a.hpp>\n*/",
            "tests/a.cpp": '#include "a.hpp"\n#include <xgrad/train/fit.hpp>\n',
            "tests/a.hpp": "",
            "train/fit.hpp": "#include <xgrad/nn/a.hpp>\n",
            "include/xgrad/xgrad.hpp": "#include <xgrad/nn/a.hpp>\n",
        },
    }
    wrong = []
    for expected, tree in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in tree.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            violations = check(root)[1]
        if expected:
            caught = len(violations) == 1 and expected in violations[0] and ":2: " in violations[0]
        else:
            caught = not violations
        if not caught:
            wrong.append(f"expected {expected!r}, got {violations}")
    print("\n".join(wrong) or f"{len(cases)} trees judged rightly")
    return wrong


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(1 if self_test() else 0)
    ROOT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
    sys.exit(1 if report(ROOT) else 0)
