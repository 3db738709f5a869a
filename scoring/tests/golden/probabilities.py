"""Expected scores of the probability metrics, by scikit-learn. Inputs of any size are made from seeds, see common.py.

A case is one input and its scores: [metric, parameters, score or the code of the error]. Where the truth leaves a metric
undefined (scikit-learn warns or gives NaN) the error is expected, and the reason is here.
"""

import warnings

import numpy as np
import sklearn
from sklearn import metrics

from common import uniform, write

YES_NO = ["0", "1"]


def made(shape: str, seed: int, rows: int, columns: int, levels: int, weighted: bool) -> dict:
    """`shape`: labels (each column yes or no; one column is the binary shape) or classes. `levels` > 0 makes ties."""
    return {"shape": shape, "seed": seed, "rows": rows, "columns": columns, "levels": levels, "weighted": weighted}


def unpack(spec: dict):
    """Names of the classes, truth (a column of codes each), probabilities (a column each), weights."""
    if "seed" not in spec:
        weights = None if spec.get("weights") is None else np.array(spec["weights"], dtype=float)
        return spec["names"], np.array(spec["truth"]), np.array(spec["prediction"], dtype=float), weights
    rows, columns, levels = spec["rows"], spec["columns"], spec["levels"]
    u = uniform(spec["seed"], (2 * columns + 1) * rows).reshape(2 * columns + 1, rows)
    weights = u[2 * columns] * 10 if spec["weighted"] else None
    truth, raw = [], []
    if spec["shape"] == "labels":
        for c in range(columns):
            truth.append((u[c] < 0.3).astype(int))
            score = (u[columns + c] + truth[c] * 0.5) / 1.5
            raw.append(np.floor(score * levels) / levels if levels else score)
        return YES_NO, np.array(truth), np.array(raw), weights
    # Skewed classes; every class gets a row while there are enough rows.
    code = np.floor(u[0] * u[0] * columns).astype(int)
    code[:columns] = np.arange(columns)[: len(code)]
    total = np.zeros(rows)
    for c in range(columns):
        score = u[columns + c] + (code == c) * 0.5
        raw.append(np.floor(score * levels) + 1 if levels else score)
        total = total + raw[c]
    return [str(c) for c in range(columns)], code[None, :], np.array([column / total for column in raw]), weights


def given(names, truth, prediction, weights=None) -> dict:
    return {"names": names, "truth": truth, "prediction": prediction, "weights": weights}


def binary_problem(y, w, negatives_too):
    mass = np.ones(len(y)) if w is None else w
    if not mass[y == 1].sum() > 0:
        return "no_positives"
    if negatives_too and not mass[y == 0].sum() > 0:
        return "no_negatives"
    return None


def one_vs_rest(score, y, p, w, average, classes, negatives_too):
    """scikit-learn's mean over yes/no columns; a column of no weight is left out of the weighted one, as there."""
    shares = [(y[c] * (1 if w is None else w)).sum() for c in range(len(y))]
    kept = [c for c in range(len(y)) if shares[c] > 0 or average == "macro"]
    if not kept:
        return "no_positives"
    for c in kept:
        problem = binary_problem(y[c], w, negatives_too)
        if problem:
            return ("no_class" if problem == "no_positives" else "one_class") if classes else problem
    return np.average([score(y[c], p[c], w) for c in kept], weights=[shares[c] for c in kept] if average == "weighted" else None)


def sensitivity(y, p, w, specificity):
    """The highest TPR of scikit-learn's curve whose specificity is enough; 1e-12 undoes the rounding of 1 - FPR."""
    fpr, tpr, _ = metrics.roc_curve(y, p, sample_weight=w, drop_intermediate=False)
    return tpr[1 - fpr >= float(specificity) - 1e-12].max()


def ece(confidence, correct, bins, w):
    """Naeini et al. (AAAI 2015) and Guo et al. (ICML 2017): |acc - conf| of a bin, by its share; bins ((m-1)/M, m/M]."""
    w = np.ones(len(confidence)) if w is None else w
    at = np.searchsorted(np.arange(1, bins) / bins, confidence, side="left")
    error = 0.0
    for m in np.unique(at):
        inside = (at == m) & (w > 0)
        if inside.any():
            share = w[inside].sum() / w.sum()
            error += share * abs(np.average(correct[inside], weights=w[inside]) - np.average(confidence[inside], weights=w[inside]))
    return error


