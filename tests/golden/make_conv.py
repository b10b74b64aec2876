# Writes conv.json: results and gradients of convolutions and pooling as PyTorch computes them in float64.
# Not here: the comparison (tests/autodiff/test_golden_conv.cpp).
#
# Usage: python make_conv.py        (needs PyTorch 2.13)
import json
import pathlib

import torch
import torch.nn.functional as F

generator = torch.Generator().manual_seed(2)
cases = []


def rand(*shape):
    """Multiples of 1/64, so that the file stays small."""
    return torch.randint(-128, 129, shape, generator=generator).to(torch.float64) / 64


def numbers(tensor):
    return tensor.reshape(-1).tolist()


def add(op, *inputs, **options):
    leaves = [x.clone().requires_grad_() for x in inputs]
    if "pool" in op:
        output = getattr(F, op)(leaves[0], **{"kernel_size" if k == "kernel" else k: v for k, v in options.items()})
    else:
        output = getattr(F, op)(*leaves, **options)
    cotangent = rand(*output.shape)
    gradients = torch.autograd.grad(output, leaves, cotangent)
    cases.append({
        "op": op, "options": options,
        "inputs": [{"shape": list(x.shape), "dtype": "float64", "values": numbers(x)} for x in inputs],
        "output": {"shape": list(output.shape), "values": numbers(output)},
        "cotangent": numbers(cotangent), "gradients": [numbers(g) for g in gradients],
    })


add("conv1d", rand(2, 3, 7), rand(2, 3, 3), rand(2))
add("conv1d", rand(1, 4, 9), rand(2, 2, 2), stride=2, padding=1, dilation=3, groups=2)
add("conv2d", rand(2, 2, 5, 4), rand(3, 2, 3, 3), rand(3), padding=[1, 1])
add("conv2d", rand(1, 2, 7, 6), rand(2, 2, 3, 2), stride=[2, 3], padding=[2, 0], dilation=[1, 2])
add("conv2d", rand(1, 4, 4, 5), rand(4, 2, 2, 3), rand(4), stride=[1, 2], padding=[0, 1], groups=2)
add("conv2d", rand(2, 3, 4, 4), rand(6, 1, 3, 3), padding=[1, 1], groups=3)
add("conv2d", rand(2, 3, 3, 2), rand(2, 3, 1, 1), rand(2))
for op in ("max_pool2d", "avg_pool2d"):
    add(op, rand(1, 2, 4, 6), kernel=[2, 2], stride=[2, 2])
    add(op, rand(1, 2, 7, 5), kernel=[3, 2], stride=[2, 2], padding=[1, 1])
    add(op, rand(1, 1, 7, 6), kernel=[3, 3], stride=[2, 2], padding=[1, 0], ceil_mode=True)
    add(op, rand(1, 1, 5, 5), kernel=[2, 2], stride=[2, 2], padding=[1, 1], ceil_mode=True)
    add(op, rand(1, 1, 2, 2), kernel=[3, 3], stride=[2, 2], ceil_mode=True)
add("max_pool2d", rand(1, 1, 8, 9), kernel=[2, 3], stride=[1, 2], dilation=[3, 2])
add("max_pool2d", torch.ones(1, 1, 4, 4, dtype=torch.float64), kernel=[3, 3], stride=[1, 1], padding=[1, 1])
add("avg_pool2d", rand(1, 1, 7, 6), kernel=[4, 3], stride=[3, 2], padding=[2, 1], ceil_mode=True, count_include_pad=False)

path = pathlib.Path(__file__).with_name("conv.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
path.write_text('{"made_by":"PyTorch ' + torch.__version__.split("+")[0] + '","cases":[\n' + lines + "\n]}\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
