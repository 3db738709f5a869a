//! Area under the ROC curve.

use super::error::{MetricError, Problem};
use super::labels::{labels, positive};
use super::{Allowed, Direction, Input, Metric, Param, Params, Range, Task, numbers, order};
use crate::lang::Lang;
use crate::values::Values;

pub(super) struct RocAuc;

impl Metric for RocAuc {
    fn id(&self) -> &'static str {
        "roc_auc"
    }

    fn name(&self, lang: Lang) -> &'static str {
        lang.pick("ROC AUC", "ROC AUC")
    }

    fn direction(&self) -> Direction {
        Direction::Higher
    }

    fn task(&self) -> Task {
        Task::Probability
    }

    fn params(&self) -> &'static [Param] {
        &[Param { id: "pos_label", default: "1", allowed: Allowed::Text }]
    }

    fn range(&self) -> Range {
        Range::UNIT
    }

    fn formula(&self) -> &'static str {
        r"\mathrm{AUC} = \frac{1}{|P|\,|N|} \sum_{i \in P} \sum_{j \in N} \left( \mathbf{1}[s_i > s_j] + \tfrac{1}{2}\,\mathbf{1}[s_i = s_j] \right)"
    }

    fn explanation(&self, lang: Lang) -> &'static str {
        lang.pick(
            "양성과 음성을 하나씩 뽑았을 때 양성의 예측값이 더 클 확률입니다. 예측값의 순서만 보므로 0.5는 무작위와 같고 1은 완벽한 구분을 뜻합니다.",
            "The chance that a random positive is scored above a random negative. Only the order counts, so one half is guessing and 1 is a perfect separation.",
        )
    }

    fn check(&self, params: &Params, truth: &[Values]) -> Result<(), MetricError> {
        let (classes, codes) = labels(truth)?;
        let positive = positive(classes, params.get("pos_label"))?;
        let positives = codes.iter().filter(|&&code| code == positive).count();
        match (positives, codes.len() - positives) {
            (0, _) => Err(Problem::NoPositives.into()),
            (_, 0) => Err(Problem::NoNegatives.into()),
            _ => Ok(()),
        }
    }

    fn score(&self, params: &Params, input: Input<'_>) -> Result<f64, MetricError> {
        self.check(params, input.truth)?;
        let (classes, codes) = labels(input.truth)?;
        let positive = positive(classes, params.get("pos_label"))?;
        let scores = numbers(input.prediction)?;
        if codes.len() != scores.len() {
            return Err(Problem::WrongColumns.into());
        }
        Ok(order::area(codes, positive, scores))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::metric::{MetricSpec, Part};

    fn auc(truth: &[u32], scores: &[f64]) -> Result<f64, MetricError> {
        let (metric, params) = MetricSpec::new("roc_auc").resolve().unwrap();
        let classes = ["0".to_owned(), "1".to_owned()].into();
        let truth = Values::Labels { classes, codes: truth.to_vec() };
        metric.score(&params, Input::new(&[truth], &[Values::Numbers(scores.to_vec())]))
    }

    #[test]
    fn a_known_case_is_right() {
        assert_eq!(auc(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8]), Ok(0.75));
        assert_eq!(auc(&[0, 0, 1, 1], &[0.1, 0.2, 0.35, 0.8]), Ok(1.0));
        assert_eq!(auc(&[1, 1, 0, 0], &[0.1, 0.2, 0.35, 0.8]), Ok(0.0));
    }

    #[test]
    fn ties_count_half() {
        assert_eq!(auc(&[0, 1, 0, 1], &[0.5; 4]), Ok(0.5));
        assert_eq!(auc(&[0, 1], &[-0.0, 0.0]), Ok(0.5));
    }

    #[test]
    fn one_class_alone_is_an_error_that_names_its_part() {
        let error = auc(&[0, 0], &[0.1, 0.2]).unwrap_err().in_part(Part::Public);
        assert_eq!(error.message(Lang::Ko), "공개 구간에 양성이 한 건도 없어요.");
        assert_eq!(error.message(Lang::En), "The public part has no positives.");
        assert_eq!(auc(&[1, 1], &[0.1, 0.2]).unwrap_err().problem, Problem::NoNegatives);
    }

    #[test]
    fn the_positive_label_must_be_one_of_two() {
        let truth = |classes: &[&str]| {
            let classes: Vec<String> = classes.iter().map(|&class| class.to_owned()).collect();
            [Values::Labels { classes: classes.into(), codes: vec![0, 1] }]
        };
        let (_, params) = MetricSpec::new("roc_auc").resolve().unwrap();
        let error = RocAuc.check(&params, &truth(&["no", "yes"])).unwrap_err();
        assert_eq!(error.message(Lang::Ko), "양성 레이블 ‘1’이 정답에 없어요.");
        let error = RocAuc.check(&params, &truth(&["0", "1", "2"])).unwrap_err();
        assert_eq!(error.problem, Problem::NotBinary { classes: 3 });
        let (_, params) = MetricSpec::new("roc_auc").with("pos_label", "yes").resolve().unwrap();
        assert_eq!(RocAuc.check(&params, &truth(&["no", "yes"])), Ok(()));
    }
}
