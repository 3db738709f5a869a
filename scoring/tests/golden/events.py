"""Expected event AP, written out plainly: for each class of the truth and each threshold, predictions by falling score take the
best free event of their series; average precision sums, over the distinct scores, precision times the recall won there.

The notion is that of Kaggle's event detection AP (detections matched in order of decreasing confidence, average precision per
class and tolerance, then the mean), with intervals in place of points. Given the matches, the average precision is checked
against scikit-learn's.
"""

import math

import numpy as np
import sklearn
from common import uniform, write
from sklearn.metrics import average_precision_score

cases = []


def overlap(a, b):
    both = max(0.0, min(a["offset"], b["offset"]) - max(a["onset"], b["onset"]))
    either = (a["offset"] - a["onset"]) + (b["offset"] - b["onset"]) - both
    if either == 0:
        return 1.0 if a["onset"] == b["onset"] else 0.0
    return both / either


def distance(a, b):
    return max(abs(a["onset"] - b["onset"]), abs(a["offset"] - b["offset"]))


def matches(truth, prediction, match, threshold):
    """For each prediction, in order, whether it found an event."""
    free = list(truth)
    found = []
    for event in prediction:
        near = [other for other in free if other["series"] == event["series"]]
        if match == "iou":
            near = [(-overlap(event, other), other["onset"], other["offset"], other) for other in near if overlap(event, other) >= threshold]
        else:
            near = [(distance(event, other), other["onset"], other["offset"], other) for other in near if distance(event, other) <= threshold]
        if near:
            best = min(near, key=lambda candidate: candidate[:3])[3]
            free = [other for other in free if other is not best]
        found.append(bool(near))
    return found


def average_precision(found, scores, events):
    total = 0.0
    hits = 0
    for score in sorted(set(scores), reverse=True):
        now = sum(hit for hit, other in zip(found, scores) if other >= score)
        called = sum(other >= score for other in scores)
        total += (now - hits) / events * (now / called)
        hits = now
    if found and hits:
        # Events that were never found have no score there: scale the recall.
        assert math.isclose(average_precision_score(found, scores) * hits / events, total, rel_tol=1e-12)
    return total


def event_ap(truth, prediction, match, thresholds):
    classes = sorted({event["event"] for event in truth})
    if not classes:
        return {"error": "no_events"}
    means = []
    for name in classes:
        of_truth = [event for event in truth if event["event"] == name]
        called = [event for event in prediction if event["event"] == name]
        called.sort(key=lambda event: (-event["score"], event["series"], event["onset"], event["offset"]))
        scores = [event["score"] for event in called]
        precisions = [average_precision(matches(of_truth, called, match, threshold), scores, len(of_truth)) for threshold in thresholds]
        means.append(math.fsum(precisions) / len(precisions))
    return {"score": math.fsum(means) / len(means)}


DEFAULT = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]


def add(series, truth, prediction, params):
    """`series` are all names; those without events get a row of their own."""
    match = params.get("match", "iou")
    thresholds = [float(number) for number in params[match].split()] if match in params else (DEFAULT if match == "iou" else [1.0])
    lines = ["id,event,onset,offset"]
    for name in series:
        events = [event for event in truth if event["series"] == name]
        lines += [f"{name},{e['event']},{e['onset']!r},{e['offset']!r}" for e in events] or [f"{name},-,,"]
    solution = "\n".join(lines) + "\n"
    rows = [f"{e['series']},{e['event']},{e['onset']!r},{e['offset']!r},{e['score']!r}" for e in prediction]
    submission = "\n".join(["id,event,onset,offset,score", *rows]) + "\n"
    case = {"metric": "event_ap", "params": params, "solution": solution, "submission": submission}
    cases.append(case | event_ap(truth, prediction, match, thresholds))


def event(series, name, onset, offset, score=0.0):
    return {"series": series, "event": name, "onset": float(onset), "offset": float(offset), "score": float(score)}


PARAMS = [{}, {"iou": "0.5"}, {"iou": "0.1 1"}, {"match": "tolerance"}, {"match": "tolerance", "tolerance": "0"}, {"match": "tolerance", "tolerance": "0.5 3 10"}]
TRUTH = [event("s1", "sleep", 0, 10), event("s1", "sleep", 20, 30), event("s2", "sleep", 5, 6), event("s2", "wake", 6, 6)]
SMALL = [
    TRUTH,
    [event("s1", "sleep", 0, 10, 0.9)] * 2 + [event("s2", "sleep", 5, 6, 0.9)],
    [event("s3", "sleep", 0, 10, 0.9), event("s1", "wake", 0, 10, 1.0)],
    [event("s1", "sleep", 1, 10, 0.5), event("s1", "sleep", 0, 9, 0.5), event("s1", "sleep", 19, 31, 0.5), event("s2", "wake", 6, 6, -3)],
    [event("s1", "sleep", 0, 30, 1), event("s1", "sleep", 20, 29, 0.5), event("s1", "sleep", 21, 30, 0.25), event("s2", "wake", 7, 7, 0)],
]
NESTED = [event("s1", "sleep", 0, 100), event("s1", "sleep", 10, 20), event("s1", "sleep", 12, 18), event("s2", "wake", -5, -1), event("s2", "wake", -5, -1)]
for params in PARAMS:
    for prediction in SMALL:
        add(["s1", "s2", "s3"], TRUTH, prediction, params)
        add(["s1", "s2", "s3"], NESTED, prediction, params)
    for prediction in (NESTED, NESTED[::-1], [e | {"score": s} for e, s in zip(NESTED, (0.1, 0.9, 0.9, 1e9, -1e9))]):
        add(["s1", "s2", "s3"], NESTED, prediction, params)
add(["s1"], [], [event("s1", "sleep", 0, 1, 1)], {})


def made(seed, count, kinds, steps):
    numbers = uniform(seed, 5 * count).reshape(count, 5)
    events = []
    for series, kind, onset, length, score in numbers:
        onset = math.floor(onset * steps) / 4
        events.append(event(f"s{math.floor(series * 6)}", f"k{math.floor(kind * kinds)}", onset, onset + math.floor(length * 12) / 4, math.floor(score * 20) / 20))
    return events


# Events near those of the truth, moved a little, and others.
for number, (count, kinds, steps) in enumerate([(5, 1, 40), (20, 2, 60), (60, 3, 100), (150, 2, 80)]):
    truth = made(5000 + number, count, kinds, steps)
    shift, score = uniform(5100 + number, 2 * count), uniform(5200 + number, count)
    moved = [
        event(e["series"], e["event"], e["onset"] + math.floor(a * 5) / 4 - 0.5, e["offset"] + math.floor(b * 5) / 4 + 0.5, math.floor(s * 10) / 10)
        for e, a, b, s in zip(truth, shift[:count], shift[count:], score)
    ]
    prediction = moved + made(5300 + number, count, kinds, steps)
    for params in PARAMS:
        add([f"s{name}" for name in range(6)], truth, prediction, params)

write("events", cases, {"scikit-learn": sklearn.__version__, "numpy": np.__version__})
