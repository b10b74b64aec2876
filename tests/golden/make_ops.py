# Writes ops.json: operands, results and gradients of the ops as PyTorch computes them in float64.
# Not here: the comparison (tests/autodiff/test_golden_ops.cpp); rows where xgrad decides otherwise (docs/design.md).
#
# Usage: python make_ops.py        (needs PyTorch 2.13)
import json
import pathlib

import torch

INF, NAN = float("inf"), float("nan")
generator = torch.Generator().manual_seed(1)
cases = []


def numbers(tensor):
    """Nested lists have no place in a file of cases: row-major values, with the three that JSON lacks as strings."""
    special = {INF: "inf", -INF: "-inf"}
    return ["nan" if v != v else special.get(v, v) for v in tensor.reshape(-1).tolist()]


def described(tensor):
    dtype = str(tensor.dtype).removeprefix("torch.")
    return {"shape": list(tensor.shape), "dtype": dtype, "values": numbers(tensor)}


def add(op, function, *inputs, **attributes):
    """One case: the gradient is that of the floating inputs, for a cotangent that is given."""
    leaves = [x.clone().requires_grad_(x.dtype.is_floating_point) for x in inputs]
    output = function(*leaves)
    case = {"op": op, **attributes, "inputs": [described(x) for x in inputs], "output": described(output.detach())}
    wanted = [x for x in leaves if x.requires_grad]
    if output.requires_grad and wanted:
        cotangent = torch.rand(output.shape, generator=generator, dtype=torch.float64) * 4 - 2
        gradients = torch.autograd.grad(output, wanted, cotangent, allow_unused=True)
        case["cotangent"] = numbers(cotangent)
        case["gradients"] = [numbers(torch.zeros_like(x) if g is None else g) for x, g in zip(wanted, gradients)]
    cases.append(case)


def rand(*shape, low=-2.0, high=2.0):
    return torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low


def values(*list_of_numbers):
    return torch.tensor(list_of_numbers, dtype=torch.float64)


special = values(-INF, -1e300, -30.0, -1.0, -1e-300, -0.0, 0.0, 1e-300, 0.5, 1.0, 30.0, 710.0, 1e300, INF, NAN)

for name in ("exp", "log", "sqrt", "square", "abs", "sign", "sin", "cos", "tanh", "sigmoid", "relu", "negative"):
    function = getattr(torch, name)
    positive = name in ("log", "sqrt")
    add(name, function, rand(3, 7, low=0.1 if positive else -4.0, high=4.0))
    # The sign of NaN is NaN here and 0 there.
    add(name, function, special[1:-2] if name in ("sin", "cos") else special[:-1] if name in ("abs", "sign") else special)

for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum"):
    function = getattr(torch, name)
    add(name, function, rand(2, 5), rand(2, 5))
    add(name, function, rand(4, 1, 3), rand(2, 1))
    add(name, function, rand(2, 3), rand())
    ties = values(0.0, -0.0, 1.0, INF, -INF, 2.0, -3.0, 5.0)
    add(name, function, ties, values(-0.0, 1.0, 1.0, INF, INF, 3.0, -4.0, 0.0))
add("power", torch.pow, rand(3, 4, low=0.1, high=3.0), rand(4, low=-3.0, high=3.0))
add("power", torch.pow, rand(5), torch.tensor([0, 1, 2, 3, -2]))
add("power", torch.pow, values(0.0, 0.0, 0.0), values(1.0, 2.0, 3.0))
add("where", torch.where, rand(2, 3) > 0, rand(2, 3), rand(3))
add("where", torch.where, torch.tensor([True, False]), values(NAN, 1.0), values(2.0, NAN))

for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
    function = {"equal": torch.eq, "not_equal": torch.ne}.get(name) or getattr(torch, name)
    add(name, function, values(1.0, 2.0, 3.0, NAN, INF, 0.0), values(2.0, 2.0, 1.0, NAN, INF, -0.0))

for shape, axes in (((2, 3, 4), [1]), ((2, 3, 4), [0, 2]), ((2, 3, 4), [-1]), ((5,), [0]), ((2, 3), [0, 1])):
    for keep in (False, True):
        x = rand(*shape)
        add("sum", lambda v: torch.sum(v, axes, keep), x, axes=axes, keep_dims=keep)
        add("mean", lambda v: torch.mean(v, axes, keep), x, axes=axes, keep_dims=keep)
        add("max", lambda v: torch.amax(v, axes, keep), x, axes=axes, keep_dims=keep)
add("max", lambda v: torch.amax(v, [1]), values(1, 3, 3, 2, 2, 2).reshape(2, 3), axes=[1], keep_dims=False)

for a, b in (((3, 4), (4, 2)), ((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 2)), ((2, 3, 4), (4, 2)), ((2, 1, 3, 4), (5, 4, 2))):
    add("matmul", torch.matmul, rand(*a), rand(*b))
add("linear", torch.nn.functional.linear, rand(5, 3), rand(4, 3), rand(4))
add("linear", torch.nn.functional.linear, rand(2, 5, 3), rand(4, 3), rand(4))
add("mse_loss", torch.nn.functional.mse_loss, rand(4, 2), rand(4, 2))

add("reshape", lambda x: x.reshape(4, 3), rand(2, 6), shape=[4, 3])
add("transpose", lambda x: x.permute(2, 0, 1), rand(2, 3, 4), order=[2, 0, 1])
add("expand_dims", lambda x: x.unsqueeze(1), rand(2, 3), axis=1)
add("squeeze", lambda x: x.squeeze(1), rand(2, 1, 3), axis=1)
add("broadcast_to", lambda x: x.broadcast_to(4, 2, 3), rand(2, 1), shape=[4, 2, 3])
add("concatenate", lambda a, b, c: torch.cat([a, b, c], 1), rand(2, 1), rand(2, 3), rand(2, 2), axis=1)
add("clone", torch.clone, rand(2, 3))
add("view", lambda x: x[1:4, ::2], rand(5, 6), slices=[[1, 4, 1], [0, 6, 2]])
add("view", lambda x: x.flip(0)[::2], rand(5), slices=[[4, None, -2]])

# Compositions, where cotangents of several paths meet.
add("softplus", lambda x: torch.log(1 + torch.exp(x)), rand(6))
add("normalised", lambda x: x / torch.sqrt(torch.sum(x * x, 1, True)), rand(3, 4))
add("mlp", lambda x, w, v: torch.mean((torch.tanh(x @ w.T) @ v.T - 0.5) ** 2), rand(5, 3), rand(4, 3), rand(1, 4))

path = pathlib.Path(__file__).with_name("ops.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
path.write_text('{"made_by":"PyTorch ' + torch.__version__.split("+")[0] + '","cases":[\n' + lines + "\n]}\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
