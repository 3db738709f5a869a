"""Clinical utility of a probability, as `../clinical-utility` in Rust: the same parameters, the same values."""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.scoring import Column_Labels, Column_Numbers, Input


class Scoring(exports.Scoring):
    def score(self, input: Input) -> list[tuple[str, float]]:
        params = dict(input.params)
        threshold = float(params.get("threshold", "0.5"))
        if not 0 < threshold < 1:
            raise Err("threshold는 0과 1 사이여야 합니다 (must lie between 0 and 1)")
        benefit = float(params.get("benefit", "1"))
        false_positive = float(params.get("false_positive", threshold / (1 - threshold)))
        false_negative = float(params.get("false_negative", "0"))

        truth, prediction = input.truth[0], input.prediction[0]
        if not (isinstance(truth, Column_Labels) and isinstance(prediction, Column_Numbers)):
            raise Err("두 클래스의 확률 하나가 필요합니다 (one probability of two classes)")
        positive = truth.value.names.index(params.get("pos_label", "1"))

        tp = fp = fn = tn = 0.0
        weights = input.weights or [1.0] * len(prediction.value)
        for code, probability, weight in zip(truth.value.codes, prediction.value, weights):
            if probability >= threshold:
                if code == positive:
                    tp += weight
                else:
                    fp += weight
            elif code == positive:
                fn += weight
            else:
                tn += weight
        if tp + fn == 0 or fp + tn == 0:
            raise Err("양성과 음성이 모두 있어야 합니다 (both classes are needed)")
        gained = benefit * tp - false_positive * fp - false_negative * fn
        return [
            ("score", gained / (benefit * (tp + fn))),
            ("net_benefit", gained / (tp + fn + fp + tn)),
            ("sensitivity", tp / (tp + fn)),
            ("specificity", tn / (fp + tn)),
            ("referred", tp + fp),
        ]
