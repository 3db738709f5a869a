"""Expected scores of the label metrics, by scikit-learn. Inputs of any size are made from seeds, see common.py.

A case is one input and its scores: [metric, parameters, score or the code of the error]. Where the truth leaves a metric
undefined (scikit-learn warns, gives NaN, or a 0 that no prediction could change) the error is expected, and the reason is here.
"""

import warnings

import numpy as np
import sklearn
from sklearn import metrics

from common import uniform, write

AVERAGES = ["binary", "macro", "micro", "weighted"]


def made(seed: int, rows: int, classes: int, skill: float, weighted: bool) -> dict:
    """Skewed classes (the square of a uniform number), right with probability `skill`, else any class."""
    return {"seed": seed, "rows": rows, "classes": classes, "skill": skill, "weighted": weighted}


def unpack(spec: dict) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray | None]:
    """Class names, codes of truth and prediction, weights."""
    if "seed" not in spec:
        weights = None if spec.get("weights") is None else np.array(spec["weights"], dtype=float)
        return spec["names"], np.array(spec["truth"]), np.array(spec["prediction"]), weights
    rows, classes = spec["rows"], spec["classes"]
    u = uniform(spec["seed"], 4 * rows).reshape(4, rows)
    truth = np.floor(u[0] * u[0] * classes).astype(int)
    prediction = np.where(u[1] < spec["skill"], truth, np.floor(u[2] * classes).astype(int))
    return [str(c) for c in range(classes)], truth, prediction, u[3] * 10 if spec["weighted"] else None


def given(names, truth, prediction, weights=None) -> dict:
    return {"names": names, "truth": truth, "prediction": prediction, "weights": weights}


def specificity(y, p, average, pos_label, w):
    """TN / (TN + FP), by scikit-learn's one-vs-rest tables; 0/0 cannot be: the error below comes first."""
    labels = np.unique(np.concatenate([y, p]))
    tables = metrics.multilabel_confusion_matrix(y, p, sample_weight=w, labels=labels).astype(float)
    tn, fp, support = tables[:, 0, 0], tables[:, 0, 1], tables[:, 1].sum(axis=1)
    if average == "binary":
        at = list(labels).index(pos_label) if pos_label in labels else None
        # A positive label that is nowhere leaves no false positives.
        return 1.0 if at is None else tn[at] / (tn[at] + fp[at])
    if average == "micro":
        return tn.sum() / (tn + fp).sum()
    return np.average(tn / (tn + fp), weights=support if average == "weighted" else None)


def by_class(metric, names, y, p, w, average, pos_label, beta):
    if average == "binary":
        if len(names) != 2:
            return "not_binary"
        if pos_label not in names:
            return "unknown_pos_label"
        mass = np.ones(len(y)) if w is None else w
        if metric == "specificity" and not mass[y != pos_label].sum() > 0:
            return "no_negatives"
        # Without positives scikit-learn's score is 0 whatever is predicted.
        if metric != "specificity" and not mass[y == pos_label].sum() > 0:
            return "no_positives"
    if metric == "specificity":
        if average != "binary" and one_class(y, w):
            return "one_class"
        return specificity(y, p, average, pos_label, w)
    how = {"average": average, "sample_weight": w, "zero_division": 0.0}
    if average == "binary":
        # scikit-learn takes the classes from the rows; a part of them may lack one, so the labels are coded 0 and 1.
        y, p = (y == pos_label).astype(int), (p == pos_label).astype(int)
    if metric == "fbeta":
        return metrics.fbeta_score(y, p, beta=float(beta), **how)
    return getattr(metrics, f"{metric}_score")(y, p, **how)


def one_class(y, w):
    return len(np.unique(y if w is None else y[w > 0])) < 2


def reference(metric, params, names, truth, prediction, weights):
    y, p, w = np.array(names)[truth], np.array(names)[prediction], weights
    if w is not None and (w.max() > 1e100 or w.max() < 1e-100):
        # Only ratios of weights count; scikit-learn's sums and products of these would leave the range of a double.
        w = w / w.max()
    if metric == "accuracy":
        return metrics.accuracy_score(y, p, sample_weight=w)
    if metric == "balanced_accuracy":
        return metrics.balanced_accuracy_score(y, p, sample_weight=w)
    if metric == "mcc":
        # One class in the truth: scikit-learn's 0 stands for 0/0.
        return "one_class" if one_class(y, w) else metrics.matthews_corrcoef(y, p, sample_weight=w)
    if metric == "cohen_kappa":
        # One class in the truth: 0 or NaN whatever is predicted.
        how = params.get("weights", "none")
        how = None if how == "none" else how
        return "one_class" if one_class(y, w) else metrics.cohen_kappa_score(y, p, labels=names, weights=how, sample_weight=w)
    average = params.get("average", "binary")
    return by_class(metric, names, y, p, w, average, params.get("pos_label", "1"), params.get("beta", "2"))