def ovo(code, p, w, average):
    """scikit-learn has no weights here: whole ones are repeated rows."""
    if w is not None:
        assert (w == np.round(w)).all()
        code, p = np.repeat(code, w.astype(int)), np.repeat(p, w.astype(int), axis=1)
    if len(np.unique(code)) < 2:
        return "one_class"
    return metrics.roc_auc_score(code, p.T, labels=np.arange(len(p)), multi_class="ovo", average=average) if len(
        np.unique(code)
    ) > 2 else ovo_of_two(code, p)


def ovo_of_two(code, p):
    """scikit-learn takes two classes of three for a binary truth: Hand and Till's pair, written out."""
    a, b = np.unique(code)
    return (metrics.roc_auc_score(code == a, p[a]) + metrics.roc_auc_score(code == b, p[b])) / 2


def of_curve(metric, params, y, p, w, classes):
    """The metrics that look at the order of scores, a yes/no column at a time."""
    average = params.get("average", "macro")
    if metric == "roc_auc":
        limit = float(params.get("max_fpr", "1"))
        auc = lambda y, p, w: metrics.roc_auc_score(y, p, sample_weight=w, max_fpr=None if limit == 1 else limit)
        return one_vs_rest(auc, y, p, w, average, classes, True)
    if metric == "average_precision":
        ap = lambda y, p, w: metrics.average_precision_score(y, p, sample_weight=w)
        return one_vs_rest(ap, y, p, w, average, classes, False)
    at = params.get("specificity", "0.9")
    return one_vs_rest(lambda y, p, w: sensitivity(y, p, w, at), y, p, w, "macro", classes, True)


def of_classes(metric, params, names, code, p, w):
    k, average, labels = len(names), params.get("average", "macro"), np.arange(len(names))
    if metric == "roc_auc" and params.get("max_fpr", "1") != "1":
        return "bad_param"
    if metric == "roc_auc" and params.get("multi_class") == "ovo":
        return ovo(code, p, w, average)
    if metric == "log_loss":
        return metrics.log_loss(code, p.T, labels=labels, sample_weight=w)
    if metric == "brier":
        return metrics.brier_score_loss(code, p.T, labels=labels, sample_weight=w)
    if metric == "ece":
        return ece(p.max(axis=0), p.argmax(axis=0) == code, int(params.get("bins", "15")), w)
    score = of_curve(metric, params, np.array([code == c for c in range(k)]).astype(int), p, w, True)
    if metric == "roc_auc" and not isinstance(score, str) and len(np.unique(code)) == k:
        # scikit-learn, whole, is the reference; the mean of its parts must give the same.
        whole = metrics.roc_auc_score(code, p.T, labels=labels, multi_class="ovr", average=average, sample_weight=w)
        assert np.isclose(score, whole, rtol=1e-12, atol=0)
        return whole
    return score


def of_labels(metric, params, y, p, w):
    if metric == "log_loss":
        # Two columns: given one, scikit-learn would also do, but not for a truth of one class.
        return np.mean([metrics.log_loss(t, np.array([1 - q, q]).T, labels=[0, 1], sample_weight=w) for t, q in zip(y, p)])
    if metric == "brier":
        return np.mean([metrics.brier_score_loss(t, q, pos_label=1, sample_weight=w) for t, q in zip(y, p)])
    if metric == "ece":
        return np.mean([ece(q, t, int(params.get("bins", "15")), w) for t, q in zip(y, p)])
    return of_curve(metric, params, y, p, w, False)


def reference(metric, params, names, truth, p, w):
    if w is not None and (w.max() > 1e100 or w.max() < 1e-100):
        # Only ratios of weights count; scikit-learn's sums of these would leave the range of a double.
        w = w / w.max()
    if len(names) > 2:
        return of_classes(metric, params, names, truth[0], p, w)
    positive = params.get("pos_label", "1")
    if positive not in names:
        return "unknown_pos_label"
    return of_labels(metric, params, (truth == names.index(positive)).astype(int), p, w)


