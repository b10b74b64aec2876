#!/usr/bin/env python3
# The suite's cases in PyTorch, eager: the same sizes, float32, one thread, bound to the same core.
# Not here: xgrad; the programs beside this folder print the same lines for it.
"""Prints one JSON object a line, as the programs of bench/ do with --json.

Usage: torch_peer.py [--seconds S] [--only TEXT] PROGRAM...     of lab_epoch, mlp, elementwise, reduce, convolution
Exits 3, and says so, where PyTorch is missing.
"""

import argparse
import ctypes
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


def keep_memory():
    """Left alone, glibc gives arrays of megabytes back to the system at each step or keeps them, as it happens: relu of
    1000 x 1000 takes 3.6 or 0.3 ms from one process to the next. Told to keep them, PyTorch is at its best."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(-4, 0)  # M_MMAP_MAX: no array gets a mapping of its own
        mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def settle():
    keep_memory()
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def leaf(values):
    return values.detach().requires_grad_()


def differentiate(y, cotangent, *leaves):
    y.backward(cotangent)
    for x in leaves:
        x.grad = None


def lab_epoch():
    for dtype in (torch.float32, torch.float64):
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 10), torch.nn.Sigmoid(), torch.nn.Linear(10, 10), torch.nn.Sigmoid(),
            torch.nn.Linear(10, 1), torch.nn.Sigmoid()).to(dtype)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, fused=True)
        x, t = torch.rand(21, 2, dtype=dtype), torch.rand(21, 1, dtype=dtype)

        def epoch():
            loss = F.mse_loss(model(x), t)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        yield f"XOR epoch, {str(dtype).split('.')[1]}", epoch


def mlp():
    def classifier(batch):
        model = torch.nn.Sequential(
            torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 512), torch.nn.ReLU(),
            torch.nn.Linear(512, 10))
        return model, torch.rand(batch, 784), torch.randint(0, 10, (batch,)), F.cross_entropy

    def curve(batch):
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 64), torch.nn.Sigmoid(), torch.nn.Linear(64, 64), torch.nn.Sigmoid(),
            torch.nn.Linear(64, 1), torch.nn.Sigmoid())
        return model, torch.rand(batch, 2), torch.rand(batch, 1), F.mse_loss

    def step(training, optimizer):
        model, x, t, of = training
        loss = of(model(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    # The fastest of each optimizer's implementations that torch has for the CPU.
    optimizers = {"SGD": lambda p: torch.optim.SGD(p, lr=1e-6, fused=True),
                  "Adam": lambda p: torch.optim.Adam(p, lr=1e-6, fused=True)}
    cases = [(f"batch {batch}", classifier(batch)) for batch in (1, 32, 128, 512)]
    for words, training in [*cases, ("2-64-64-1, batch 256", curve(256))]:
        for name, make in optimizers.items():
            optimizer = make(training[0].parameters())
            yield f"{name}, {words}", lambda: step(training, optimizer)
    for name, make in optimizers.items():
        training = classifier(1)
        optimizer = make(training[0].parameters())
        step(training, optimizer)
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


PROGRAMS = {f.__name__: f for f in (lab_epoch, mlp, elementwise, reduce, convolution)}


def seconds_of(work, runs):
    work()
    start = time.perf_counter()
    for _ in range(runs):
        work()
    return (time.perf_counter() - start) / runs


def measure(work, seconds):
    """Best and median of batches of ten milliseconds or more, at least five, as in suite.cpp."""
    best, spent = seconds_of(work, 1), 0.0
    while spent < 0.02:
        once = seconds_of(work, 1)
        best, spent = min(best, once), spent + once
    runs = min(int(1e-2 / best) + 1, 100000)
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
