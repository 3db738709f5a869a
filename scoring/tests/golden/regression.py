"""Expected scores of the metrics of numbers: scikit-learn, scipy, and plain numpy where neither has the metric.

Where a reference is undefined (NaN) or refuses the input, the named error is expected. Where a reference loses digits that are
there (squares beyond the range of f64, sums that cancel), the expected score is computed in exact fractions and the case says so.
"""

import math
import warnings
from fractions import Fraction

import numpy as np
import scipy
import sklearn
from common import uniform, write
from scipy import stats
from sklearn import metrics

warnings.simplefilter("ignore")


def smape(t, p, sample_weight=None):
    """M4's sMAPE as a fraction (Makridakis, Spiliotis and Assimakopoulos 2020); 0 where both are 0."""
    size = np.abs(t) + np.abs(p)
    terms = np.where(size == 0, 0.0, 2 * np.abs(t - p) / np.where(size == 0, 1.0, size))
    return np.average(terms, weights=sample_weight)


def ccc(t, p):
    """Lin 1989, moments over n."""
    covariance = np.mean((t - t.mean()) * (p - p.mean()))
    return 2 * covariance / (t.var() + p.var() + (t.mean() - p.mean()) ** 2)


def agreement(t, p):
    """Bland and Altman 1986."""
    difference = p - t
    width = 1.96 * difference.std(ddof=1)
    return {"bias": difference.mean(), "loa_lower": difference.mean() - width, "loa_upper": difference.mean() + width}


WEIGHTED = {
    "rmse": metrics.root_mean_squared_error,
    "mse": metrics.mean_squared_error,
    "mae": metrics.mean_absolute_error,
    "median_absolute_error": metrics.median_absolute_error,
    "r2": metrics.r2_score,
    "mape": metrics.mean_absolute_percentage_error,
    "smape": smape,
    "rmsle": metrics.root_mean_squared_log_error,
    "pinball": metrics.mean_pinball_loss,
}
PLAIN = {
    "max_error": metrics.max_error,
    "pearson": lambda t, p: stats.pearsonr(t, p).statistic,
    "spearman": lambda t, p: stats.spearmanr(t, p).statistic,
    "ccc": ccc,
}
NEEDS_VARYING_TRUTH = {"r2", "pearson", "spearman", "ccc"}
NEEDS_VARYING_PREDICTION = {"pearson", "spearman"}


def expected(metric, t, p, weights, params):
    if metric == "rmsle" and (min(t) < 0 or min(p) < 0):
        return {"error": "negative_value"}
    counted = t if weights is None else t[weights > 0]
    if metric in NEEDS_VARYING_TRUTH and np.all(counted == counted[0]):
        return {"error": "constant_truth"}
    if metric in NEEDS_VARYING_PREDICTION and np.all(p == p[0]):
        return {"error": "constant_prediction"}
    given = {name: float(value) for name, value in params.items()}
    if weights is not None:
        given["sample_weight"] = weights
    score = float((WEIGHTED | PLAIN)[metric](t, p, **given))
    if math.isinf(score):
        return {"error": "overflow"}
    assert not math.isnan(score), (metric, t, p)
    details = {name: float(value) for name, value in agreement(t, p).items()} if metric == "ccc" else {}
    return {"score": score} | ({"details": details} if details else {})


def made(seed, rows, make):
    """Truth, prediction and weights from a seed, as tests/golden_regression.rs makes them."""
    a, b, c = uniform(seed, rows), uniform(seed + 1, rows), uniform(seed + 2, rows)
    if make == "near":
        return a, a * 0.75 + b * 0.25, c
    if make == "ties":
        return np.floor(a * 8), np.floor((a + b) * 4), np.floor(c * 3)
    if make == "far":
        return a * 1000 + 1e6, b * 1000 + 1e6, c * 1e6
    if make == "signed":
        return a - 0.5, (b - 0.5) * 4, c * 1e-6
    raise ValueError(make)


cases = []


def add(metric, t, p, weights=None, params=None, source=None, answer=None):
    params = params or {}
    t, p = np.asarray(t, dtype=float), np.asarray(p, dtype=float)
    w = None if weights is None else np.asarray(weights, dtype=float)
    case = {"metric": metric, "params": params}
    if source:
        case |= source | {"weighted": w is not None}
    else:
        case |= {"truth": t.tolist(), "prediction": p.tolist(), "weights": None if w is None else w.tolist()}
    cases.append(case | (answer or expected(metric, t, p, w, params)))


def params_of(metric):
    return [{"alpha": alpha} for alpha in ("0.5", "0.1", "0.95", "0", "1")] if metric == "pinball" else [{}]


