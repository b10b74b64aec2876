# Writes print.json: arrays and the text that NumPy's str gives for them.
# Not here: the comparison (tests/autodiff/test_print.cpp).
#
# Usage: python make_print.py        (needs NumPy 2.4; float32 switches to exponents at 1e6 since then)
import json
import pathlib

import numpy as np

DTYPES = {"bool": np.bool_, "int64": np.int64, "float32": np.float32, "float64": np.float64}
cases = []


def add(name, dtype, shape, buffer, **how):
    """One case. The array is the row-major buffer, or a strided window into it (strides and offset in elements)."""
    buffer = np.asarray(buffer).astype(DTYPES[dtype])
    if "strides" in how:
        strides = [s * buffer.itemsize for s in how["strides"]]
        array = np.lib.stride_tricks.as_strided(buffer[how["offset"] :], shape, strides)
    else:
        array = buffer.reshape(shape)
    case = {"name": name, "dtype": dtype, "shape": list(shape), **how}
    if "ramp" not in how:
        floating = dtype.startswith("float")
        case["values"] = [float(x).hex() if floating else str(int(x)) for x in buffer]
    cases.append(case | {"text": str(array)})


def ramp(name, dtype, shape, mul, mod, sub, scale, **how):
    """Element i of the buffer is (i * mul % mod - sub) * scale, so that a large array takes few bytes."""
    n = int(np.prod(shape))
    buffer = (np.arange(n, dtype=np.int64) * mul % mod - sub) * scale
    add(name, dtype, shape, buffer, ramp=[mul, mod, sub, scale], **how)


def floats(name, values, shape=None):
    for dtype in ("float32", "float64"):
        with np.errstate(over="ignore"):
            add(f"{name} {dtype}", dtype, (len(values),) if shape is None else shape, np.array(values, np.float64))


inf, nan = np.inf, np.nan
rng = np.random.default_rng(20240229)

# 0-d: like a scalar
for x in (1.0, -0.0, 0.1, 2 / 3, 1e-4, 9.9e-5, 999999.0, 1e6, 123456789.0, 9999999999999998.0, 1e16, nan, -inf, 5e-324):
    floats(f"scalar {x!r}", [x], ())
add("scalar bool", "bool", (), [1])
add("scalar int64", "int64", (), [-7])

# no elements
for shape in ((0,), (0, 3), (3, 0), (2, 0, 3)):
    add(f"empty {shape}", "float32", shape, [])

# which form, which digits
floats("short fractions", [0.5, 1.25, -3.0, 100.0])
floats("negative zero", [-0.0, 0.0, 1.0])
floats("thirds", [1 / 3, 2 / 3, 100 / 3])
floats("small", [1e-5, 1.0])
floats("one small", [1e-5])
floats("at 1e-4", [1e-4, 1e-4 * 3])
floats("ratio 1000", [1.0, 1000.0])
floats("ratio over 1000", [1.0, 1000.5])
floats("below the limit of float32", [999999.0, 999000.0])
floats("at the limit of float32", [1e6, 1e6 - 1])
floats("below the limit of float64", [99999999.0, 99999990.0])
floats("at the limit of float64", [1e8, 1e8 - 1])
floats("1e16", [1e16])
floats("nine digits", [123456789.123])
floats("many digits", [1.23456789012, 12.3456789012, 123.456789012])
floats("ties of the cut", [2**-9, 3 * 2**-9, 5 * 2**-9, 1 + 2**-9])
floats("carry", [0.9999999999, 9.9999999999])
floats("carry with exponent", [9.9999999999e-7, 1.0])
floats("digits beyond the shortest", [1.2345678e-5, 0.1, 0.3])
floats("mixed magnitudes", [1e-10, 1.0, 12345.678, -1e10])
floats("three digits of exponent", [1e100, 1e-100, 1.0])
floats("extremes of float64", [1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, -1.5e-323])
floats("extremes of float32", [3.4028234663852886e38, 1.1754943508222875e-38, 2.0**-149, -(2.0**-148)])
floats("ratio overflows", [1e308, 1e-308])
floats("powers of two", [2.0**-96, 2.0**-44, 2.0**87, 2.0**-24])
floats("nan", [nan, 1.0])
floats("nan and a wide column", [nan, -1234.5])
floats("infinities", [inf, -inf, 1.5])
floats("negative infinity alone", [-inf])
floats("nothing finite", [nan, inf])
floats("nan with exponents", [nan, -inf, 1e-20, -1.0])
add("bools", "bool", (2, 3), [1, 0, 0, 1, 1, 1])
add("int64", "int64", (5,), [0, -1, 10, 12345, -678])
add("int64 extremes", "int64", (2,), [-(2**63), 2**63 - 1])

