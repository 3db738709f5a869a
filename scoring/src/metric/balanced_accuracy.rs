//! Balanced accuracy: the mean recall of the classes.

use super::error::MetricError;
use super::labels::{labels, pairs, total};
use super::{Direction, Input, Metric, Params, Range, Task};
use crate::lang::Lang;
use crate::values::Values;

pub(super) struct BalancedAccuracy;

impl Metric for BalancedAccuracy {
    fn id(&self) -> &'static str {
        "balanced_accuracy"
    }

    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("균형 정확도", "Balanced accuracy")
    }

    fn direction(&self) -> Direction {
        Direction::Higher
    }

    fn task(&self) -> Task {
        Task::Label
    }

    fn range(&self) -> Range {
        Range::UNIT
    }

    fn formula(&self) -> &'static str {
        r"\mathrm{BA} = \frac{1}{|C|} \sum_{c \in C} \frac{\mathrm{TP}_c}{\mathrm{TP}_c + \mathrm{FN}_c}"
    }

    fn explanation(&self, lang: Lang) -> &'static str {
        lang.pick(
            "클래스마다 맞힌 비율(재현율)을 구해 똑같이 평균한 값입니다. 작은 클래스도 큰 클래스만큼 중요하게 보며, 정답에 없는 클래스는 세지 않습니다.",
            "The recall of every class, averaged alike. A small class counts as much as a large one; classes that are not in the truth are left out.",
        )
    }

    fn takes_weights(&self) -> bool {
        true
    }

    fn check(&self, _params: &Params, truth: &[Values]) -> Result<(), MetricError> {
        labels(truth)?;
        Ok(())
    }

    fn score(&self, _params: &Params, input: Input<'_>) -> Result<f64, MetricError> {
        let mut counts = pairs(input)?.counts();
        counts.retain(|count| count.truth > 0.0);
        Ok(total(&counts, |count| (count.both / count.truth).min(1.0)) / counts.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::labels::test::score;
    use crate::metric::MetricSpec;

    #[test]
    fn every_class_of_the_truth_counts_the_same() {
        let spec = MetricSpec::new("balanced_accuracy");
        assert_eq!(score(&spec, 2, &[0, 0, 0, 1], &[0, 0, 0, 0], None), Ok(0.5));
        // Class 2 is only predicted: unlike the macro recall, it does not count.
        assert_eq!(score(&spec, 3, &[0, 1, 1, 0], &[0, 1, 2, 0], None), Ok(0.75));
        assert_eq!(score(&spec, 2, &[0, 0, 1], &[0, 1, 1], Some(&[1.0, 3.0, 9.0])), Ok(0.625));
    }
}
