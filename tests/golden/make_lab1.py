#!/usr/bin/env python3
# Writes lab1.json: losses and accuracies of the lab's runs, by NumPy, with gradients written out by hand.
# Not here: the printed log of the report (examples/lab1/reference.json), the comparison (tests/examples/test_lab1.py).
"""Usage: make_lab1.py      (needs NumPy; the file it writes is committed)"""

import json
import pathlib

import numpy as np

# Options of `lab1 train`, each with the epochs whose loss is written: the first line of the log and some later ones.
RUNS = [
    ([], [500, 1000, 1500, 2000]),
    (["--momentum", "0.9"], [20, 40, 60, 80, 100]),
    (["--activation", "tanh"], [20, 40, 60, 80, 100]),
    (["--activation", "relu", "--output-activation", "sigmoid"], [20, 40, 60, 80, 100]),
    (["--activation", "tanh", "--output-activation", "none", "--lr", "0.01"], [20, 40, 60, 80, 100]),
    (["--activation", "none", "--lr", "0.001"], [20, 40, 60, 80, 100]),
    (["--no-bias"], [20, 40, 60, 80, 100]),
    (["--hidden", "7,5,3", "--seed", "1"], [20, 40, 60, 80, 100]),
    (["--hidden", "1", "--no-bias", "--momentum", "0.5", "--seed", "4294967295"], [20, 40, 60, 80, 100]),
]

# name -> (function, derivative by its result)
ACTIVATIONS = {
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda y: y * (1 - y)),
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "relu": (lambda x: np.maximum(x, 0), lambda y: (y > 0).astype(float)),
    "none": (lambda x: x, np.ones_like),
}


def linear_data():
    points = np.random.uniform(0, 1, (100, 2))
    return points, np.where(points[:, :1] > points[:, 1:], 0.0, 1.0)


def xor_data():
    rows = []
    for i in range(11):
        rows.append((0.1 * i, 0.1 * i, 0))
        if 0.1 * i != 0.5:
            rows.append((0.1 * i, 1 - 0.1 * i, 1))
    rows = np.array(rows)
    return rows[:, :2], rows[:, 2:]


def train(points, labels, epochs, hidden, lr, momentum, bias, activations):
    """The losses of the given epochs, and the share of right predictions after the last."""
    widths = [2, *hidden, 1]
    weights = [np.random.normal(0, 1, shape) for shape in zip(widths, widths[1:])]
    biases = [np.zeros((1, width)) for width in widths[1:]]
    velocities = [np.zeros_like(p) for p in weights + biases]

    def forward():
        outputs = [points]
        for w, b, name in zip(weights, biases, activations):
            outputs.append(ACTIVATIONS[name][0](outputs[-1] @ w + b))
        return outputs

    losses = []
    for epoch in range(1, epochs[-1] + 1):
        outputs = forward()
        if epoch in epochs:
            losses.append([epoch, float(np.mean((outputs[-1] - labels) ** 2))])
        delta = 2 * (outputs[-1] - labels) / labels.size
        gradients = [None] * len(velocities)
        for i in reversed(range(len(weights))):
            delta = delta * ACTIVATIONS[activations[i]][1](outputs[i + 1])
            gradients[i] = outputs[i].T @ delta
            gradients[len(weights) + i] = delta.sum(axis=0, keepdims=True) * bias
            delta = delta @ weights[i].T
        for parameter, velocity, gradient in zip(weights + biases, velocities, gradients):
            velocity *= momentum
            velocity += gradient
            parameter -= lr * velocity
    return {"losses": losses, "accuracy": float(np.mean((forward()[-1] > 0.5) == (labels > 0.5)))}


def run(options, epochs):
    given = dict(zip(options, options[1:]))
    hidden = [int(width) for width in given.get("--hidden", "10,10").split(",")]
    activation = given.get("--activation", "sigmoid")
    setting = {
        "epochs": epochs,
        "hidden": hidden,
        "lr": float(given.get("--lr", 0.1)),
        "momentum": float(given.get("--momentum", 0)),
        "bias": "--no-bias" not in options,
        "activations": [activation] * len(hidden) + [given.get("--output-activation", activation)],
    }
    np.random.seed(int(given.get("--seed", 16)))
    linear = train(*linear_data(), **setting)
    xor = train(*xor_data(), **setting)
    every = ["--epochs", str(epochs[-1]), "--log-every", str(epochs[0])]
    return {"options": options + every, "linear": linear, "xor": xor}


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(run(*r)) for r in RUNS)
    pathlib.Path(__file__).with_name("lab1.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
