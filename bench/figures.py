#!/usr/bin/env python3
# Draws the figures of a page from the same lines: bars, each with its name and value, as SVG.
# Not here: what the lines mean (report.py).
"""Usage: figures.py STEM FILE...     writes STEM-small.svg, STEM-steps.svg, STEM-arrays.svg and prints their names
A figure whose cases are not among the lines is left out."""

import html
import math
import sys

import report

# Colours that remain distinct to the colour-blind (Okabe and Ito); names stand beside all bars besides.
COLOURS = {"xgrad": "#0072b2", "xgrad, captured": "#56b4e9", "libtorch": "#e69f00", "PyTorch": "#d55e00",
           "torch.compile": "#cc79a7", "JAX": "#009e73"}
FLOOR = "#8c8c8c"
WIDTH, LEFT, RIGHT, BAR, GAP, TOP, FOOT = 860, 190, 110, 19, 12, 62, 62


def ticks(low, high):
    """1, 2 and 5 times powers of ten, or powers alone where those would be too many."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if math.log10(high / low) < 2.2 else (1,)
    return [f * 10.0**d for d in decades for f in factors if low <= f * 10.0**d <= high]


def time_words(ns):
    unit, factor = ("ns", 1) if ns < 1e3 else ("us", 1e3) if ns < 1e6 else ("ms", 1e6)
    return f"{ns / factor:.3g} {unit}"


def ratio_words(ratio):
    return f"{ratio:.3g}" if ratio >= 10 or ratio == int(ratio) else f"{ratio:.2f}"


class Figure:
    """Groups of horizontal bars on one logarithmic axis."""

    def __init__(self, title, axis, origin, in_words):
        self.title, self.axis, self.origin, self.in_words = title, axis, origin, in_words
        self.groups = []

    def add(self, name, bars):
        """bars: (side, value) in the order of drawing."""
        if bars:
            self.groups.append((name, bars))

    def svg(self):
        values = [value for _, bars in self.groups for _, value in bars]
        low, high = min([self.origin, *values]), max(values)
        scale = (WIDTH - LEFT - RIGHT) / math.log(high / low)
        x = lambda value: LEFT + scale * math.log(value / low)
        count = sum(len(bars) for _, bars in self.groups)
        bottom = TOP + count * BAR + len(self.groups) * (BAR + GAP)
        parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + FOOT}" width="{WIDTH}" '
                 f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="15" fill="#222">',
                 f'<rect width="{WIDTH}" height="{bottom + FOOT}" fill="white"/>',
                 self.text(WIDTH / 2, 30, self.title, 'font-size="19" text-anchor="middle"')]
        for tick in ticks(low, high):
            line = "#999" if tick == self.origin else "#ddd"
            parts.append(f'<path d="M{x(tick):.1f} {TOP - 10}V{bottom}" stroke="{line}"/>')
            parts.append(self.text(x(tick), bottom + 20, self.in_words(tick), 'text-anchor="middle"'))
        parts.append(self.text((LEFT + WIDTH - RIGHT) / 2, bottom + 46, self.axis, 'text-anchor="middle"'))
        y = TOP
        for name, bars in self.groups:
            parts.append(self.text(12, y + BAR - 5, name,
                                   'font-weight="bold" paint-order="stroke" stroke="white" stroke-width="5"'))
            y += BAR
            for side, value in bars:
                start, end = sorted((x(self.origin), x(value)))
                parts.append(self.text(LEFT - 8, y + BAR - 5, side, 'text-anchor="end"'))
                parts.append(f'<rect x="{start:.1f}" y="{y + 2}" width="{max(end - start, 1.5):.1f}" height="{BAR - 4}" '
                             f'fill="{COLOURS.get(side, FLOOR)}"/>')
                parts.append(self.text(end + 6, y + BAR - 5, self.in_words(value), ""))
                y += BAR
            y += GAP
        return "\n".join([*parts, "</svg>\n"])

    @staticmethod
    def text(x, y, words, attributes):
        return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{html.escape(words)}</text>'


def sides(case, peers):
    """Floors, xgrad, peers: those that were measured."""
    return [*case.floors(peers), "xgrad", *(peer for peer in peers if peer in case.best)]


def small(programs, peers):
    figure = Figure("Small models: the time of one training epoch, of one op", "time (logarithmic)", 10,
                    time_words)
    for dtype in ("float32", "float64"):
        name = f"XOR epoch, {dtype}"
        case, captured = (programs.get("lab_epoch", {}).get(n) for n in (name, name + ", captured"))
        if case:
            bars = [(side, 1e9 * case.best[side]) for side in sides(case, peers)]
            if captured:
                bars.insert(1, ("xgrad, captured", 1e9 * captured.best["xgrad"]))
            figure.add(f"XOR lab epoch (perceptron 2-10-10-1, 21 points), {dtype}", bars)
    for name, words in (("x + c", "x + c"), ("sin x", "sin x"), ("x x", "x * x")):
        case = programs.get("per_op", {}).get(name + ", a graph of one op")
        if case:
            figure.add(f"{words} on 4 floats: forward, backward, freeing",
                       [(side, case.best[side]) for side in sides(case, peers)])
    return figure


def steps(programs, peers):
    figure = Figure("Perceptron 784-512-512-10: a training step by size of batch",
                    "time, as a ratio to its bare matrix products and one update (logarithmic)", 1, ratio_words)
    for batch in (1, 32, 128, 512):
        for optimizer in ("SGD", "Adam"):
            case = programs.get("mlp", {}).get(f"{optimizer}, batch {batch}")
            if case:
                floor, *others = sides(case, peers)
                figure.add(f"batch {batch}, {optimizer}", [(s, case.best[s] / case.best[floor]) for s in others])
    return figure


def arrays(programs, peers):
    figure = Figure("A million floats: functions with derivatives, reductions, a convolution",
                    "time, as a ratio to reading and writing the same bytes once (logarithmic)", 1, ratio_words)
    wanted = {"elementwise": ("sum(sigmoid x tanh x + exp x)", "relu x", "x^2.5", "x^y", "where(c, x, y)"),
              "reduce": ("sum, axis 0", "max, axis 0", "logsumexp, axis 1", "softmax-cross-entropy"),
              "convolution": ("conv2d",)}
    for program, names in wanted.items():
        for name in names:
            case = programs.get(program, {}).get(name)
            if case:
                floor, *others = sides(case, peers)
                words = name + (" 32x16x28x28 by 3x3 (to its products)" if name == "conv2d" else "")
                figure.add(words, [(side, case.best[side] / case.best[floor]) for side in others])
    return figure


def main():
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    stem, *paths = sys.argv[1:]
    _, _, programs = report.parse(paths)
    for make in (small, steps, arrays):
        figure = make(programs, report.PEERS)
        if figure.groups:
            with open(f"{stem}-{make.__name__}.svg", "w", encoding="utf-8") as file:
                file.write(figure.svg())
            print(f"{stem}-{make.__name__}.svg")


if __name__ == "__main__":
    main()
