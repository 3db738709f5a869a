"""Expected scores of rankings.

NDCG is scikit-learn's wherever all items that matter are ranked (its ties never occur then); everything else is written out:
NDCG with linear gains after Järvelin and Kekäläinen (2002), MAP@k as Kaggle's (divided by the smaller of k and the number of
relevant items), the mean reciprocal rank and the hit rate.
"""

import math

import numpy as np
import sklearn
from common import uniform, write
from sklearn.metrics import average_precision_score, ndcg_score

cases = []


def ndcg(gains, ranked, k):
    dcg = math.fsum(gains.get(item, 0.0) / math.log2(rank + 2) for rank, item in enumerate(ranked[:k]))
    best = sorted(gains.values(), reverse=True)[:k]
    return dcg / math.fsum(gain / math.log2(rank + 2) for rank, gain in enumerate(best))


def average_precision(gains, ranked, k):
    relevant = {item for item, gain in gains.items() if gain > 0}
    precisions = [len(relevant & set(ranked[: rank + 1])) / (rank + 1) for rank, item in enumerate(ranked[:k]) if item in relevant]
    return math.fsum(precisions) / min(len(relevant), k)


def reciprocal_rank(gains, ranked, k):
    return next((1 / (rank + 1) for rank, item in enumerate(ranked) if gains.get(item, 0) > 0), 0.0)


def hit(gains, ranked, k):
    return float(any(gains.get(item, 0) > 0 for item in ranked[:k]))


PER_ROW = {"ndcg": ndcg, "map": average_precision, "mrr": reciprocal_rank, "hit_rate": hit}


def libraries_agree(metric, gains, ranked, k, score):
    """Whether the libraries, where they can be compared, say the same."""
    items = sorted(set(gains) | set(ranked))
    if not set(gains) <= set(ranked) or len(items) < 2:
        return 0
    relevance = np.array([[gains.get(item, 0.0) for item in items]])
    order = np.array([[-float(ranked.index(item)) for item in items]])
    if metric == "ndcg":
        assert math.isclose(ndcg_score(relevance, order, k=k), score, rel_tol=1e-13), (gains, ranked, k)
        return 1
    if metric == "map" and k >= len(items):
        assert math.isclose(average_precision_score(relevance[0] > 0, order[0]), score, rel_tol=1e-13), (gains, ranked)
        return 1
    return 0


compared = 0


def expected(metric, rows, k, weights):
    global compared
    if any(not any(gain > 0 for gain in gains.values()) for gains, _ in rows):
        return {"error": "no_relevant"}
    scores = [PER_ROW[metric](gains, ranked, k) for gains, ranked in rows]
    # A thousand rows of a case are enough: the library takes its time.
    for (gains, ranked), score in zip(rows[:1000], scores):
        compared += libraries_agree(metric, gains, ranked, k, score)
    weights = [1.0] * len(rows) if weights is None else weights
    return {"score": math.fsum(s * w for s, w in zip(scores, weights)) / math.fsum(weights)}


def written(gains):
    return " ".join(item if gain == 1 else f"{item}:{gain!r}" for item, gain in gains.items())


def params(metric, k):
    return {} if metric == "mrr" else {"k": str(k)}


SMALL = [
    [({"a": 1.0}, ["a"])],
    [({"a": 1.0}, [])],
    [({"a": 1.0, "b": 1.0, "c": 1.0}, ["x", "a", "y", "b"])],
    [({"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.0}, ["d", "c", "b", "a"])],
    [({"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.0}, ["a", "b", "c", "d"]), ({"q": 0.5}, ["p", "q"])],
    [({"a": 1e-9, "b": 1e9}, ["a", "b"])],
    [({"a": 1.0}, ["b"]), ({}, ["a"])],
    [({"a": 0.0}, ["a"])],
    [({"a": 2.0, "b": 2.0, "c": 2.0}, ["c", "x", "a", "b", "z"])],
]
for metric in PER_ROW:
    for rows in SMALL:
        for k in (1, 2, 3, 10):
            for weights in (None, [2.0, 0.5][: len(rows)]):
                case = {"metric": metric, "params": params(metric, k), "weights": weights}
                case |= {"relevant": [written(g) for g, _ in rows], "ranked": [" ".join(r) for _, r in rows]}
                cases.append(case | expected(metric, rows, k, weights))


def made(seed, rows, items):
    """As tests/golden_rankings.rs makes them: the relevant items and the ranking by the order of random numbers."""
    made = []
    gains_of, order_of = uniform(seed, rows * items).reshape(rows, items), uniform(seed + 1, rows * items).reshape(rows, items)
    for gains, order in zip(gains_of, order_of):
        relevant = {f"i{item}": math.floor(gain * 8) / 2 - 2 for item, gain in enumerate(gains) if gain >= 0.5 or item == 0}
        relevant = {item: gain if gain > 0 else 1.0 for item, gain in relevant.items()}
        ranked = [f"i{item}" for item in sorted(range(items), key=lambda item: order[item]) if order[item] < 0.9]
        made.append((relevant, ranked))
    return made


for number, (rows, items) in enumerate([(3, 4), (50, 10), (200, 40), (20_000, 5)]):
    seed = 3000 + 10 * number
    for metric in PER_ROW:
        for k in (3, 1000):
            data, weights = made(seed, rows, items), uniform(seed + 2, rows).tolist()
            case = {"metric": metric, "params": params(metric, k), "seed": seed, "rows": rows, "items": items}
            cases.append(case | {"weighted": True} | expected(metric, data, k, weights))

print(f"{compared} rows compared with scikit-learn")
write("rankings", cases, {"scikit-learn": sklearn.__version__, "numpy": np.__version__})
