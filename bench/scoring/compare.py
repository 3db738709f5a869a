"""Measures scoring beside pandas and polars with scikit-learn and prints a table; see run.sh."""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import sklearn
from threadpoolctl import threadpool_info

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "target"
OURS = TARGET / "release" / "bench-scoring"
METRICS = ["roc_auc", "f1", "rmse"]
LIBRARIES = ["pandas", "polars"]


def files(folder, rows, ids, order, metric):
    """Writes a solution and a submission unless they are there."""
    solution = folder / f"{rows}-{ids}-{metric}-solution.csv"
    submission = folder / f"{rows}-{ids}-{metric}-{order}.csv"
    if not solution.exists() or not submission.exists():
        rng = np.random.default_rng(rows)
        names = [f"P{n:07}" for n in range(1, rows + 1)] if ids == "numbered" else [rng.bytes(8).hex() for _ in range(rows)]
        if metric == "roc_auc":
            truth = (rng.random(rows) < 0.3).astype(int)
            given = [f"{p:.6f}" for p in np.clip(rng.normal(0.4 + 0.2 * truth, 0.2), 0, 1)]
        elif metric == "f1":
            truth = rng.integers(0, 10, rows)
            given = np.where(rng.random(rows) < 0.7, truth, rng.integers(0, 10, rows))
        else:
            truth = rng.normal(100, 20, rows).round(3)
            given = [f"{x:.4f}" for x in truth + rng.normal(0, 5, rows)]
        at = rng.permutation(rows) if order == "shuffled" else range(rows)
        solution.write_text("id,target\n" + "".join(f"{name},{y}\n" for name, y in zip(names, truth)))
        submission.write_text("id,target\n" + "".join(f"{names[row]},{given[row]}\n" for row in at))
    return solution, submission


def ours(mode, metric, solution, submission, repeats):
    """What the program says, and how long it was there in seconds."""
    begin = time.perf_counter()
    run = subprocess.run([OURS, mode, metric, solution, submission, str(repeats)], stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout), time.perf_counter() - begin


class Rival:
    def __init__(self, library, *arguments):
        command = [sys.executable, HERE / "rivals.py", library, *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.hello = json.loads(self.process.stdout.readline())

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        """The most memory it held, in KiB."""
        self.process.stdin.close()
        return os.wait4(self.process.pid, 0)[2].ru_maxrss


def compare(folder, rows, ids, order, metric, rounds):
    solution, submission = files(folder, rows, ids, order, metric)
    rivals = {library: Rival(library, metric, solution, submission) for library in LIBRARIES}
    versions = [rival.hello["version"] for rival in rivals.values()]
    times, peaks, scores = {}, {}, set()

    def note(name, seconds):
        times.setdefault(name, []).append(seconds * 1000)

    for _ in range(rounds):
        told, _ = ours("lines", metric, solution, submission, 5)
        note("lines", statistics.median(told["times"]))
        told, _ = ours("score", metric, solution, submission, 5)
        note("ours warm", statistics.median(told["times"]))
        told, seconds = ours("score", metric, solution, submission, 1)
        note("ours whole", seconds)
        scores.add(told["score"])
        peaks["ours"] = told["peak_kib"]
        for library, rival in rivals.items():
            run = rival.run()
            note(f"{library} warm", run["warm"])
            note(f"{library} whole", run["whole"])
            scores.add(run["score"])
    for library, rival in rivals.items():
        peaks[library] = rival.close()
    if max(scores) - min(scores) > 1e-12 * max(scores):
        raise SystemExit(f"the scores differ: {scores}")
    medians = {name: statistics.median(values) for name, values in times.items()}
    size = (solution.stat().st_size + submission.stat().st_size) / 2**20
    return medians, {name: peak / 1024 for name, peak in peaks.items()}, size, versions


def ms(value):
    return f"{value:.{2 if value < 1 else 1 if value < 100 else 0}f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000, 1_000_000, 5_000_000])
    parser.add_argument("--metrics", nargs="+", default=METRICS, choices=METRICS)
    parser.add_argument("--ids", nargs="+", default=["numbered", "hex"], choices=["numbered", "hex"])
    parser.add_argument("--orders", nargs="+", default=["in order", "shuffled"], choices=["in order", "shuffled"])
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    folder = TARGET / "bench-scoring" / "data"
    folder.mkdir(parents=True, exist_ok=True)

    def load():
        return " ".join(f"{load:.1f}" for load in os.getloadavg())

    blas = sorted({pool.get("architecture", "?") for pool in threadpool_info() if pool.get("internal_api") == "openblas"})
    print(f"{datetime.date.today()}, {len(os.sched_getaffinity(0))} cores, Python {sys.version.split()[0]}, "
          f"scikit-learn {sklearn.__version__}, numpy {np.__version__} (OpenBLAS for {', '.join(blas)}). Load before: {load()}.")
    print()
    print("Milliseconds, medians; warm: the solution is in memory on both sides; whole: both files, for Madang with the start "
          "of the process, for the others without imports. Memory in MiB, the most a process held.")
    print()
    heads = ["rows", "ids", "order", "metric", "lines", "warm", "pandas", "polars", "×pandas", "×polars", "whole", "pandas", "polars",
             "×pandas", "×polars", "files", "memory", "pandas", "polars"]
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads), flush=True)
    versions = []
    for rows in args.rows:
        for ids in args.ids:
            for order in args.orders:
                for metric in args.metrics:
                    rounds = args.rounds if rows < 5_000_000 else max(1, args.rounds // 2)
                    at, peaks, size, versions = compare(folder, rows, ids, order, metric, rounds)
                    cells = [f"{rows:,}", ids, order, metric, ms(at["lines"])]
                    for kind in ["warm", "whole"]:
                        mine = at[f"ours {kind}"]
                        others = [at[f"{library} {kind}"] for library in LIBRARIES]
                        cells += [ms(mine), *map(ms, others), *(f"{other / mine:.0f}" for other in others)]
                    cells += [f"{size:.0f}", *(f"{peaks[name]:.0f}" for name in ["ours", *LIBRARIES])]
                    print("| " + " | ".join(cells) + " |", flush=True)
    print()
    print(f"{', '.join(versions)}. Load after: {load()}.")


if __name__ == "__main__":
    main()
