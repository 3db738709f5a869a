//! Average precision: the area under the steps of precision over recall.

use super::curve::{Step, steps};
use super::{AVERAGE, PROBABILITIES, Truth, average};
use crate::metric::entry::Entry;
use crate::metric::label::POS_LABEL;
use crate::metric::sum::Sum;

/// Not interpolated, as in scikit-learn. Several classes or labels: the mean of theirs, each class against the rest.
pub(in crate::metric) const AVERAGE_PRECISION: Entry = Entry {
    id: "average_precision",
    name: ["평균 정밀도(AP)", "Average precision (AP)"],
    params: &[POS_LABEL, AVERAGE],
    formula: r"\mathrm{AP} = \sum_k \left( R_k - R_{k-1} \right) P_k",
    explanation: [
        "기준값을 낮춰 가며 재현율이 늘어난 만큼 그때의 정밀도를 더한 값으로, 정밀도-재현율 곡선의 넓이입니다. 양성이 드물 때 ROC AUC보다 차이를 잘 드러내며, 무작위 예측은 양성의 비율만큼 얻습니다.",
        "The precision at every threshold, weighed by the recall it adds: the area under the precision-recall curve. It tells more than ROC AUC where positives are rare; guessing scores the share of positives.",
    ],
    check: |params, truth| {
        Truth::of(truth, params.get("pos_label"))?.members(params.get("average"), None, false).map(|_| ())
    },
    score: |params, input| {
        let truth = Truth::of(input.truth, params.get("pos_label"))?;
        let columns = truth.probabilities(input)?;
        let members = truth.members(params.get("average"), input.weights, false)?;
        Ok(average(&members, |member| {
            let steps = steps(member.target, columns[member.column], input.weights);
            area(&steps)
        }))
    },
    ..PROBABILITIES
};

fn area(steps: &[Step]) -> f64 {
    let Some(end) = steps.last() else { return 0.0 };
    let couples = steps.iter().zip(steps.iter().skip(1));
    let gained = couples.map(|(a, b)| (b.positives - a.positives) * b.positives / (b.positives + b.negatives));
    (gained.collect::<Sum>().value() / end.positives).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(positives: f64, negatives: f64) -> Step {
        Step { positives, negatives }
    }

    #[test]
    fn precision_is_weighed_by_the_recall_it_adds() {
        // The example of scikit-learn's page: 0.83…
        let known = [step(0.0, 0.0), step(1.0, 0.0), step(1.0, 1.0), step(2.0, 1.0), step(2.0, 2.0)];
        assert!((area(&known) - 5.0 / 6.0).abs() < 1e-15);
        // All tied: the share of positives.
        assert!((area(&[step(0.0, 0.0), step(1.0, 3.0)]) - 0.25).abs() < 1e-15);
    }
}
