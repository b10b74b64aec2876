#!/usr/bin/env python3
# Writes python.safetensors with the Python package safetensors, and xgrad.safetensors, byte for byte what xgrad must write.
# Not here: the comparisons with what xgrad reads and writes (tests/io/test_safetensors.cpp).
"""Usage: make_safetensors.py              (needs NumPy and safetensors; the files are committed)
       make_safetensors.py --check [FILE]   that the package reads the tensors in FILE, by default xgrad.safetensors
"""

import json
import pathlib
import sys

import numpy as np
import safetensors
import safetensors.numpy

HERE = pathlib.Path(__file__).parent
METADATA = {"format": "pt", "größe": 'x "1" \n y'}
TENSORS = {
    "layers.0.weight": np.array([[1.5, -0.0, np.inf], [5e-324, 1e308, 0.1]]),
    "layers.0.bias": np.array([0x7FC12345, 0xFF800001, 0x00000001], np.uint32).view(np.float32),
    "mask": np.array([True, False, True]),
    "counts": np.array([[-(2**63)], [2**63 - 1]], np.int64),
    "scalar": np.array(0.25, np.float32),
    "empty": np.zeros((0, 4)),
    "größe": np.arange(8, dtype=np.int64).reshape(1, 2, 1, 2, 1, 2, 1, 1),
}
DTYPES = {"bool": "BOOL", "int64": "I64", "float32": "F32", "float64": "F64"}


def xgrad_file():
    """Names in the given order, data from the widest element type to the narrowest, a header of a multiple of 8 bytes."""
    header = {"__metadata__": METADATA} | {name: None for name in TENSORS}
    data = b""
    for name, x in sorted(TENSORS.items(), key=lambda item: -item[1].itemsize):
        offsets = [len(data), len(data) + x.nbytes]
        header[name] = {"data_offsets": offsets, "dtype": DTYPES[str(x.dtype)], "shape": list(x.shape)}
        data += x.tobytes()
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data


def check(path):
    tensors = safetensors.numpy.load_file(path)
    assert tensors.keys() == TENSORS.keys(), tensors.keys()
    for name, want in TENSORS.items():
        got = tensors[name]
        assert (got.dtype, got.shape, got.tobytes()) == (want.dtype, want.shape, want.tobytes()), name
    with safetensors.safe_open(path, "np") as file:
        assert file.metadata() == METADATA, file.metadata()
    print(f"{path}: {len(tensors)} tensors and the metadata are as written")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        check(sys.argv[2] if len(sys.argv) > 2 else HERE / "xgrad.safetensors")
    else:
        safetensors.numpy.save_file(TENSORS, HERE / "python.safetensors", METADATA)
        (HERE / "xgrad.safetensors").write_bytes(xgrad_file())
