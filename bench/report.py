#!/usr/bin/env python3
# Makes one page of the lines that the suite's programs and the peers print with --json.
# Not here: the measuring, and any judgement but "misses" beside a ratio beyond its bound.
"""Reads lines of JSON, prints Markdown.

Usage: report.py [--note TEXT]... [--figure SVG]... FILE...
       report.py --name FILE...     prints a name for the page: processor and kernel level
"""

import argparse
import collections
import dataclasses
import datetime
import json
import math
import re
import statistics

PEERS = ("libtorch", "PyTorch", "torch.compile", "JAX")
TITLES = {
    "lab_epoch": "XOR lab epoch: perceptron 2-10-10-1 on 21 points, full batch, SGD",
    "per_op": "One op on 4 floats: forward, backward, freeing",
    "mlp": "Perceptron 784-512-512-10 with ReLU and cross-entropy, or as said: a training step",
    "elementwise": "Elementwise on 1000 x 1000, forward and backward but where said",
    "reduce": "Reductions of 1000 x 1000",
    "convolution": "Convolution of 32x16x28x28 by 3x3 to 32 channels, forward and backward",
    "memory": "Memory",
    "threads": "Two threads on two cores (xgrad) against one",
    "build": "Building: processor time of a user's compile, time of the library's build, bytes of a program",
}


@dataclasses.dataclass
class Judgement:
    """A bound, and what it bounds: `measured` and `bound` in `unit`, or as ratios to `against`."""

    case: str
    measured: float
    bound: float
    against: str
    unit: str = ""

    @property
    def met(self):
        return self.measured <= self.bound

    def __str__(self):
        if self.unit:
            return f"{in_unit(self.measured, self.unit)}, bound {in_unit(self.bound, self.unit)}"
        return f"{self.measured:.3g} of {self.against}, bound {self.bound:.3g}"


class Case:
    """The sides of one case over all rounds, and the bounds of xgrad against them."""

    def __init__(self, name):
        self.name = name
        self.unit = "s"
        self.best = collections.defaultdict(lambda: math.inf)  # side -> seconds, or whatever the unit is
        self.medians = collections.defaultdict(list)  # side -> a median a round
        self.bounds = {}  # side -> the most that xgrad may take of its time
        self.limit = None  # and a limit without a side, with the words that say what it is made of

    def add(self, line):
        if "bound" in line:
            self.bounds[line["against"]] = line["bound"]
            return
        self.unit = line["unit"]
        side = line["side"]
        self.best[side] = min(self.best[side], line.get("best", line.get("value")))
        if "median" in line:
            self.medians[side].append(line["median"])
        if "limit" in line:
            self.limit = line["limit"], line["of"]

    def ratio(self, other):
        return self.best["xgrad"] / self.best[other]

    def ratio_of_medians(self, other):
        return statistics.median_high(self.medians["xgrad"]) / statistics.median_high(self.medians[other])

    def floors(self, peers):
        return [side for side in self.best if side != "xgrad" and side not in peers]

    def judgements(self):
        if self.limit:
            yield Judgement(self.name, self.best["xgrad"], self.limit[0], self.limit[1], self.unit)
        for other, bound in self.bounds.items():
            if other in self.best:
                yield Judgement(self.name, self.ratio(other), bound, other)


def parse(paths):
    """The machine; peers and their versions; program -> name -> case."""
    machine, peers, programs = {}, {}, {}
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if "machine" in line:
                    machine = line["machine"]
                elif "peer" in line:
                    peers[line["peer"]] = line["version"]
                else:
                    cases = programs.setdefault(line["program"], {})
                    cases.setdefault(line["case"], Case(line["case"])).add(line)
    for cases in programs.values():
        for name in [name for name, case in cases.items() if "xgrad" not in case.best]:
            del cases[name]
    return machine, peers, programs


