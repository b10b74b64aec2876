#!/usr/bin/env python3
# Checks that mistakes which the types are made to catch do not compile.
# Not here: mistakes that are found at run time; their tests are beside the code.
"""Compiles pairs of snippets that differ in the mistake alone: the right one must compile, the wrong one must not, and the
compiler must name the reason. Exits 1 for any pair that does otherwise.

Usage: must_not_compile.py [--compiler "g++ ..."] [ROOT] | must_not_compile.py --self-test
"""

import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys

PROLOGUE = """\
#include <xgrad/xgrad.hpp>
#include <xgrad/autodiff/record.hpp>
using namespace xgrad;
void infer(Inputs in, Attrs, Outputs out) { out[0].shape = in[0].shape; }
void forward(Inputs, Attrs, Outputs) {}
Cotangents rule(const Record&, const Cotangents& ct) { return {ct[0]}; }
struct Plain { int axis; };
struct Owning { std::vector<int> axes; };
constexpr Op right{checked({.name = "right", .infer = infer, .forward = forward, .vjp = rule})};
"""

# title: (right, wrong, what the compiler must say of the wrong one, in one of these ways)
PAIRS = {
    "an op without a rule and without a reason": (
        'constexpr Op op{checked({.name = "op", .infer = infer, .forward = forward, .not_differentiable = "bool"})};',
        'constexpr Op op{checked({.name = "op", .infer = infer, .forward = forward})};',
        ("an op has either a vjp or a reason to have none",),
    ),
    "an op with a rule and a reason to have none": (
        'constexpr Op op{checked({.name = "op", .infer = infer, .forward = forward, .vjp = rule})};',
        'constexpr Op op{checked({.name = "op", .infer = infer, .vjp = rule, .not_differentiable = "bool"})};',
        ("an op has either a vjp or a reason to have none",),
    ),
    "an op without infer": (
        'constexpr Op op{checked({.name = "op", .infer = infer, .vjp = rule})};',
        'constexpr Op op{checked({.name = "op", .forward = forward, .vjp = rule})};',
        ("an op needs a name and infer",),
    ),
    "an op without a name": (
        'constexpr Op op{checked({.name = "op", .infer = infer, .vjp = rule})};',
        "constexpr Op op{checked({.name = nullptr, .infer = infer, .vjp = rule})};",
        ("an op needs a name and infer",),
    ),
    "an op described at run time": (
        'constexpr Op op{checked({.name = "op", .infer = infer, .vjp = rule})};',
        "Op make(const char* name) { return checked({.name = name, .infer = infer, .vjp = rule}); }",
        ("is not a constant expression",),
    ),
    "a rule that captures": (
        'constexpr Op op{checked({.name = "op", .infer = infer, .vjp = [](const Record&, const Cotangents& ct) -> Cotangents'
        " { return {ct[0]}; }})};",
        'int n = 1; void f() { int k = n; constexpr Op op{checked({.name = "op", .infer = infer, .vjp ='
        " [k](const Record&, const Cotangents& ct) -> Cotangents { return {ct[k]}; }})}; }",
        ("cannot convert", "no viable conversion", "could not convert"),
    ),
    "attributes that own memory": (
        "Tensor f(Arg x) { return record<right>({x}, Plain{1}); }",
        "Tensor f(Arg x) { return record<right>({x}, Owning{}); }",
        ("is_trivially_copyable",),
    ),
    "== on tensors": (
        "bool f(const Tensor& a, const Tensor& b) { return array_equal(a, b); }",
        "bool f(const Tensor& a, const Tensor& b) { return a == b; }",
        ("deleted",),
    ),
    "!= on tensors": (
        "Tensor f(const Tensor& a, const Tensor& b) { return not_equal(a, b); }",
        "bool f(const Tensor& a, const Tensor& b) { return a != b; }",
        ("deleted",),
    ),
    "a tensor as a condition": (
        "bool f(const Tensor& a) { return a.defined(); }",
        "bool f(const Tensor& a) { return a ? true : false; }",
        ("could not convert", "not contextually convertible", "cannot convert"),
    ),
    "elements that a tensor does not hold": (
        "const double* f(const Tensor& a) { return a.data<double>(); }",
        "const int* f(const Tensor& a) { return a.data<int>(); }",
        ("tensor elements are bool, std::int64_t, float or double",),
    ),
    "writing through a constant tensor": (
        "float* f(Tensor& a) { return a.mutable_data<float>(); }",
        "float* f(const Tensor& a) { return a.mutable_data<float>(); }",
        ("discards qualifiers", "not marked const", "cannot convert"),
    ),
    "a string as an operand": (
        "Tensor f(Arg a) { return a + 1; }",
        'Tensor f(Arg a) { return a + "1"; }',
        ("no match for", "invalid operands"),
    ),
    "a fraction as an index": (
        "Tensor f(Arg a) { return view(a, 1); }",
        "Tensor f(Arg a) { return view(a, 1.5); }",
        ("no matching function",),
    ),
    "a guard that is copied": (
        "void f() { const NoGrad guard; }",
        "void f() { const NoGrad guard; const NoGrad copy = guard; }",
        ("deleted",),
    ),
}


def compile_snippet(root, compiler, text):
    command = [*compiler, "-std=c++20", "-fsyntax-only", "-I", str(root / "include"), "-x", "c++", "-"]
    return subprocess.run(command, input=PROLOGUE + text + "\n", capture_output=True, text=True, check=False)


def check_pair(root, compiler, title, right, wrong, reasons):
    result = compile_snippet(root, compiler, right)
    if result.returncode != 0:
        return [f"{title}: the right snippet does not compile\n{result.stderr}"]
    result = compile_snippet(root, compiler, wrong)
    if result.returncode == 0:
        return [f"{title}: the wrong snippet compiles"]
    if not any(reason in result.stderr for reason in reasons):
        return [f"{title}: the compiler says nothing of {reasons}\n{result.stderr}"]
    return []


def check(root, compiler, pairs):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check_pair, root, compiler, title, *pair) for title, pair in pairs.items()]
        return [line for job in jobs for line in job.result()]


def self_test(root, compiler):
    """Three pairs that are not as they should be."""
    broken = {
        "compiles": ("int a;", "int b;", ("error",)),
        "right does not compile": ("int a = ;", "int b = ;", ("error",)),
        "another reason": ("int a;", "int b = ;", ("deleted",)),
    }
    found = check(root, compiler, broken)
    expected = ["compiles: the wrong snippet compiles", "right does not compile: the right", "another reason: the compiler"]
    wrong = [f"expected {e!r}, got {f!r}" for e, f in zip(expected, found) if not f.startswith(e)]
    if len(found) != len(expected):
        wrong.append(f"expected {len(expected)} complaints, got {found}")
    print("\n".join(wrong) or f"{len(broken)} broken pairs judged rightly")
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="g++", type=shlex.split)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
    args = parser.parse_args()
    if args.self_test:
        sys.exit(1 if self_test(args.root, args.compiler) else 0)
    COMPLAINTS = check(args.root, args.compiler, PAIRS)
    print("\n".join(COMPLAINTS + [f"{len(PAIRS)} pairs, {len(COMPLAINTS)} not as they should be"]))
    sys.exit(1 if COMPLAINTS else 0)
