#!/usr/bin/env python3
# Makes one page of the lines that the suite's programs and the peers print with --json.
# Not here: the measuring, and any judgement but "misses" beside a ratio beyond its bound.
"""Reads lines of JSON, prints Markdown.

Usage: report.py [--note TEXT]... FILE...
       report.py --name FILE...     prints a name for the page: processor and kernel level
"""

import argparse
import collections
import datetime
import json
import re
import statistics

TITLES = {
    "lab_epoch": "XOR lab epoch: perceptron 2-10-10-1 on 21 points, full batch, SGD",
    "per_op": "One op on 4 floats: forward, backward, freeing",
    "mlp": "Perceptron 784-512-512-10 with ReLU and cross-entropy, or as said: a training step",
    "elementwise": "Elementwise on 1000 x 1000, forward and backward but where said",
    "reduce": "Reductions of 1000 x 1000",
    "convolution": "Convolution of 32x16x28x28 by 3x3 to 32 channels, forward and backward",
    "memory": "Memory",
    "threads": "Two threads on two cores (xgrad) against one",
}


class Case:
    """The sides of one case over all rounds, and the bounds of xgrad against them."""

    def __init__(self):
        self.times = collections.defaultdict(list)  # side -> [(best, median)]
        self.bounds = {}
        self.values = []

    def side(self, name):
        """The best of all rounds, and the median of their medians."""
        times = self.times[name]
        return min(best for best, _ in times), statistics.median_high(median for _, median in times)


def parse(paths):
    machine, peers = {}, {}
    programs = collections.defaultdict(lambda: collections.defaultdict(Case))
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if "machine" in line:
                    machine = line["machine"]
                elif "peer" in line:
                    peers[line["peer"]] = line["version"]
                else:
                    case = programs[line["program"]][line["case"]]
                    if "bound" in line:
                        case.bounds[line["against"]] = line["bound"]
                    elif "value" in line:
                        case.values.append(line)
                    else:
                        case.times[line["side"]].append((line["best"], line["median"]))
    return machine, peers, programs


def in_words(seconds):
    return f"{1e6 * seconds:.1f} us" if seconds < 1e-3 else f"{1e3 * seconds:.2f} ms"


def comparison(case, other):
    """Three cells: the other side's time, the ratio xgrad / other (that of medians), and the bound."""
    if other not in case.times:
        missing = f"{case.bounds[other]:.3g}" if other in case.bounds else ""
        return ["", "not measured" if missing else "", missing]
    (best, median), (other_best, other_median) = case.side("xgrad"), case.side(other)
    ratio = best / other_best
    words = f"{ratio:.2f} ({median / other_median:.2f})"
    if other not in case.bounds:
        return [in_words(other_best), words, ""]
    bound = case.bounds[other]
    return [in_words(other_best), words if ratio <= bound else f"**{words}** misses", f"{bound:.3g}"]


def table(header, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows])


def times_table(cases, peers):
    # A peer that is missing keeps its column where a bound names it.
    named = {other for case in cases.values() for other in case.bounds if other not in case.times}
    peers = [*peers, *sorted(named - set(peers))]
    header = ["case", "xgrad", "floor", "its time", "ratio", "bound"]
    for peer in peers:
        header += [peer, "ratio", "bound"]
    rows = []
    for name, case in cases.items():
        if "xgrad" not in case.times:
            continue
        floors = [side for side in case.times if side != "xgrad" and side not in peers]
        row = [name, in_words(case.side("xgrad")[0]), ", ".join(floors)]
        row += comparison(case, floors[0]) if floors else [""] * 3
        for peer in peers:
            row += comparison(case, peer)
        rows.append(row)
    return table(header, rows)


def values_table(cases):
    rows = []
    for name, case in cases.items():
        if not case.values:
            continue
        line = min(case.values, key=lambda value: value["value"])
        value, limit = line["value"], line.get("limit")
        measured = f"{value:.6g} {line['unit']}"
        if limit is None:
            rows.append([name, measured, "", ""])
        else:
            rows.append([name, measured if value <= limit else f"**{measured}** misses", f"{limit:.6g}", line["of"]])
    return table(["case", "xgrad", "bound", "which is"], rows)


def page(machine, peers, programs, notes):
    yield f"# Benchmarks: {machine['cpu']}, kernels {machine['level']}"
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    versions = ", ".join(f"{peer} {version}" for peer, version in peers.items()) or "no peers"
    yield (f"{date}, {machine['cpu']}, {machine['vectors']}, one thread on {machine['core']}, kernels of level "
           f"{machine['level']}, compiler {machine['compiler']}, {versions}.")
    yield from notes
    yield ("Times are the best of all repeats; ratios are xgrad's time divided by the other's, of best times and (of "
           "medians), less being better. xgrad and the floors run in turns in one process, peers in processes of their "
           "own between those.")
    for program, cases in programs.items():
        yield f"## {TITLES.get(program, program)}"
        if any(case.times for case in cases.values()):
            yield times_table(cases, peers)
        if any(case.values for case in cases.values()):
            yield values_table(cases)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--name", action="store_true")
    parser.add_argument("--note", action="append", default=[])
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    machine, peers, programs = parse(arguments.files)
    if arguments.name:
        print(re.sub(r"[^a-z0-9]+", "-", f"{machine['cpu']} {machine['level']}".lower()).strip("-"))
    else:
        print("\n\n".join(page(machine, peers, programs, arguments.note)))


if __name__ == "__main__":
    main()
