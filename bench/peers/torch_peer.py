#!/usr/bin/env python3
# The suite's cases in PyTorch, eager: the same sizes, float32, one thread, bound to the same core.
# Not here: xgrad; the programs beside this folder print the same lines for it.
"""Prints one JSON object a line, as the programs of bench/ do with --json.

Usage: torch_peer.py [--seconds S] [--only TEXT] PROGRAM...     of mlp, elementwise, reduce, convolution
Exits 3, and says so, where PyTorch is missing.
"""

import argparse
import json
import os
import statistics
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(print("torch_peer: no PyTorch in " + sys.executable, file=sys.stderr) or 3)

N = (1000, 1000)


def settle():
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def leaf(values):
    return values.detach().requires_grad_()


def differentiate(y, cotangent, *leaves):
    y.backward(cotangent)
    for x in leaves:
        x.grad = None


def mlp():
    def training(batch):
        model = torch.nn.Sequential(
            torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 512), torch.nn.ReLU(),
            torch.nn.Linear(512, 10))
        return model, torch.rand(batch, 784), torch.randint(0, 10, (batch,))

    def step(model, x, t, optimizer):
        loss = F.cross_entropy(model(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    # The fastest of each optimizer's implementations that torch has for the CPU.
    optimizers = {"SGD": lambda p: torch.optim.SGD(p, lr=1e-6, fused=True),
                  "Adam": lambda p: torch.optim.Adam(p, lr=1e-6, fused=True)}
    for batch in (1, 32, 128, 512):
        for name, make in optimizers.items():
            model, x, t = training(batch)
            optimizer = make(model.parameters())
            yield f"{name}, batch {batch}", lambda: step(model, x, t, optimizer)
    for name, make in optimizers.items():
        model, x, t = training(1)
        optimizer = make(model.parameters())
        step(model, x, t, optimizer)
        yield f"{name} update", optimizer.step


def elementwise():
    x, e = leaf(torch.rand(N) + 0.5), leaf(torch.rand(N) + 0.5)
    g = torch.rand(N)
    c = torch.rand(N) > 0.5
    z = leaf(torch.randn(N))

    def composed():
        (torch.sigmoid(z) * torch.tanh(z) + torch.exp(z)).sum().backward()
        z.grad = None

    yield "sum(sigmoid x tanh x + exp x)", composed
    yield "relu x", lambda: differentiate(torch.relu(z), g, z)
    yield "x^2.5", lambda: differentiate(x**2.5, g, x)
    yield "x^y", lambda: differentiate(x**e, g, x, e)
    yield "where(c, x, y)", lambda: differentiate(torch.where(c, x, e), g, x, e)

    a, b = leaf(torch.rand(N)), leaf(torch.rand(N))
    same = lambda o: o
    operands = {"a row": (leaf(torch.rand(1000)), same), "a column": (leaf(torch.rand(1000, 1)), same),
                "a scalar": (leaf(torch.rand(())), same), "a transposed matrix": (b, lambda o: o.T)}
    for op, f in {"add": torch.add, "multiply": torch.mul}.items():
        for name, (o, view) in operands.items():

            def forward():
                with torch.no_grad():
                    f(a, view(o))

            yield f"{op} with {name}, forward", forward
            yield f"{op} with {name}, both", lambda: differentiate(f(a, view(o)), g, a, o)


def reduce():
    x = torch.randn(N)
    # amax and logsumexp want axes named.
    functions = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax, "logsumexp": torch.logsumexp}
    for name, f in functions.items():
        for axes, words in (((0,), "axis 0"), ((1,), "axis 1"), ((0, 1), "all")):
            yield f"{name}, {words}", lambda: f(x, axes)
    logits, targets = leaf(torch.randn(N)), torch.randint(0, 1000, (1000,))

    def cross_entropy():
        F.cross_entropy(logits, targets).backward()
        logits.grad = None

    yield "softmax-cross-entropy", cross_entropy


def convolution():
    x, w, b = leaf(torch.randn(32, 16, 28, 28)), leaf(torch.randn(32, 16, 3, 3)), leaf(torch.randn(32))
    g = torch.randn(32, 32, 28, 28)
    yield "conv2d", lambda: differentiate(F.conv2d(x, w, b, padding=1), g, x, w, b)


PROGRAMS = {f.__name__: f for f in (mlp, elementwise, reduce, convolution)}


def seconds_of(work, runs):
    start = time.perf_counter()
    for _ in range(runs):
        work()
    return (time.perf_counter() - start) / runs


def measure(work, seconds):
    """Best and median of batches of a millisecond or more, at least five; a suite in C++ does the same."""
    best, spent = seconds_of(work, 1), 0.0
    while spent < 0.02:
        once = seconds_of(work, 1)
        best, spent = min(best, once), spent + once
    runs = min(int(1e-3 / best) + 1, 100000)
    batch = seconds_of(work, runs) * runs
    rounds = int(min(max(seconds / batch, 5), 2000))
    times = [seconds_of(work, runs) for _ in range(rounds)]
    return min(times), statistics.median_high(times)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("programs", nargs="+", choices=list(PROGRAMS))
    arguments = parser.parse_args()
    settle()
    for program in arguments.programs:
        print(json.dumps({"program": program, "peer": "PyTorch", "version": torch.__version__}))
        for case, work in PROGRAMS[program]():
            if arguments.only not in case:
                continue
            best, median = measure(work, arguments.seconds)
            print(json.dumps({"program": program, "case": case, "side": "PyTorch", "unit": "s", "best": best,
                              "median": median}), flush=True)


if __name__ == "__main__":
    main()