def in_unit(value, unit):
    if unit == "s" and value < 1e-3:
        return f"{1e6 * value:.1f} us"
    if unit == "s" and value < 0.1:
        return f"{1e3 * value:.2f} ms"
    if unit == "bytes" and value >= 1e6:
        return f"{value / 1e6:.2f} MB"
    return f"{value:.3g} {unit}" if abs(value) < 1000 else f"{value:.0f} {unit}"


def judged(words, met):
    return words if met else f"**{words}** misses"


def comparison(case, other):
    """The ratio xgrad / other, that of medians behind it, and the bound."""
    words = f"{case.ratio(other):.2g}" if case.ratio(other) < 0.1 else f"{case.ratio(other):.2f}"
    if case.medians[other]:
        words += f" ({case.ratio_of_medians(other):.2g})"
    if other not in case.bounds:
        return words
    return judged(words, case.ratio(other) <= case.bounds[other]) + f", bound {case.bounds[other]:.3g}"


def row(case, peers):
    cells = [case.name, in_unit(case.best["xgrad"], case.unit)]
    if case.limit:
        cells[1] = judged(cells[1], case.best["xgrad"] <= case.limit[0])
        cells.append(f"bound {in_unit(case.limit[0], case.unit)}" + f", {case.limit[1]}".removesuffix(", limit"))
    else:
        cells.append("; ".join(f"{floor}, {in_unit(case.best[floor], case.unit)}: {comparison(case, floor)}"
                               for floor in case.floors(peers)))
    for peer in peers:
        if peer in case.best:
            cells.append(f"{in_unit(case.best[peer], case.unit)}: {comparison(case, peer)}")
        else:
            cells.append(f"not measured, bound {case.bounds[peer]:.3g}" if peer in case.bounds else "")
    return cells


def table(cases, peers):
    # A peer that is missing keeps its column where a bound names it.
    sides = {side for case in cases.values() for side in [*case.best, *case.bounds]}
    peers = [peer for peer in peers if peer in sides]
    rows = [["case", "xgrad", "floor: ratio", *(f"{peer}: ratio" for peer in peers)]]
    rows.append(["---"] * len(rows[0]))
    rows += (row(case, peers) for case in cases.values())
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def summary(programs):
    judgements = [j for cases in programs.values() for case in cases.values() for j in case.judgements()]
    missed = [j for j in judgements if not j.met]
    yield f"{len(judgements) - len(missed)} of {len(judgements)} bounds are met" + ("; missed:" if missed else ".")
    if missed:
        yield "\n".join(f"* {j.case}: {j}" for j in missed)


def page(machine, peers, programs, notes, figures):
    yield f"# Benchmarks: {machine['cpu']}, kernels {machine['level']}"
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    versions = ", ".join(f"{peer} {version}" for peer, version in peers.items()) or "no peers"
    yield (f"{date}, {machine['cpu']}, {machine['vectors']}, one thread on {machine['core']}, kernels of level "
           f"{machine['level']}, compiler {machine['compiler']}, {versions}.")
    yield from notes
    yield ("Times are the best of all repeats; ratios are xgrad's time divided by the other's, of best times and (of "
           "medians), less being better. xgrad and the floors run in turns in one process, peers in processes of their "
           "own between those.")
    yield from (f"![{figure}]({figure})" for figure in figures)
    yield from summary(programs)
    for program, cases in programs.items():
        if cases:
            yield f"## {TITLES.get(program, program)}"
            yield table(cases, PEERS)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--name", action="store_true")
    parser.add_argument("--note", action="append", default=[])
    parser.add_argument("--figure", action="append", default=[])
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    machine, peers, programs = parse(arguments.files)
    if arguments.name:
        print(re.sub(r"[^a-z0-9]+", "-", f"{machine['cpu']} {machine['level']}".lower()).strip("-"))
    else:
        print("\n\n".join(page(machine, peers, programs, arguments.note, arguments.figure)))


if __name__ == "__main__":
    main()
