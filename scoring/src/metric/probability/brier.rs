//! Brier score: the squared distance from probabilities to what happened.

use super::{PROBABILITIES, Truth};
use crate::metric::entry::Entry;
use crate::metric::sum::mean;
use crate::metric::{Direction, Range};

/// Of two classes from 0 to 1; of more the sum over the classes (Brier, Monthly Weather Review 78, 1950), from 0 to 2: as
/// scikit-learn with `scale_by_half="auto"`. Several labels: the mean of theirs.
pub(in crate::metric) const BRIER: Entry = Entry {
    id: "brier",
    name: ["브라이어 점수", "Brier score"],
    direction: Direction::Lower,
    range: Range { low: Some(0.0), high: Some(2.0) },
    formula: r"\mathrm{BS} = \frac{1}{n} \sum_{i=1}^{n} \left( p_i - y_i \right)^2",
    explanation: [
        "예측한 확률과 실제 결과(0 또는 1)의 차이를 제곱해 평균한 값입니다. 두 클래스에서는 0에서 1 사이이고, 클래스가 셋 이상이면 클래스마다 더해 최대 2가 됩니다.",
        "The mean squared difference of the predicted probability and what happened (0 or 1). With two classes it lies between 0 and 1; with more the classes are added up, to 2 at most.",
    ],
    score: |params, input| {
        let truth = Truth::of(input.truth, params.get("pos_label"))?;
        let columns = truth.probabilities(input)?;
        let targets = truth.targets();
        let scores = targets.iter().zip(&columns).map(|(target, column)| {
            let happened = target.codes.iter().map(|&code| f64::from(u8::from(code == target.positive)));
            mean(happened.zip(*column).map(|(y, p)| (p - y).powi(2)), input.weights)
        });
        let score = mean(scores, None);
        // The mean over rows of the sum over classes is the sum over classes of the mean over rows. A row may add up to a little
        // more than 1, and must not carry the score past its range.
        Ok(if let Truth::Classes { classes, .. } = truth { (score * classes.len() as f64).min(2.0) } else { score })
    },
    ..PROBABILITIES
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Input, Metric, MetricSpec};
    use crate::values::Values;

    #[test]
    fn a_row_that_adds_up_to_a_little_more_than_one_keeps_the_score_within_its_range() {
        let classes = ["a", "b", "c"].map(str::to_owned);
        let truth = [Values::Labels { classes: classes.into(), codes: vec![2] }];
        let prediction = [1.0, 0.001, 0.0].map(|share| Values::Numbers(vec![share]));
        let (_, params) = MetricSpec::new("brier").resolve().unwrap();
        assert_eq!(BRIER.score(&params, Input::new(&truth, &prediction)), Ok(2.0));
    }
}
