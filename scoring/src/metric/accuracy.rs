//! Accuracy: the share of right labels.

use super::error::MetricError;
use super::labels::{labels, pairs};
use super::sum::mean;
use super::{Direction, Input, Metric, Params, Range, Task};
use crate::lang::Lang;
use crate::values::Values;

pub(super) struct Accuracy;

impl Metric for Accuracy {
    fn id(&self) -> &'static str {
        "accuracy"
    }

    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("정확도", "Accuracy")
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
        r"\mathrm{Accuracy} = \frac{1}{n} \sum_{i=1}^{n} \mathbf{1}[\hat{y}_i = y_i]"
    }

    fn explanation(&self, lang: Lang) -> &'static str {
        lang.pick(
            "전체 가운데 레이블을 맞힌 비율입니다. 클래스의 크기가 많이 다르면 큰 클래스만 맞혀도 높게 나오므로 주의해야 합니다.",
            "The share of rows whose label is right. Where classes differ much in size it can be high for the largest one alone.",
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
        let right = pairs(input)?.rows().map(|(truth, prediction, _)| f64::from(u8::from(truth == prediction)));
        Ok(mean(right, input.weights))
    }
}

#[cfg(test)]
mod tests {
    use super::super::labels::test::score;
    use crate::metric::MetricSpec;

    #[test]
    fn the_share_of_right_labels_is_weighted() {
        let spec = MetricSpec::new("accuracy");
        assert_eq!(score(&spec, 3, &[0, 1, 2, 2], &[0, 2, 2, 2], None), Ok(0.75));
        assert_eq!(score(&spec, 3, &[0, 1, 2, 2], &[0, 2, 2, 2], Some(&[1.0, 5.0, 1.0, 1.0])), Ok(0.375));
        assert_eq!(score(&spec, 1, &[0], &[0], None), Ok(1.0));
    }
}
