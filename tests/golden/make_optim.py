# Writes optim.json: where PyTorch's optimizers arrive in float64, and the learning rates of its schedulers.
# Not here: the comparison (tests/optim/test_golden_optim.cpp).
#
# Usage: python make_optim.py        (needs PyTorch 2.13)
import json
import pathlib
import warnings

import torch

START = [2.0, -0.5, 0.25, 1.5]
CHECKPOINTS = (1, 10, 100)
NAN, INF = float("nan"), float("inf")
warnings.simplefilter("ignore")  # a scheduler may step without its optimizer here


def built(name, parameters, options):
    """The optimizer; beta1 and beta2 are PyTorch's pair betas."""
    options = dict(options)
    if "beta1" in options or "beta2" in options:
        options["betas"] = (options.pop("beta1", 0.9), options.pop("beta2", 0.999))
    return getattr(torch.optim, name)(parameters, **options)


def path(name, options):
    """The parameter after some of 100 steps on f(p) = p^4 / 4 - p."""
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = built(name, [p], options)
    values = {}
    for step in range(1, max(CHECKPOINTS) + 1):
        p.grad = p.detach() * p.detach() * p.detach() - 1
        optimizer.step()
        if step in CHECKPOINTS:
            values[str(step)] = p.tolist()
    return {"optimizer": name, "options": options, "values": values}


OPTIONS = {
    "SGD": [
        {},
        {"lr": 0.05},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.02, "momentum": 0.9},
        {"lr": 0.02, "momentum": 0.8, "dampening": 0.2, "weight_decay": 0.01},
        {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.3, "nesterov": True},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1, "lr_decay": 0.05},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.5},
        {"lr": 0.1, "eps": 0.1},
        {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.2, "initial_accumulator_value": 0.1, "eps": 1e-3},
    ],
    "Adadelta": [
        {},
        {"lr": 0.5},
        {"rho": 0.95, "eps": 1e-3},
        {"rho": 0.0, "eps": 1e-2},
        {"lr": 0.05, "rho": 1.0, "eps": 1e-4},
        {"lr": 2.0, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1},
    ],
    "RMSprop": [
        {},
        {"lr": 0.02, "alpha": 0.9},
        {"lr": 0.02, "eps": 0.1},
        {"lr": 0.02, "weight_decay": 0.1},
        {"lr": 0.01, "momentum": 0.5},
        {"lr": 0.02, "centered": True, "eps": 0.1},
        {"lr": 0.01, "alpha": 0.95, "momentum": 0.6, "centered": True, "weight_decay": 0.1, "eps": 0.1},
    ],
    "Adam": [
        {},
        {"lr": 0.05},
        {"lr": 0.05, "beta1": 0.5, "beta2": 0.9},
        {"lr": 0.05, "beta1": 0.0, "beta2": 0.3},
        {"lr": 0.05, "eps": 0.1},
        {"lr": 0.05, "weight_decay": 0.2},
        {"lr": 0.05, "amsgrad": True},
        {"lr": 0.05, "beta2": 0.9, "amsgrad": True, "weight_decay": 0.1, "eps": 1e-3},
    ],
    "AdamW": [
        {},
        {"lr": 0.05},
        {"lr": 0.05, "weight_decay": 0.5},
        {"lr": 0.05, "weight_decay": 0.0},
        {"lr": 0.05, "beta1": 0.8, "beta2": 0.9, "weight_decay": 0.2, "amsgrad": True},
    ],
}


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def groups():
    """Two groups of one parameter each, with options of their own, under a scheduler."""
    options = [{"lr": 0.1, "weight_decay": 0.1}, {"lr": 0.02, "beta1": 0.5, "amsgrad": True}]
    p = [torch.tensor(START[:2], dtype=torch.float64), torch.tensor(START[2:], dtype=torch.float64)]
    first, second = ({**o, "betas": (o.pop("beta1", 0.9), 0.999)} for o in (dict(o) for o in options))
    optimizer = torch.optim.Adam([{"params": [p[0]], **first}, {"params": [p[1]], **second}])
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 20, 0.5)
    for _ in range(100):
        for x in p:
            x.grad = x * x * x - 1
        optimizer.step()
        scheduler.step()
    return {"options": options, "step_size": 20, "gamma": 0.5, "values": [x.tolist() for x in p], "lr": rates(optimizer)}


def two_rates():
    p = [torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    return torch.optim.SGD([{"params": [p[0]], "lr": 0.8}, {"params": [p[1]], "lr": 0.003}])


def step_lr(step_size, gamma=None):
    optimizer = two_rates()
    options = {} if gamma is None else {"gamma": gamma}
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size, **options)
    sequence = []
    for _ in range(12):
        scheduler.step()
        sequence.append(rates(optimizer))
    return {"step_size": step_size, "options": options, "lr": sequence}


def words(x):
    return "nan" if x != x else {INF: "inf", -INF: "-inf"}.get(x, x)


def plateau(metrics, **options):
    optimizer = two_rates()
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    sequence = []
    for metric in metrics:
        scheduler.step(metric)
        sequence.append(rates(optimizer))
    return {"options": options, "metrics": [words(m) for m in metrics], "lr": sequence, "best": words(scheduler.best)}


FALLING = [1.0, 0.9, 0.9, 0.8999, 0.85, 0.8500001, 0.84995, 0.85, 0.86, 0.5, 0.5, 0.5, 0.49, 0.495, 0.5]
NEGATIVE = [-1.0, -1.0, -1.00005, -1.0002, -1.1, -1.0, -0.9, -1.2, -1.2]
golden = {
    "made_by": "PyTorch " + torch.__version__.split("+")[0],
    "start": START,
    "paths": [path(name, options) for name, all_options in OPTIONS.items() for options in all_options],
    "groups": groups(),
    "step_lr": [step_lr(1), step_lr(3), step_lr(4, 0.5), step_lr(2, 1.5), step_lr(5, 0.0)],
    "plateau": [
        plateau([1.0] * 25),
        plateau([1.0] * 12 + [NAN] * 12),
        plateau(FALLING, patience=1),
        plateau(FALLING, patience=0, factor=0.5),
        plateau(FALLING, patience=1, threshold_mode="abs", threshold=0.01),
        plateau(FALLING, patience=0, cooldown=2),
        plateau(FALLING, mode="max", patience=2),
        plateau(FALLING, mode="max", patience=1, threshold_mode="abs", threshold=0.1),
        plateau(NEGATIVE, patience=0),
        plateau(NEGATIVE, mode="max", patience=0, threshold=0.01),
        plateau([2.0] * 8, patience=0, min_lr=0.01),
        plateau([2.0] * 8, patience=0, eps=0.05),
        plateau([2.0] * 4, patience=0, factor=0.0),
        plateau([NAN, NAN, 1.0, NAN, NAN, 0.5, NAN, INF, -INF, 0.1, NAN], patience=1, factor=0.5),
        plateau([NAN, 1.0, INF, NAN, 0.5, 0.5], mode="max", patience=0, cooldown=1),
    ],
}

target = pathlib.Path(__file__).with_name("optim.json")
lines = []
for key, value in golden.items():
    if isinstance(value, list) and isinstance(value[0], dict):
        rows = ",\n".join(json.dumps(row, separators=(",", ":"), allow_nan=False) for row in value)
        lines.append(f'"{key}":[\n{rows}\n]')
    else:
        lines.append(f'"{key}":{json.dumps(value, separators=(",", ":"), allow_nan=False)}')
target.write_text("{" + ",\n".join(lines) + "}\n")
print(target.stat().st_size, "bytes")
