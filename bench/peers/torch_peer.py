#!/usr/bin/env python3
# The suite's cases in PyTorch, eager: the same sizes, float32, one thread, bound to the same core.
# Not here: xgrad; the programs beside this folder print the same lines for it.
import sys

import turns

turns.settle()
try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit(print("torch_peer: no PyTorch in " + sys.executable, file=sys.stderr) or 3)
torch.set_num_threads(1)

N = (1000, 1000)


def leaf(values):
    return values.detach().requires_grad_()


def differentiate(y, cotangent, *leaves):
    y.backward(cotangent)
    for x in leaves:
        x.grad = None


# The fastest of each optimizer's implementations that torch has for the CPU.
optimizers = {"SGD": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, fused=True),
              "Adam": lambda parameters, lr: torch.optim.Adam(parameters, lr=lr, fused=True)}


def step(training, optimizer):
    model, x, t, loss_of = training
    loss = loss_of(model(x), t)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def xor_network(width):
    return torch.nn.Sequential(
        torch.nn.Linear(2, width), torch.nn.Sigmoid(), torch.nn.Linear(width, width), torch.nn.Sigmoid(),
        torch.nn.Linear(width, 1), torch.nn.Sigmoid())


def classifier(batch):
    model = torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 512), torch.nn.ReLU(),
        torch.nn.Linear(512, 10))
    return model, torch.rand(batch, 784), torch.randint(0, 10, (batch,)), F.cross_entropy


def networks():
    """Words for each perceptron, and it with inputs, targets and a loss."""
    for batch in (1, 32, 128, 512):
        yield f"batch {batch}", classifier(batch)
    yield "2-64-64-1, batch 256", (xor_network(64), torch.rand(256, 2), torch.rand(256, 1), F.mse_loss)


def lab_epoch():
    for dtype in (torch.float32, torch.float64):
        model = xor_network(10).to(dtype)
        optimizer = optimizers["SGD"](model.parameters(), 0.1)
        training = model, torch.rand(21, 2, dtype=dtype), torch.rand(21, 1, dtype=dtype), F.mse_loss
        yield f"XOR epoch, {str(dtype).split('.')[1]}", lambda: step(training, optimizer)


def per_op():
    """Seconds of a whole graph of one op; the chains of per_op.cpp would measure Python's loop."""
    x, c, g = leaf(torch.full((4,), 0.5)), torch.full((4,), 0.9), torch.ones(4)
    functions = {"x + c": lambda: x + c, "x + x": lambda: x + x, "sin x": lambda: torch.sin(x), "x c": lambda: x * c,
                 "x x": lambda: x * x}
    for name, f in functions.items():
        yield f"{name}, a graph of one op", lambda: differentiate(f(), g, x)

        def forward():
            with torch.no_grad():
                f()

        yield f"{name}, NoGrad", forward


def mlp():
    for words, training in networks():
        for name, make in optimizers.items():
            optimizer = make(training[0].parameters(), 1e-6)
            yield f"{name}, {words}", lambda: step(training, optimizer)
    for name, make in optimizers.items():
        training = classifier(1)
        optimizer = make(training[0].parameters(), 1e-6)
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


PROGRAMS = {f.__name__: f for f in (lab_epoch, per_op, mlp, elementwise, reduce, convolution)}

if __name__ == "__main__":
    turns.main("PyTorch", torch.__version__, PROGRAMS)
