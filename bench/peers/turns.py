# How the Python peers measure and print, as turns.hpp and suite.cpp do for the programs.
# Not here: the cases.
"""A peer gives main() its name, its version and a dictionary of programs: functions that yield (case, work)."""

import argparse
import ctypes
import json
import os
import statistics
import time


def keep_memory():
    """Left alone, glibc gives arrays of megabytes back to the system at each step or keeps them, as it happens: relu of
    1000 x 1000 takes 3.6 or 0.3 ms from one process to the next. Told to keep them, PyTorch is at its best."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(-4, 0)  # M_MMAP_MAX: no array gets a mapping of its own
        mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def settle():
    """To be called before the peer is imported: some count the cores that they may use then."""
    keep_memory()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def seconds_of(work, runs):
    work()
    start = time.perf_counter()
    for _ in range(runs):
        work()
    return (time.perf_counter() - start) / runs


def measure(work, seconds):
    """Best and median of batches of ten milliseconds or more, at least five."""
    best, spent = seconds_of(work, 1), 0.0
    while spent < 0.02:
        once = seconds_of(work, 1)
        best, spent = min(best, once), spent + once
    runs = min(int(1e-2 / best) + 1, 100000)
    batch = seconds_of(work, runs) * runs
    rounds = int(min(max(seconds / batch, 5), 2000))
    times = [seconds_of(work, runs) for _ in range(rounds)]
    return min(times), statistics.median_high(times)


def main(peer, version, programs):
    parser = argparse.ArgumentParser(description="Prints one JSON object a line, as the programs of bench/ do.")
    parser.add_argument("--seconds", type=float, default=1, help="time spent on each case")
    parser.add_argument("--only", default="", help="the cases whose names hold this")
    parser.add_argument("programs", nargs="+", metavar="PROGRAM", help="of " + ", ".join(programs))
    arguments = parser.parse_args()
    if unknown := [program for program in arguments.programs if program not in programs]:
        parser.error(f"{peer} has no cases of {', '.join(unknown)}")
    for program in arguments.programs:
        print(json.dumps({"program": program, "peer": peer, "version": version}))
        for case, work in programs[program]():
            if arguments.only not in case:
                continue
            best, median = measure(work, arguments.seconds)
            line = {"program": program, "case": case, "side": peer}
            if program == "per_op":
                line |= {"unit": "ns", "value": 1e9 * best}
            else:
                line |= {"unit": "s", "best": best, "median": median}
            print(json.dumps(line), flush=True)