def scores(spec: dict) -> list:
    names, truth, p, w = unpack(spec)
    label = {} if "1" in names or len(names) > 2 else {"pos_label": names[-1]}
    wanted = [("roc_auc", {"max_fpr": limit}) for limit in ("0.001", "0.1", "0.25", "0.5", "0.999")]
    wanted += [("log_loss", {}), ("brier", {})] + [("ece", {"bins": bins}) for bins in ("1", "2", "10", "15", "100")]
    wanted += [("sensitivity_at_specificity", {"specificity": at}) for at in ("0", "0.5", "0.8", "0.9", "0.95", "1")]
    several = len(names) > 2 or len(truth) > 1
    for average in ("macro", "weighted") if several else ("macro",):
        wanted += [("roc_auc", {"average": average}), ("average_precision", {"average": average})]
    if len(names) > 2 and (w is None or (w == np.round(w)).all()):
        wanted += [("roc_auc", {"average": average, "multi_class": "ovo"}) for average in ("macro", "weighted")]
    found = []
    for metric, params in wanted:
        score = reference(metric, params | label, names, truth, p, w)
        found.append([metric, params | label, score if isinstance(score, str) else float(score)])
    if len(names) == 2:
        found.append(["roc_auc", {"pos_label": "?"}, "unknown_pos_label"])
    return found


def binary(truth, prediction, weights=None, names=YES_NO) -> dict:
    return given(names, [truth], [prediction], weights)


