//! F1: the harmonic mean of precision and recall.

use super::error::{MetricError, Problem};
use super::labels::{Count, counts, labels, positive};
use super::sum::Sum;
use super::{Allowed, Direction, Input, Metric, Param, Params, Range, Task};
use crate::lang::Lang;
use crate::values::Values;

pub(super) struct F1;

impl Metric for F1 {
    fn id(&self) -> &'static str {
        "f1"
    }

    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("F1 점수", "F1 score")
    }

    fn direction(&self) -> Direction {
        Direction::Higher
    }

    fn task(&self) -> Task {
        Task::Label
    }

    fn params(&self) -> &'static [Param] {
        const AVERAGES: &[&str] = &["binary", "macro", "micro", "weighted"];
        &[
            Param { id: "average", default: "binary", allowed: Allowed::OneOf(AVERAGES) },
            Param { id: "pos_label", default: "1", allowed: Allowed::Text },
        ]
    }

    fn range(&self) -> Range {
        Range::UNIT
    }

    fn formula(&self) -> &'static str {
        r"F_1 = \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}"
    }

    fn explanation(&self, lang: Lang) -> &'static str {
        lang.pick(
            "정밀도와 재현율의 조화평균입니다. average가 macro이면 클래스마다 구해 똑같이 평균하고, weighted이면 클래스의 크기만큼 무게를 둡니다.",
            "The harmonic mean of precision and recall. With average=macro every class counts the same, with weighted as much as it has rows.",
        )
    }

    fn check(&self, params: &Params, truth: &[Values]) -> Result<(), MetricError> {
        let (classes, codes) = labels(truth)?;
        if params.get("average") == "binary" {
            let positive = positive(classes, params.get("pos_label"))?;
            if !codes.contains(&positive) {
                return Err(Problem::NoPositives.into());
            }
        }
        Ok(())
    }

    fn score(&self, params: &Params, input: Input<'_>) -> Result<f64, MetricError> {
        self.check(params, input.truth)?;
        let counts = counts(input)?;
        let rows: u64 = counts.iter().map(|count| count.truth).sum();
        Ok(match params.get("average") {
            "micro" => counts.iter().map(|count| count.both).sum::<u64>() as f64 / rows as f64,
            "weighted" => {
                let sum: Sum = counts.iter().map(|count| f1(*count) * count.truth as f64).collect();
                sum.value() / rows as f64
            }
            "macro" => {
                // As scikit-learn: classes that are neither in the truth nor in the prediction do not count.
                let present: Vec<f64> =
                    counts.iter().filter(|count| count.truth + count.predicted > 0).map(|count| f1(*count)).collect();
                present.iter().copied().collect::<Sum>().value() / present.len() as f64
            }
            _ => {
                let (classes, _) = labels(input.truth)?;
                let code = positive(classes, params.get("pos_label"))?;
                counts.get(code as usize).copied().map_or(0.0, f1)
            }
        })
    }
}

/// F1 of one class; 0 when it is never right, as scikit-learn with `zero_division=0`.
fn f1(count: Count) -> f64 {
    if count.both == 0 {
        return 0.0;
    }
    (2 * count.both) as f64 / (count.truth + count.predicted) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::MetricSpec;

    fn f1_of(average: &str, classes: usize, truth: &[u32], prediction: &[u32]) -> Result<f64, MetricError> {
        let (metric, params) = MetricSpec::new("f1").with("average", average).resolve().unwrap();
        let names: std::sync::Arc<[String]> = (0..classes).map(|class| class.to_string()).collect();
        let column = |codes: &[u32]| [Values::Labels { classes: names.clone(), codes: codes.to_vec() }];
        metric.score(&params, Input::new(&column(truth), &column(prediction)))
    }

    // The example of scikit-learn's f1_score page.
    const TRUTH: [u32; 6] = [0, 1, 2, 0, 1, 2];
    const PREDICTION: [u32; 6] = [0, 2, 1, 0, 0, 1];

    #[test]
    fn the_averages_are_those_of_scikit_learn() {
        for (average, expected) in [("macro", 4.0 / 15.0), ("micro", 1.0 / 3.0), ("weighted", 4.0 / 15.0)] {
            let score = f1_of(average, 3, &TRUTH, &PREDICTION).unwrap();
            assert!((score - expected).abs() < 1e-15, "{average}: {score}");
        }
        assert_eq!(f1_of("binary", 2, &[0, 1, 1, 0], &[1, 1, 0, 0]), Ok(0.5));
    }

    #[test]
    fn a_class_that_is_nowhere_does_not_count_in_the_macro_average() {
        assert_eq!(f1_of("macro", 3, &[0, 1], &[0, 1]), Ok(1.0));
        // Class 2 is only predicted: it counts, with zero.
        let score = f1_of("macro", 3, &[0, 1], &[0, 2]).unwrap();
        assert!((score - 1.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_truth_without_positives_has_no_binary_score() {
        assert_eq!(f1_of("binary", 2, &[0, 0], &[0, 1]).unwrap_err().problem, Problem::NoPositives);
        assert_eq!(f1_of("binary", 3, &TRUTH, &PREDICTION).unwrap_err().problem, Problem::NotBinary { classes: 3 });
    }

    #[test]
    fn labels_of_other_classes_are_refused() {
        let (metric, params) = MetricSpec::new("f1").with("average", "macro").resolve().unwrap();
        let column = |name: &str| [Values::Labels { classes: [name.to_owned()].into(), codes: vec![0] }];
        let error = metric.score(&params, Input::new(&column("a"), &column("b"))).unwrap_err();
        assert_eq!(error.problem, Problem::WrongColumns);
    }
}
