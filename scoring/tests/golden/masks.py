"""Expected scores of masks, unfolded into arrays: overlap in numpy, distances by scipy's Euclidean distance transform.

hausdorff95: the surface of a mask are its pixels with one of the four neighbours outside of it (or of the image); of the
distances of each surface's pixels to the other surface the 95th percentile (numpy's linear one), and of both the larger
(Taha and Hanbury 2015). Two empty masks: 0; one empty mask: the diagonal of the image.
"""

import math

import numpy as np
import scipy
from common import uniform, write
from scipy.ndimage import binary_erosion, distance_transform_edt

cases = []


def encode(mask):
    """Runs of a mask, 1-based, down the columns; `-` for an empty one."""
    flat = np.concatenate([[0], mask.T.reshape(-1).astype(int), [0]])
    edges = np.flatnonzero(np.diff(flat))
    return " ".join(f"{a + 1} {b - a}" for a, b in zip(edges[::2], edges[1::2])) or "-"


def decode(rle, height, width):
    flat = np.zeros(height * width, dtype=bool)
    numbers = [] if rle == "-" else [int(number) for number in rle.split()]
    for start, length in zip(numbers[::2], numbers[1::2]):
        flat[start - 1 : start - 1 + length] = True
    return flat.reshape(width, height).T


def dice(a, b):
    return 1.0 if not (a.any() or b.any()) else 2 * np.sum(a & b) / (a.sum() + b.sum())


def iou(a, b):
    return 1.0 if not (a.any() or b.any()) else np.sum(a & b) / np.sum(a | b)


def hausdorff95(a, b):
    if not a.any() and not b.any():
        return 0.0
    if not a.any() or not b.any():
        return math.hypot(*a.shape)
    surface_a, surface_b = a & ~binary_erosion(a), b & ~binary_erosion(b)
    ab = distance_transform_edt(~surface_b)[surface_a]
    ba = distance_transform_edt(~surface_a)[surface_b]
    return max(np.percentile(ab, 95), np.percentile(ba, 95))


PER_CASE = {"dice": dice, "iou": iou, "hausdorff95": hausdorff95}


def expected(metric, rows, weights):
    scores = [float(PER_CASE[metric](decode(t, h, w), decode(p, h, w))) for t, p, h, w in rows]
    weights = [1.0] * len(rows) if weights is None else weights
    return {"score": math.fsum(s * w for s, w in zip(scores, weights)) / math.fsum(weights)}


SMALL = [
    [("1 3", "2 3", 2, 3)],
    [("-", "-", 3, 4)],
    [("-", "1 1", 3, 4)],
    [("12 1", "-", 3, 4)],
    [("1 12", "1 12", 3, 4)],
    [("1 12", "1 1", 3, 4)],
    [("1 1", "12 1", 3, 4)],
    [("1 2 3 2", "1 4", 4, 4)],
    [("1 3 8 1", "1 3", 1, 8), ("1 3 8 1", "1 3", 8, 1), ("-", "-", 5, 5)],
    [("1 25", "1 12 14 12", 5, 5)],
    [("1 1 3 1 5 1 7 1 9 1", "2 1 4 1 6 1 8 1", 3, 3)],
]


def add(metric, rows, weights, source=None):
    case = {"metric": metric}
    if source:
        case |= source
    else:
        truth, prediction, heights, widths = zip(*rows)
        case |= {"truth": truth, "prediction": prediction, "height": heights, "width": widths, "weights": weights}
    cases.append(case | expected(metric, rows, weights))


def blob(seed, height, width, noise):
    """An ellipse with a ragged edge, and now and then nothing: as tests/golden_masks.rs makes it."""
    y, x, ry, rx, empty = uniform(seed, 5)
    if empty < 0.1:
        return np.zeros((height, width), dtype=bool)
    rows = (np.arange(height)[:, None] - y * height) / ((0.05 + ry * 0.4) * height)
    columns = (np.arange(width)[None, :] - x * width) / ((0.05 + rx * 0.4) * width)
    ragged = uniform(seed + 1, height * width).reshape(width, height).T
    return rows * rows + columns * columns + (ragged - 0.5) * noise < 1


def made(seed, rows, height, width, noise):
    masks = [encode(blob(seed + 10 * number, height, width, noise)) for number in range(2 * rows)]
    return [(masks[2 * row], masks[2 * row + 1], height, width) for row in range(rows)]


for metric in PER_CASE:
    for rows in SMALL:
        add(metric, rows, None)
        add(metric, rows, [0.5, 2.0, 1.0][: len(rows)])
    for number, (rows, height, width, noise) in enumerate([(30, 7, 5, 0.5), (40, 32, 48, 0.0), (40, 32, 48, 2.0), (10, 1, 200, 1.0), (10, 150, 2, 1.0), (6, 256, 200, 0.3)]):
        seed = 4000 + 1000 * number
        source = {"seed": seed, "rows": rows, "size": [height, width], "noise": noise}
        add(metric, made(seed, rows, height, width, noise), None, source)

write("masks", cases, {"numpy": np.__version__, "scipy": scipy.__version__})