SMALL = [
    ([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]),
    ([1, 2], [2, 1]),
    ([0, 0, 1], [0, 1, 0]),
    ([1, 2, 3, 4], [7, 7, 7, 7]),
    ([5, 5, 5], [1, 2, 3]),
    ([5, 5, 5], [5, 5, 5]),
    ([1], [2]),
    ([1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2]),
    ([1e-12, 2e-12, 5e-12], [2e-12, 1e-12, 4e-12]),
    ([1e100, -1e100, 3e100], [2e100, 1e100, -1e100]),
    ([1, 10, 100, 1000, 1e9], [1, 10, 100, 1000, 1]),
    ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.6, 0.5, 0.4, 0.3, 0.2, 0.1]),
    ([0, 0, 0, 0, 1], [0.5, 0.25, 0.125, 0.0625, 0.03125]),
    ([-1, -2, -3], [-3, -2, -1]),
    ([0, 1, 2], [0.5, 1.5, -0.25]),
]
SMALL_WEIGHTS = [1, 2, 0, 3, 0.5, 0.25]

for metric in WEIGHTED | PLAIN:
    for params in params_of(metric):
        for t, p in SMALL:
            add(metric, t, p, params=params)
            weights = SMALL_WEIGHTS[: len(t)]
            if metric in WEIGHTED:
                add(metric, t, p, weights, params)
    for number, (rows, make) in enumerate(
        [(2, "near"), (3, "ties"), (10, "near"), (101, "ties"), (1000, "signed"), (1000, "far"), (9999, "ties"), (100_000, "near"), (100_000, "signed"), (100_000, "far")]
    ):
        seed = 1000 + 10 * number
        t, p, w = made(seed, rows, make)
        for params in params_of(metric)[:3]:
            source = {"seed": seed, "rows": rows, "make": make}
            add(metric, t, p, None, params, source)
            if metric in WEIGHTED and w.sum() > 0:
                add(metric, t, p, w, params, source)

# Beyond what f64 squares hold: scikit-learn has 0 or infinity on the way, the score itself is a plain number.
exact = "exact"
add("rmse", [0, 0], [3e200, 4e200], answer={"score": math.sqrt(12.5) * 1e200, "reference": exact})
add("rmse", [0, 0], [3e-200, 4e-200], answer={"score": math.sqrt(12.5) * 1e-200, "reference": exact})
add("r2", [0, 2e-200, 4e-200], [1e-200, 2e-200, 3e-200], answer={"score": 0.75, "reference": exact})
add("r2", [0, 2e200, 4e200], [1e200, 2e200, 3e200], answer={"score": 0.75, "reference": exact})
add("ccc", [0, 2e-200, 4e-200], [1e-200, 3e-200, 5e-200], answer={"score": 16 / 19, "reference": exact, "details": {"bias": 1e-200, "loa_lower": 1e-200, "loa_upper": 1e-200}})


def exact_pearson(t, p):
    """The coefficient in fractions, the root at the end."""
    t, p = [Fraction(x) for x in t], [Fraction(x) for x in p]
    mt, mp = sum(t) / len(t), sum(p) / len(p)
    tp = sum((a - mt) * (b - mp) for a, b in zip(t, p))
    tt, pp = sum((a - mt) ** 2 for a in t), sum((b - mp) ** 2 for b in p)
    return math.copysign(math.sqrt(tp * tp / (tt * pp)), tp)


def exact_r2(t, p):
    t, p = [Fraction(x) for x in t], [Fraction(x) for x in p]
    mean = sum(t) / len(t)
    return float(1 - sum((a - b) ** 2 for a, b in zip(t, p)) / sum((a - mean) ** 2 for a in t))


# Steps of the last digits far from zero: the means are no f64.
far = [1e15, 1e15 + 1, 1e15 + 3, 1e15 + 4.5, 1e15 + 9]
other = [1e15 + 2, 1e15, 1e15 + 5, 1e15 + 3, 1e15 + 7]
add("pearson", far, other, answer={"score": exact_pearson(far, other), "reference": exact})
add("r2", far, other, answer={"score": exact_r2(far, other), "reference": exact})
small = [x * 1e-300 for x in (1, 2, 3, 5)]
add("pearson", small, [2, 1, 4, 3], answer={"score": exact_pearson(small, [2, 1, 4, 3]), "reference": exact})
add("mse", [0], [1e200], answer={"error": "overflow"})
add("mape", [0], [1e300], answer={"error": "overflow"})

write("regression", cases, {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__})