# layout
add("row and column", "float64", (1, 4), [1, 2, 3.5, 4])
add("column", "float64", (4, 1), [1, 2, 3.5, 4])
add("3-d", "int64", (2, 3, 4), np.arange(24))
add("4-d", "int64", (2, 2, 2, 3), np.arange(24) - 12)
add("8-d", "int64", (1, 2, 1, 1, 2, 1, 1, 2), np.arange(8))
ramp("wrapped", "int64", (100,), 1, 1000, 0, 1)
ramp("wrapped to the last column", "int64", (60,), 0, 1, -1, 1)
ramp("wrapped with padding at the end of a line", "float64", (40,), 1, 5, 0, 0.25)
ramp("wrapped in 2-d", "float32", (3, 30), 7, 31, 15, 0.125)
ramp("wrapped in 4-d", "float64", (2, 1, 2, 23), 7, 31, 15, 0.5)
ramp("wrapped bools", "bool", (2, 40), 1, 3, 0, 1)
ramp("1000 elements", "int64", (10, 100), 1, 1000, 0, 1)
ramp("summary in 1-d", "float64", (1001,), 7919, 1009, 500, 0.125)
ramp("summary hides the wide numbers", "int64", (2000,), 1, 2000, 0, 1)
ramp("summary in 2-d", "float32", (40, 50), 7919, 1009, 500, 0.125)
ramp("summary with short rows", "float32", (400, 6), 7919, 1009, 500, 0.125)
ramp("summary with one long row", "float64", (1, 1500), 7919, 1009, 500, 0.125)
ramp("summary in 3-d", "float64", (20, 7, 10), 7919, 1009, 500, 0.125)
ramp("summary in 4-d", "float32", (7, 2, 10, 9), 7919, 1009, 500, 2.0**-20)
ramp("summary of bools", "bool", (50, 50), 1, 2, 0, 1)

# strides
add("transposed", "float64", (3, 2), np.arange(6), strides=[1, 3], offset=0)
add("broadcast", "float32", (2, 3, 2), [1.5, -2, 3], strides=[0, 1, 0], offset=0)
add("reversed", "int64", (3, 2), np.arange(6), strides=[-2, -1], offset=5)
add("every third", "float64", (3,), np.arange(9), strides=[3], offset=1)
add("summary of a broadcast row", "int64", (500, 4), [1, 20, 3, 4], strides=[0, -1], offset=3)

# drawn
for i in range(24):
    rank = i % 4 + 1
    shape = tuple(int(x) for x in rng.integers(1, (30, 7, 4, 3)[rank - 1], rank))
    dtype = ("float32", "float64")[i // 4 % 2]
    x = rng.standard_normal(shape) * 10.0 ** rng.integers(-2, 3, shape) ** (i % 3)
    add(f"drawn {i}", dtype, shape, (np.round(x, 2) if i % 5 == 0 else x).ravel())

path = pathlib.Path(__file__).with_name("print.json")
lines = ",\n".join(json.dumps(case) for case in cases)
path.write_text(f'{{"numpy": "{np.__version__}", "cases": [\n{lines}\n]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
