"""Expected concordance: lifelines, which takes predicted times, so the risks go in with their sign turned."""

import lifelines
import numpy as np
from common import uniform, write
from lifelines.utils import concordance_index

cases = []


def expected(times, events, risks):
    try:
        return {"score": float(concordance_index(times, -np.asarray(risks, dtype=float), events))}
    except ZeroDivisionError:
        return {"error": "no_comparable_pairs"}


SMALL = [
    ([1, 2, 3], [1, 1, 1], [3, 2, 1]),
    ([1, 2, 3], [1, 1, 1], [1, 2, 3]),
    ([1, 2, 3], [1, 0, 1], [3, 1, 2]),
    ([2, 2], [1, 0], [1, 2]),
    ([2, 2], [1, 0], [2, 2]),
    ([2, 2], [1, 1], [1, 2]),
    ([1, 2], [0, 1], [1, 2]),
    ([1, 2, 3], [0, 0, 0], [1, 2, 3]),
    ([5], [1], [1]),
    ([1, 1, 1, 2, 2, 2], [1, 1, 0, 1, 0, 0], [1, 1, 1, 1, 1, 1]),
    ([1, 1, 1, 2, 2, 2], [1, 1, 0, 1, 0, 0], [-1, 0, 1, 1, 0, -1]),
    ([0.5, 0.25, 0.75, 1e-9, 1e9], [1, 0, 1, 1, 1], [1e-300, 1e300, 0, -1e300, -1e-300]),
]
for times, events, risks in SMALL:
    case = {"metric": "concordance_index", "times": times, "events": events, "risks": risks}
    cases.append(case | expected(times, events, risks))


def made(seed, rows, steps):
    """As tests/golden_survival.rs makes them; fewer steps, more ties."""
    times = np.floor(uniform(seed, rows) * steps)
    events = (uniform(seed + 1, rows) < 0.6).astype(int)
    risks = np.floor((1 - uniform(seed, rows) + uniform(seed + 2, rows)) * steps / 2)
    return times, events, risks


for number, (rows, steps) in enumerate([(2, 10), (3, 2), (20, 5), (100, 1000), (1000, 3), (1000, 1e9), (100_000, 50), (100_000, 1e12)]):
    seed = 2000 + 10 * number
    case = {"metric": "concordance_index", "seed": seed, "rows": rows, "steps": steps}
    cases.append(case | expected(*made(seed, rows, steps)))

write("survival", cases, {"lifelines": lifelines.__version__, "numpy": np.__version__})