THREE = ["a", "b", "c"]
GRID = [round(k / 100, 2) for k in range(101)]
INPUTS = {
    "two rows in order": binary([0, 1], [0.2, 0.7]),
    "two rows out of order": binary([0, 1], [0.7, 0.2]),
    "two rows tied": binary([0, 1], [0.5, 0.5]),
    "one positive": binary([1], [0.3]),
    "one negative": binary([0], [0.3]),
    "positives alone": binary([1, 1, 1], [0.1, 0.5, 0.9]),
    "negatives alone": binary([0, 0, 0], [0.1, 0.5, 0.9]),
    "a constant prediction": binary([0, 1, 1, 0, 0], [0.4] * 5),
    "the classes themselves": binary([0, 1, 1, 0], [0, 1, 1, 0]),
    "the classes turned round": binary([0, 1, 1, 0], [1, 0, 0, 1]),
    "many ties": binary([0, 1, 1, 0, 1, 0, 0, 1], [0.5, 0.5, 0.5, 0.2, 0.2, 0.2, 0.8, 0.8]),
    "named labels": binary([0, 1, 1, 0], [0.1, 0.4, 0.35, 0.8], names=["no", "yes"]),
    "Korean labels": binary([0, 1, 1, 0], [0.1, 0.4, 0.35, 0.8], names=["양성", "음성"]),
    "probabilities at the edge of a double": binary(
        [1, 0, 1, 0, 1, 0], [5e-324, 1e-300, 1e-17, 1e-16, 0.9999999999999999, 0.9999999999999998]
    ),
    "probabilities a hair apart": binary([1, 0, 1, 0], [0.5, 0.5000000000000001, 0.4999999999999999, 0.5]),
    "bounds of every bin": binary([k % 3 == 0 for k in range(101)], GRID),
    "one positive among many": binary([1] + [0] * 199, [0.61] + [round(k / 200, 3) for k in range(199)]),
    "weights that are whole": binary([0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.4], [1, 2, 3, 4, 5]),
    "weights of zero on the positives": binary([0, 1, 1, 0], [0.1, 0.4, 0.35, 0.8], [1, 0, 0, 2]),
    "weights of zero on the negatives": binary([0, 1, 1, 0], [0.1, 0.4, 0.35, 0.8], [0, 1, 2, 0]),
    "weights of zero between": binary([0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.9], [1, 0, 1, 0, 1]),
    "weights far apart": binary([0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.4], [1e-6, 1e6, 1.0, 1e6, 1e-6]),
    "huge weights": binary([0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.4], [1e300, 2e300, 1.5e300, 9e299, 1e300]),
    "tiny weights": binary([0, 1, 1, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.4], [1e-300, 2e-300, 1.5e-300, 9e-301, 1e-300]),
    "three classes": given(
        THREE, [[0, 1, 2, 0, 1]], [[0.5, 0.25, 0.25, 0.5, 0.0], [0.25, 0.5, 0.25, 0.0, 0.5], [0.25, 0.25, 0.5, 0.5, 0.5]]
    ),
    "three classes with whole weights": given(
        THREE,
        [[0, 1, 2, 0, 1, 2]],
        [[0.5, 0.25, 0.25, 0.5, 0.0, 1.0], [0.25, 0.5, 0.25, 0.0, 0.5, 0.0], [0.25, 0.25, 0.5, 0.5, 0.5, 0.0]],
        [1, 2, 3, 1, 5, 2],
    ),
    "three classes, one without rows": given(THREE, [[0, 1, 1]], [[0.5, 0.25, 0.25], [0.25, 0.5, 0.5], [0.25, 0.25, 0.25]]),
    "three classes, one without weight": given(
        THREE, [[0, 1, 2, 1]], [[0.5, 0.25, 0.25, 0.5], [0.25, 0.5, 0.25, 0.25], [0.25, 0.25, 0.5, 0.25]], [1, 2, 0, 3]
    ),
    "three classes, rows of one": given(THREE, [[1, 1]], [[0.5, 0.25], [0.25, 0.5], [0.25, 0.25]]),
    "three classes, all alike": given(THREE, [[0, 1, 2]], [[0.25] * 3, [0.5] * 3, [0.25] * 3]),
    "two labels": given(YES_NO, [[0, 1, 1, 0], [1, 0, 1, 1]], [[0.1, 0.4, 0.35, 0.8], [0.5, 0.5, 0.7, 0.2]]),
    "two labels, one never": given(YES_NO, [[0, 1, 1], [0, 0, 0]], [[0.1, 0.4, 0.35], [0.5, 0.5, 0.7]]),
    "two labels, one always": given(YES_NO, [[0, 1, 1], [1, 1, 1]], [[0.1, 0.4, 0.35], [0.5, 0.5, 0.7]]),
    "two labels, never any": given(YES_NO, [[0, 0], [0, 0]], [[0.1, 0.4], [0.5, 0.5]]),
    "a thousand rows": made("labels", 21, 1000, 1, 0, False),
    "a thousand weighted rows": made("labels", 22, 1000, 1, 0, True),
    "a thousand tied rows": made("labels", 23, 1000, 1, 20, False),
    "a thousand tied weighted rows": made("labels", 24, 1000, 1, 20, True),
    "five labels": made("labels", 25, 1000, 5, 50, False),
    "five weighted labels": made("labels", 26, 1000, 5, 50, True),
    "six classes": made("classes", 27, 1000, 6, 0, False),
    "six weighted classes": made("classes", 28, 1000, 6, 0, True),
    "six tied classes": made("classes", 29, 1000, 6, 4, False),
    "as many classes as rows": made("classes", 30, 12, 12, 0, False),
    "a large file": made("labels", 31, 100_000, 1, 0, False),
    "a large weighted file": made("labels", 32, 20_000, 1, 0, True),
    "a large tied file": made("labels", 33, 20_000, 1, 100, False),
    "a large tied weighted file": made("labels", 34, 100_000, 1, 100, True),
    "a large file of classes": made("classes", 35, 20_000, 4, 0, False),
    "a large weighted file of classes": made("classes", 36, 20_000, 4, 0, True),
    "a large file of labels": made("labels", 37, 20_000, 3, 1000, True),
}
for spec in INPUTS.values():
    if "truth" in spec:
        spec["truth"] = [[int(code) for code in column] for column in spec["truth"]]

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    CASES = [{"name": name, "input": spec, "scores": scores(spec)} for name, spec in INPUTS.items()]
    assert all(isinstance(s[2], str) or np.isfinite(s[2]) for case in CASES for s in case["scores"])
    write("probabilities", CASES, {"scikit-learn": sklearn.__version__, "numpy": np.__version__})
    print(sum(len(case["scores"]) for case in CASES), "scores")