def scores(spec: dict) -> list:
    names, *columns = unpack(spec)
    wanted = [("accuracy", {}), ("balanced_accuracy", {}), ("mcc", {})]
    wanted += [("cohen_kappa", {"weights": how}) for how in ("none", "linear", "quadratic")]
    label = {} if "1" in names else {"pos_label": names[-1]}
    for metric in ("precision", "recall", "specificity", "f1", "fbeta", "jaccard"):
        wanted += [(metric, {"average": average, **(label if average == "binary" else {})}) for average in AVERAGES]
    wanted += [("fbeta", {"average": average, "beta": beta, **label}) for average in AVERAGES for beta in ("0.5", "0", "100")]
    found = []
    for metric, params in wanted:
        score = reference(metric, params, names, *columns)
        found.append([metric, params, score if isinstance(score, str) else float(score)])
    return found


BINARY, THREE = ["0", "1"], ["0", "1", "2"]
INPUTS = {
    "one right row": given(BINARY, [1], [1]),
    "one wrong row": given(BINARY, [1], [0]),
    "two rows": given(BINARY, [0, 1], [0, 1]),
    "two rows, both wrong": given(BINARY, [0, 1], [1, 0]),
    "all predicted negative": given(BINARY, [0, 1, 1, 0, 1], [0, 0, 0, 0, 0]),
    "all predicted positive": given(BINARY, [0, 1, 1, 0, 1], [1, 1, 1, 1, 1]),
    "truth all negative": given(BINARY, [0, 0, 0], [0, 1, 0]),
    "truth all negative and so predicted": given(BINARY, [0, 0, 0], [0, 0, 0]),
    "truth all positive": given(BINARY, [1, 1, 1], [0, 1, 0]),
    "truth all positive and never predicted": given(BINARY, [1, 1, 1], [0, 0, 0]),
    "named labels": given(["no", "yes"], [0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 0]),
    "Korean labels": given(["양성", "음성"], [0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 1]),
    "three classes, one never predicted": given(THREE, [0, 1, 2, 0, 1, 2], [0, 1, 1, 0, 1, 0]),
    "three classes, one only predicted": given(THREE, [0, 1, 1, 0], [0, 2, 1, 0]),
    "three classes, one nowhere": given(THREE, [0, 2, 2, 0], [0, 2, 0, 0]),
    "three classes, truth of one": given(THREE, [1, 1, 1], [0, 1, 2]),
    "grades in numeric order": given(["1", "2", "10"], [0, 1, 2, 2, 1, 0], [0, 2, 2, 1, 1, 1]),
    "four classes, none ever right": given(["a", "b", "c", "d"], [0, 1, 2, 3], [1, 2, 3, 0]),
    "weights that are whole": given(BINARY, [0, 1, 1, 0, 1], [0, 1, 0, 1, 1], [1, 2, 3, 4, 5]),
    "weights of zero on all positives": given(BINARY, [0, 1, 1, 0], [0, 1, 0, 1], [1, 0, 0, 2]),
    "weights of zero on all predicted": given(BINARY, [0, 1, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]),
    "weights of zero on a class": given(THREE, [0, 1, 2, 0, 1], [0, 1, 1, 1, 0], [1, 2, 0, 2, 3]),
    "weights of zero but one": given(THREE, [0, 1, 2], [0, 1, 1], [0, 5, 0]),
    "weights far apart": given(BINARY, [0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 0], [1e-3, 1e3, 1.0, 1e-3, 1e3, 1e3]),
    "huge weights": given(THREE, [0, 1, 2, 0, 1], [0, 1, 1, 1, 0], [1e300, 2e300, 1.5e300, 9e299, 1e300]),
    "tiny weights": given(THREE, [0, 1, 2, 0, 1], [0, 1, 1, 1, 0], [1e-300, 2e-300, 1.5e-300, 9e-301, 1e-300]),
    "one positive among many": given(BINARY, [1] + [0] * 199, [1] + [0] * 150 + [1] * 49),
    "two rows by chance": made(1, 2, 2, 0.5, False),
    "many rows by chance": made(2, 1000, 2, 0.0, False),
    "many rows with skill": made(3, 1000, 3, 0.7, False),
    "many weighted rows": made(4, 1000, 3, 0.7, True),
    "many classes": made(5, 2000, 40, 0.6, False),
    "many weighted classes": made(6, 2000, 40, 0.6, True),
    "more classes than rows": made(7, 30, 200, 0.5, False),
    "a large file": made(8, 100_000, 2, 0.9, False),
    "a large weighted file": made(9, 100_000, 2, 0.9, True),
    "a large file of classes": made(10, 100_000, 7, 0.8, False),
    "a large weighted file of classes": made(11, 100_000, 7, 0.8, True),
    "a large file, nearly perfect": made(12, 100_000, 2, 0.9999, False),
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    CASES = [{"name": name, "input": spec, "scores": scores(spec)} for name, spec in INPUTS.items()]
    write("labels", CASES, {"scikit-learn": sklearn.__version__, "numpy": np.__version__})
    print(sum(len(case["scores"]) for case in CASES), "scores")
