"""The rivals: read, validate and score as Madang does, with pandas or polars and scikit-learn.

Run by compare.py as `rivals.py LIBRARY METRIC SOLUTION SUBMISSION`. Imports come first; then each line on standard input is
a run, answered by a line of JSON with its seconds: `warm` with the solution in memory, `whole` with both files read.
"""

import json
import resource
import sys
import time

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score, root_mean_squared_error

SCORES = {
    "roc_auc": roc_auc_score,
    "f1": lambda truth, given: f1_score(truth, given, average="macro"),
    "rmse": root_mean_squared_error,
}


def check_values(metric, values, truth):
    if values.dtype.kind not in "if":
        raise ValueError("not a number")
    if not np.isfinite(values).all():
        raise ValueError("NaN or infinite")
    if metric == "roc_auc" and not ((values >= 0) & (values <= 1)).all():
        raise ValueError("no probability")
    if metric == "f1" and not np.isin(values, np.unique(truth)).all():
        raise ValueError("unknown label")


class Pandas:
    def __init__(self, metric):
        import pandas

        self.pandas, self.metric = pandas, metric
        self.version = f"pandas {pandas.__version__}"

    def read(self, path):
        frame = self.pandas.read_csv(path, engine="pyarrow", dtype={"id": str})
        if sorted(frame.columns) != ["id", "target"]:
            raise ValueError("columns")
        return frame

    def solution(self, path):
        frame = self.read(path)
        index = self.pandas.Index(frame["id"])
        if not index.is_unique:
            raise ValueError("repeated id")
        index.get_indexer(index[:1])  # builds its hash table
        return index, frame["target"].to_numpy()

    def score(self, solution, path):
        index, truth = solution
        frame = self.read(path)
        values = frame["target"].to_numpy()
        check_values(self.metric, values, truth)
        places = index.get_indexer(frame["id"])
        if (places < 0).any():
            raise ValueError("unknown id")
        if len(places) != len(truth) or not np.bincount(places, minlength=len(truth)).all():
            raise ValueError("repeated or missing id")
        given = np.empty(len(truth), values.dtype)
        given[places] = values
        return SCORES[self.metric](truth, given)


class Polars:
    def __init__(self, metric):
        import polars

        self.polars, self.metric = polars, metric
        self.version = f"polars {polars.__version__}"

    def read(self, path, kind):
        frame = self.polars.read_csv(path, schema_overrides={"id": self.polars.String, "target": kind})
        if sorted(frame.columns) != ["id", "target"]:
            raise ValueError("columns")
        return frame

    def solution(self, path):
        kind = self.polars.Float64 if self.metric == "rmse" else self.polars.Int64
        frame = self.read(path, kind)
        if frame["id"].n_unique() != len(frame):
            raise ValueError("repeated id")
        return frame, frame["target"].to_numpy()

    def score(self, solution, path):
        frame, truth = solution
        given = self.read(path, self.polars.Int64 if self.metric == "f1" else self.polars.Float64)
        check_values(self.metric, given["target"].to_numpy(), truth)
        if len(given) != len(frame):
            raise ValueError("repeated or missing id")
        joined = frame.join(given, on="id", how="left", validate="1:1", maintain_order="left")
        values = joined["target_right"]
        if values.null_count():
            raise ValueError("missing id")
        return SCORES[self.metric](truth, values.to_numpy())


def main():
    library, metric, solution_path, submission = sys.argv[1:]
    rival = {"pandas": Pandas, "polars": Polars}[library](metric)
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"version": rival.version, "idle_kib": idle}), flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        solution = rival.solution(solution_path)
        read = time.perf_counter()
        score = rival.score(solution, submission)
        end = time.perf_counter()
        print(json.dumps({"score": float(score), "warm": end - read, "whole": end - begin}), flush=True)


if __name__ == "__main__":
    main()
