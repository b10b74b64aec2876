#!/usr/bin/env python3
# The table of the third milestone, row by row: what was measured, the floors and peers, the bounds.
# Not here: the measuring (scripts/bench).
"""Usage: 03_rows.py FILE...     lines of JSON from scripts/bench (build/bench/suite.jsonl)

A bound that is missed is printed as MISSED; that is no failure, since machines differ. A row without any case is."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench"))
import report  # noqa: E402

# What the row says, the program and the cases that show it.
ROWS = (
    ("XOR lab epoch: 1.45 and 1.65 of the loop by hand; 45 times faster than libtorch", "lab_epoch", r"float\d+$"),
    ("captured lab step: 0.85 and 1.15 of the loop", "lab_epoch", "captured"),
    ("one op: add 50, sin 80, mul 90, NoGrad 16 ns; 40 times faster than libtorch", "per_op", "chain of 50|NoGrad"),
    ("[64, 64], batch 256: 1.3 of products and update; 1.8 times faster than libtorch", "mlp", "2-64-64-1"),
    ("MLP with SGD: 1.4, 1.15, 1.06, 1.06 of products and update; no peer is faster", "mlp", r"SGD, batch \d+$"),
    ("MLP with Adam: no peer is faster; the update 1.3 of its memory floor", "mlp", r"Adam, batch \d+$|Adam update"),
    ("elementwise on 1e6: 1.5 times faster than PyTorch", "elementwise", r"^(?!add|multiply)"),
    ("sum, mean, max, logsumexp: 1.5 of one read", "reduce", "axis|all"),
    ("softmax-cross-entropy: 1.5 times faster than PyTorch", "reduce", "softmax"),
    ("add, multiply with a row, a column, a scalar: 1.5 of contiguous; transposed 2.5", "elementwise", "^(add|multiply)"),
    ("conv2d: 0.7 of PyTorch's speed", "convolution", "conv2d"),
    ("two threads: 1.7 of one on large work, never slower on small", "threads", ""),
    ("memory: 1.15 of what is needed; 1e5 steps do not grow", "memory", "peak|growth"),
    ("1e6-op chain on a stack of 256 KiB: 0.45 s, 320 bytes a node", "memory", "chain"),
    ("a user's compile 0.5 s; the library 180 s; a program 3 MB", "build", ""),
)


def compared(case, other):
    bound = case.bounds.get(other)
    words = f"{other} {report.in_unit(case.best[other], case.unit)}, ratio {case.ratio(other):.3g}"
    if bound is None:
        return words
    return words + f", bound {bound:.3g}" + (" MISSED" if case.ratio(other) > bound else "")


def line(case):
    words = [f"{case.name}: {report.in_unit(case.best['xgrad'], case.unit)}"]
    if case.limit:
        words[0] += f", bound {report.in_unit(case.limit[0], case.unit)}"
        words[0] += " MISSED" if case.best["xgrad"] > case.limit[0] else ""
    words += [compared(case, other) for other in case.best if other != "xgrad"]
    if missing := [other for other in case.bounds if other not in case.best]:
        words.append("not measured: " + ", ".join(missing))
    return "; ".join(words)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    _, _, programs = report.parse(sys.argv[1:])
    empty = 0
    for title, program, pattern in ROWS:
        print(f"- {title}")
        cases = [case for case in programs.get(program, {}).values() if re.search(pattern, case.name)]
        for case in cases:
            print(f"    {line(case)}")
        if not cases:
            print("    NOT MEASURED")
            empty += 1
    judgements = [j for cases in programs.values() for case in cases.values() for j in case.judgements()]
    print(f"{sum(j.met for j in judgements)} of {len(judgements)} bounds met, {empty} rows not measured")
    sys.exit(empty > 0)


if __name__ == "__main__":
    main()
