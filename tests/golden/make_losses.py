# Writes losses.json: losses, the softmax family and their gradients as PyTorch computes them in float64.
# Not here: the comparison (tests/nn/test_losses.cpp); rows where xgrad decides otherwise (docs/design.md).
#
# Usage: python make_losses.py        (needs PyTorch 2.13)
import json
import pathlib

import torch
import torch.nn.functional as F

INF, NAN = float("inf"), float("nan")
generator = torch.Generator().manual_seed(2)
cases = []


def numbers(tensor):
    """Row-major values, with the three that JSON lacks as strings."""
    special = {INF: "inf", -INF: "-inf"}
    return ["nan" if v != v else special.get(v, v) for v in tensor.reshape(-1).tolist()]


def described(tensor):
    dtype = str(tensor.dtype).removeprefix("torch.")
    return {"shape": list(tensor.shape), "dtype": dtype, "values": numbers(tensor)}


def add(op, function, *inputs, **options):
    """One case: the gradient is that of the floating inputs, for a cotangent that is given."""
    leaves = [x.clone().requires_grad_(x.dtype.is_floating_point) for x in inputs]
    output = function(*leaves)
    cotangent = torch.rand(output.shape, generator=generator, dtype=torch.float64) * 4 - 2
    gradients = torch.autograd.grad(output, [x for x in leaves if x.requires_grad], cotangent)
    cases.append({
        "op": op, **options, "inputs": [described(x) for x in inputs], "output": described(output.detach()),
        "cotangent": numbers(cotangent), "gradients": [numbers(g) for g in gradients],
    })


def rand(*shape, low=-3.0, high=3.0):
    return torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low


def values(*list_of_numbers):
    return torch.tensor(list_of_numbers, dtype=torch.float64)


huge = values(1e4, -1e4, 0.0, 9999.0, -745.0, 30.0).reshape(2, 3)
for name, function in (("softmax", torch.softmax), ("log_softmax", torch.log_softmax)):
    for shape, axis in (((3, 5), -1), ((3, 5), 0), ((2, 3, 2), 1), ((11,), 0)):
        add(name, lambda x: function(x, axis), rand(*shape), axis=axis)
    add(name, lambda x: function(x, 1), huge, axis=1)
for shape, axes, keep in (((3, 5), [1], False), ((2, 3, 2), [0, 2], True), ((4,), [0], False)):
    add("logsumexp", lambda x: torch.logsumexp(x, axes, keep), rand(*shape), axes=axes, keep_dims=keep)
add("logsumexp", lambda x: torch.logsumexp(x, [1], False), huge, axes=[1], keep_dims=False)
# From 20 on PyTorch's softplus is x itself.
add("softplus", F.softplus, values(-1e4, -40.0, -1.5, 0.0, 1e-8, 2.5, 19.5, 1e4))
add("log_sigmoid", F.logsigmoid, values(-1e4, -40.0, -1.5, 0.0, 1e-8, 2.5, 36.5, 1e4))
for slope in (0.01, 0.2):
    add("leaky_relu", lambda x: F.leaky_relu(x, slope), values(-2.0, -0.0, 0.0, 1e-300, 3.0, -1e300), slope=slope)

for reduction in ("none", "mean", "sum"):
    add("bce_loss", lambda p, t: F.binary_cross_entropy(p, t, reduction=reduction), rand(2, 3, low=0.0, high=1.0),
        rand(2, 3, low=0.0, high=1.0), reduction=reduction)
    add("bce_with_logits_loss", lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction=reduction), rand(2, 3),
        rand(2, 3, low=0.0, high=1.0), reduction=reduction)
add("bce_with_logits_loss", lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction="none"),
    values(1e4, -1e4, 1e4, -1e4, 30.0, -30.0), values(1.0, 0.0, 0.0, 1.0, 1.0, 0.0), reduction="none")
for shape in ((3,), (1,), (2, 3)):
    w = rand(*shape, low=0.5, high=3.0)
    add("bce_with_logits_loss", lambda x, t: F.binary_cross_entropy_with_logits(x, t, pos_weight=w), rand(2, 3),
        rand(2, 3, low=0.0, high=1.0), reduction="mean", pos_weight=described(w))

weight = values(0.5, 2.0, 1.25)
indices = torch.tensor([0, 2, 1, 2])
some_ignored = torch.tensor([0, -100, 1, 2])
pixels = torch.tensor([[0, 2], [1, -100]])
for reduction in ("none", "mean", "sum"):
    for w in (None, weight):
        for smoothing in (0.0, 0.1):
            options = {"reduction": reduction, "label_smoothing": smoothing}
            kept = {"weight": described(w)} if w is not None else {}

            def loss(x, t, **more):
                return F.cross_entropy(x, t, weight=w, **options, **more)

            add("cross_entropy_loss", lambda x: loss(x, some_ignored), rand(4, 3), **options, **kept,
                targets=described(some_ignored))
            add("cross_entropy_loss", lambda x: loss(x, pixels), rand(2, 3, 2), **options, **kept,
                targets=described(pixels))
            add("cross_entropy_loss", loss, rand(4, 3), torch.softmax(rand(4, 3), 1), **options, **kept)
        add("nll_loss", lambda x: F.nll_loss(x, some_ignored, weight=w, reduction=reduction), rand(4, 3),
            reduction=reduction, **kept, targets=described(some_ignored))
add("cross_entropy_loss", lambda x: F.cross_entropy(x, indices, ignore_index=2), rand(4, 3), reduction="mean",
    ignore_index=2, targets=described(indices))
add("cross_entropy_loss", lambda x: F.cross_entropy(x, torch.tensor(1)), rand(3), reduction="mean",
    targets=described(torch.tensor(1)))
add("cross_entropy_loss", lambda x: F.cross_entropy(x, torch.tensor([0, 1]), reduction="none"), huge, reduction="none",
    targets=described(torch.tensor([0, 1])))
add("cross_entropy_loss", lambda x, p: F.cross_entropy(x, p), rand(2, 3, 2), torch.softmax(rand(2, 3, 2), 1),
    reduction="mean")
# There PyTorch's derivative by t is infinite, while the loss is clamped.
p = values(0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.5, 1e-40, 1e-50, 1e-13, 1e-13, 1e-11, 1 - 1e-13, 1 - 1e-13)
t = values(1.0, 0.0, 0.0, 1.0, 0.25, 0.25, 0.5, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0)
for reduction in ("none", "mean"):
    add("bce_loss", lambda x: F.binary_cross_entropy(x, t, reduction=reduction), p, reduction=reduction)
    cases[-1]["inputs"].append(described(t))
    cases[-1]["gradients"].append(None)

path = pathlib.Path(__file__).with_name("losses.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
path.write_text('{"made_by":"PyTorch ' + torch.__version__.split("+")[0] + '","cases":[\n' + lines + "\n]}\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
