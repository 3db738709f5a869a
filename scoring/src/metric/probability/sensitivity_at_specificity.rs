//! The highest sensitivity that a threshold reaches without losing more specificity than allowed.

use super::curve::{Step, steps};
use super::{PROBABILITIES, Truth, average};
use crate::metric::entry::Entry;
use crate::metric::label::POS_LABEL;
use crate::metric::{Allowed, Param};

/// The ROC curve's height at the false positive rate 1 − specificity (Pepe, The Statistical Evaluation of Medical Tests for
/// Classification and Prediction, 2003), taken at the thresholds there are: no point between two of them is made up.
/// Several classes or labels: the mean of theirs, each class against the rest.
/// Rounding in a sum of weights must not decide whether a threshold is specific enough.
const SLACK: f64 = 1e-12;

pub(in crate::metric) const SENSITIVITY_AT_SPECIFICITY: Entry = Entry {
    id: "sensitivity_at_specificity",
    name: ["특이도 기준 민감도", "Sensitivity at specificity"],
    params: &[POS_LABEL, Param { id: "specificity", default: "0.9", allowed: Allowed::Number { low: 0.0, high: 1.0 } }],
    formula: r"\max_{\tau}\ \mathrm{TPR}(\tau) \quad \text{s.t.} \quad 1 - \mathrm{FPR}(\tau) \ge s",
    explanation: [
        "특이도가 정해진 값 이상인 기준값 가운데 민감도가 가장 높을 때의 민감도입니다. 건강한 사람을 잘못 부르는 비율을 정해 두고 환자를 얼마나 찾아내는지 볼 때 씁니다.",
        "The highest sensitivity among all thresholds that keep the specificity at the given value or above. It tells how many patients are found where the share of false alarms is fixed.",
    ],
    check: |params, truth| Truth::of(truth, params.get("pos_label"))?.members("macro", None, true).map(|_| ()),
    score: |params, input| {
        let truth = Truth::of(input.truth, params.get("pos_label"))?;
        let columns = truth.probabilities(input)?;
        let members = truth.members("macro", input.weights, true)?;
        Ok(average(&members, |member| {
            let steps = steps(member.target, columns[member.column], input.weights);
            sensitivity(&steps, params.number("specificity"))
        }))
    },
    ..PROBABILITIES
};

/// Sensitivity rises as the threshold falls, so the last step that is specific enough is the best.
fn sensitivity(steps: &[Step], specificity: f64) -> f64 {
    let Some(&end) = steps.last() else { return 0.0 };
    let enough = |step: &&Step| (end.negatives - step.negatives) / end.negatives >= specificity - SLACK;
    steps.iter().rev().find(enough).map_or(0.0, |step| step.positives / end.positives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_threshold_that_is_specific_enough_is_taken() {
        let steps = [(0.0, 0.0), (1.0, 0.0), (2.0, 1.0), (3.0, 1.0), (4.0, 10.0)]
            .map(|(positives, negatives)| Step { positives, negatives });
        for (specificity, expected) in [(1.0, 0.25), (0.95, 0.25), (0.9, 0.75), (0.5, 0.75), (0.0, 1.0)] {
            assert_eq!(sensitivity(&steps, specificity).to_bits(), f64::to_bits(expected), "{specificity}");
        }
    }
}
