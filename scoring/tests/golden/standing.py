"""Rank statistics: the expected values of src/standing/, from scipy, statsmodels and plain numpy.

Bootstrap draws are the same on both sides: draw k takes the numbers k·c+1 … (k+1)·c of `uniform(seed, …)`, each picking
the unit ⌊u·c⌋. Scores are counted in integers and divided once, so that equal scores are equal on both sides too.
"""

import math

import numpy as np
import scipy
import statsmodels
from common import uniform, write
from scipy.stats import binomtest, kendalltau, norm, rankdata
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

EXACT_UP_TO = 1000


def data(kind: str, seed: int, rows: int, teams: int, share: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """Truth and each team's column; a later team is a little better."""
    u = uniform(seed, rows * (1 + 2 * teams)).reshape(1 + 2 * teams, rows)
    skill = [0.3 + 0.05 * team for team in range(teams)]
    if kind == "auc":
        truth = (u[0] < share).astype(int)
        return truth, [np.floor((skill[t] * truth + u[1 + 2 * t]) * 50) for t in range(teams)]
    if kind == "label":
        truth = np.floor(u[0] * 3).astype(int)
        guess = [np.floor(u[2 + 2 * t] * 3).astype(int) for t in range(teams)]
        return truth, [np.where(u[1 + 2 * t] < skill[t], truth, guess[t]) for t in range(teams)]
    truth = u[0] * 10
    return truth, [truth + (u[1 + 2 * t] - 0.5) * (2 - skill[t]) for t in range(teams)]


def twice_won(truth: np.ndarray, scores: np.ndarray) -> int:
    positive = truth == 1
    m = int(positive.sum())
    return int(round(2 * rankdata(scores)[positive].sum())) - m * (m + 1)


def auc(truth, scores):
    m = int((truth == 1).sum())
    n = len(truth) - m
    return None if m == 0 or n == 0 else twice_won(truth, scores) / (2 * m * n)


def accuracy(truth, prediction):
    return int((truth == prediction).sum()) / len(truth)


def macro_f1(truth, prediction):
    scores = []
    for label in range(3):
        both, either = int(((truth == label) & (prediction == label)).sum()), int((truth == label).sum() + (prediction == label).sum())
        if either:
            scores.append(2 * both / either)
    return math.fsum(scores) / len(scores)


def rmse(truth, prediction):
    return -math.sqrt(math.fsum((truth - prediction) ** 2) / len(truth))


METRICS = {"roc_auc": ("auc", auc), "accuracy": ("label", accuracy), "macro_f1": ("label", macro_f1), "rmse": ("number", rmse)}


def components(truth, scores):
    """V10 and V01 by midranks (Sun and Xu 2014)."""
    x, y = scores[truth == 1], scores[truth == 0]
    z = rankdata(np.concatenate([x, y]))
    m, n = len(x), len(y)
    return (z[:m] - rankdata(x)) / n, 1 - (z[m:] - rankdata(y)) / m


def delong(truth, a, b):
    """Difference, its variance, one-sided p-value."""
    (a10, a01), (b10, b01) = components(truth, a), components(truth, b)
    variance = np.var(a10 - b10, ddof=1) / len(a10) + np.var(a01 - b01, ddof=1) / len(a01)
    difference = auc(truth, a) - auc(truth, b)
    return difference, variance, norm.sf(difference / math.sqrt(variance))


def mcnemar_p(better: int, worse: int) -> float:
    if better + worse == 0:
        return 1.0
    if better + worse <= EXACT_UP_TO:
        return binomtest(better, better + worse, 0.5, alternative="greater").pvalue
    # statsmodels' test is two-sided; half of it is the side that the difference is on.
    return mcnemar([[0, better], [worse, 0]], exact=False, correction=True).pvalue / 2


def bounds(values):
    values, beyond = sorted(values), (len(values) - 1) // 40
    return values[beyond], values[len(values) - 1 - beyond]


def ranks(gains) -> list[int]:
    order = sorted(range(len(gains)), key=lambda team: (-gains[team], team))
    return [order.index(team) + 1 for team in range(len(gains))]


def certainty(case: dict) -> dict:
    kind, metric = METRICS[case["metric"]]
    truth, teams = data(kind, case["data"], case["rows"], case["teams"], case["share"])
    rows, wanted = case["rows"], case["draws"]
    unit = np.arange(rows) if case["groups"] == 0 else (np.arange(rows) * 7) % case["groups"]
    count = len(set(unit))
    numbers = uniform(case["seed"], count * wanted * 10)
    whole, draws, attempt = [metric(truth, team) for team in teams], [], 0
    while len(draws) < wanted:
        times = np.bincount(np.floor(numbers[attempt * count : (attempt + 1) * count] * count).astype(int), minlength=count)
        attempt += 1
        picked = np.repeat(np.arange(rows), times[unit])
        gains = [metric(truth[picked], team[picked]) for team in teams]
        if None not in gains:
            draws.append(gains)
    shown, drawn = ranks(whole), [ranks(draw) for draw in draws]
    order = [shown.index(rank + 1) for rank in range(len(teams))]
    p = {}
    for a in range(len(teams)):
        for b in range(a + 1, len(teams)):
            better, worse = order[a], order[b]
            if case["groups"] == 0 and case["metric"] == "roc_auc":
                p[a, b] = delong(truth, teams[better], teams[worse])[2]
            elif case["groups"] == 0 and case["metric"] == "accuracy":
                right = [teams[team] == truth for team in (better, worse)]
                p[a, b] = mcnemar_p(int((right[0] & ~right[1]).sum()), int((~right[0] & right[1]).sum()))
            else:
                differences = [draw[better] - draw[worse] for draw in draws]
                p[a, b] = norm.sf((whole[better] - whole[worse]) / np.std(differences, ddof=1))
    corrected = dict(zip(p, multipletests(list(p.values()), method="holm")[1].tolist()))
    taus = [float(kendalltau(shown, draw).statistic) for draw in drawn]
    result = []
    for team in range(len(teams)):
        own, place = [draw[team] for draw in drawn], shown[team] - 1
        low, high = bounds(own)
        result.append({
            "rank": shown[team], "median": float(np.median(own)), "low": low, "high": high, "first": own.count(1) / wanted,
            "p_first": corrected[0, place] if place else None, "p_next": corrected.get((place, place + 1)),
        })
    low, high = bounds(taus)
    tau = {"mean": math.fsum(taus) / wanted, "low": low, "high": high}
    return {**case, "redrawn": attempt - wanted, "tau": tau, "expected": result}


def main() -> None:
    cases = []
    for seed, rows, share in [(1, 40, 0.5), (2, 200, 0.3), (3, 1000, 0.1), (4, 9, 0.4)]:
        truth, (a, b) = data("auc", seed, rows, 2, share)
        difference, variance, p = delong(truth, b, a)
        cases.append({"kind": "delong", "data": seed, "rows": rows, "share": share, "difference": difference, "variance": float(variance), "p": float(p)})
    for better, worse in [(0, 0), (1, 0), (5, 5), (12, 3), (40, 2), (310, 250), (500, 500), (501, 500), (2100, 1900), (5400, 4600)]:
        cases.append({"kind": "mcnemar", "better": better, "worse": worse, "p": float(mcnemar_p(better, worse))})
    for seed, count, power in [(5, 1, 1), (6, 10, 3), (7, 60, 6)]:
        p = (uniform(seed, count) ** power).tolist()
        p[-1] = p[0]
        cases.append({"kind": "holm", "p": p, "corrected": multipletests(p, method="holm")[1].tolist()})
    for seed, count in [(8, 2), (9, 7), (10, 50)]:
        a, b = (ranks(uniform(seed + 100 * turn, count)) for turn in range(2))
        cases.append({"kind": "tau", "a": a, "b": b, "tau": float(kendalltau(a, b).statistic)})
    wholes = [("roc_auc", 300, 0, 0.3), ("roc_auc", 12, 0, 0.15), ("roc_auc", 200, 40, 0.4), ("accuracy", 250, 0, 0), ("macro_f1", 120, 0, 0), ("rmse", 80, 16, 0)]
    for seed, (metric, rows, groups, share) in enumerate(wholes, 20):
        cases.append(certainty({"kind": "certainty", "metric": metric, "data": seed, "rows": rows, "groups": groups, "share": share, "teams": 6, "draws": 401, "seed": 1000 + seed}))
    write("standing", cases, {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__})


main()
