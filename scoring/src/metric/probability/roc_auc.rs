//! Area under the ROC curve, of two classes or several, whole or in part.

use super::curve::{Step, steps};
use super::order;
use super::{AVERAGE, Member, PROBABILITIES, Target, Truth, average};
use crate::metric::entry::Entry;
use crate::metric::error::{Problem, SpecError};
use crate::metric::label::POS_LABEL;
use crate::metric::sum::Sum;
use crate::metric::{Allowed, Param, Params};
use crate::values::Values;

/// Several classes: one against the rest (`ovr`), or every two against each other (`ovo`; Hand and Till, Machine Learning
/// 45, 2001). Several labels: the mean of theirs. With `ovo` a pair counts where both classes have rows, as in
/// scikit-learn, which has no row weights there; here a weight counts as that many rows.
///
/// `max_fpr` below 1 takes the area up to that false positive rate, standardised so that guessing gives one half (`McClish`,
/// Medical Decision Making 9, 1989); as in scikit-learn not with several classes.
pub(in crate::metric) const ROC_AUC: Entry = Entry {
    id: "roc_auc",
    name: ["ROC AUC", "ROC AUC"],
    params: &[
        POS_LABEL,
        Param { id: "multi_class", default: "ovr", allowed: Allowed::OneOf(&["ovr", "ovo"]) },
        AVERAGE,
        Param { id: "max_fpr", default: "1", allowed: Allowed::Number { low: 0.001, high: 1.0 } },
    ],
    formula: r"\mathrm{AUC} = \frac{1}{|P|\,|N|} \sum_{i \in P} \sum_{j \in N} \left( \mathbf{1}[s_i > s_j] + \tfrac{1}{2}\,\mathbf{1}[s_i = s_j] \right)",
    notes: [
        "예측값이 같은 쌍은 절반으로 칩니다. max_fpr가 1보다 작으면 그 거짓 양성률까지의 넓이를 McClish의 방법으로 0.5–1에 맞춘 값이며 두 클래스에서만 쓸 수 있습니다. 클래스가 셋 이상이면 multi_class에 따라 클래스마다(ovr) 또는 두 클래스씩(ovo) 구해 average대로 평균하고, 0/1 열이 여럿이면 열마다 구해 평균합니다.",
        "Equal scores count one half. Below max_fpr=1 it is the area up to that false positive rate, standardised to one half to 1 as McClish does, for two classes only. With more classes it is averaged over each class against the rest (ovr) or over pairs (ovo), with several 0/1 columns over the columns.",
    ],
    explanation: [
        "양성과 음성을 하나씩 뽑았을 때 양성의 예측값이 더 클 확률입니다. 예측값의 순서만 보므로 0.5는 무작위와 같고 1은 완벽한 구분을 뜻합니다.",
        "The chance that a random positive is scored above a random negative. Only the order counts, so one half is guessing and 1 is a perfect separation.",
    ],
    check: |params, truth| parts(params, truth, None).map(|_| ()),
    score: |params, input| {
        let truth = Truth::of(input.truth, params.get("pos_label"))?;
        let columns = truth.probabilities(input)?;
        let max_fpr = params.number("max_fpr");
        let members = parts(params, input.truth, input.weights)?;
        Ok(average(&members, |Member { column, target, .. }| {
            // The usual case needs no curve: its pairs are counted.
            if input.weights.is_none() && max_fpr >= 1.0 && target.against.is_none() {
                return order::area(target.codes, target.positive, columns[*column]);
            }
            let steps = steps(*target, columns[*column], input.weights);
            area(&steps, max_fpr)
        }))
    },
    ..PROBABILITIES
};

/// The curves whose areas are averaged.
fn parts<'a>(params: &Params, columns: &'a [Values], weights: Option<&[f64]>) -> Result<Vec<Member<'a>>, Problem> {
    let truth = Truth::of(columns, params.get("pos_label"))?;
    let Truth::Classes { codes, .. } = truth else {
        return truth.members(params.get("average"), weights, true);
    };
    if params.number("max_fpr") < 1.0 {
        let (param, value) = ("max_fpr".to_owned(), params.get("max_fpr").to_owned());
        return Err(Problem::Spec(SpecError::BadValue { param, value, allowed: vec!["1".to_owned()] }));
    }
    if params.get("multi_class") == "ovr" {
        return truth.members(params.get("average"), weights, true);
    }
    let present: Vec<(usize, u32, f64)> = (0..)
        .zip(truth.targets())
        .map(|(column, target)| (column, target.positive, target.masses(weights).0))
        .filter(|(_, _, mass)| *mass > 0.0)
        .collect();
    let weighted = params.get("average") == "weighted";
    let mut members = Vec::new();
    for &(column, positive, mass) in &present {
        for &(_, other, other_mass) in present.iter().filter(|(_, other, _)| *other != positive) {
            // Each of two classes is the positive one once: the mean of both areas is the pair's.
            let target = Target { codes, positive, against: Some(other) };
            members.push(Member { column, target, share: if weighted { mass + other_mass } else { 1.0 } });
        }
    }
    if members.is_empty() { Err(Problem::OneClass) } else { Ok(members) }
}

/// The area under the steps, by trapezoids. Without weights the sum is one of whole numbers: exact but for the division.
fn area(steps: &[Step], max_fpr: f64) -> f64 {
    let Some(&end) = steps.last() else { return 0.0 };
    let pairs = end.positives * end.negatives;
    let trapezoid = |a: Step, b: Step| (b.negatives - a.negatives) * (a.positives + b.positives);
    let couples = || steps.iter().copied().zip(steps.iter().copied().skip(1));
    if max_fpr >= 1.0 {
        let twice: Sum = couples().map(|(a, b)| trapezoid(a, b)).collect();
        return (twice.value() / (2.0 * pairs)).clamp(0.0, 1.0);
    }
    let limit = max_fpr * end.negatives;
    let twice: Sum = couples()
        .take_while(|(a, _)| a.negatives < limit)
        .map(|(a, b)| {
            if b.negatives <= limit {
                return trapezoid(a, b);
            }
            let slope = (b.positives - a.positives) / (b.negatives - a.negatives);
            let positives = a.positives + slope * (limit - a.negatives);
            trapezoid(a, Step { positives, negatives: limit })
        })
        .collect();
    let part = twice.value() / (2.0 * pairs);
    let guessing = max_fpr * max_fpr / 2.0;
    (0.5 * (1.0 + (part - guessing) / (max_fpr - guessing))).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::metric::{Input, MetricError, MetricSpec, Part};

    fn auc(truth: &[u32], scores: &[f64]) -> Result<f64, MetricError> {
        let (metric, params) = MetricSpec::new("roc_auc").resolve().unwrap();
        let classes = ["0".to_owned(), "1".to_owned()].into();
        let truth = Values::Labels { classes, codes: truth.to_vec() };
        metric.score(&params, Input::new(&[truth], &[Values::Numbers(scores.to_vec())]))
    }

    fn truth(classes: &[&str], codes: &[u32]) -> Values {
        let classes: Vec<String> = classes.iter().map(|&class| class.to_owned()).collect();
        Values::Labels { classes: classes.into(), codes: codes.to_vec() }
    }

    fn checked(spec: &MetricSpec, truth: &[Values]) -> Result<(), MetricError> {
        let (metric, params) = spec.resolve().unwrap();
        metric.check(&params, truth)
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
        let spec = MetricSpec::new("roc_auc");
        let error = checked(&spec, &[truth(&["no", "yes"], &[0, 1])]).unwrap_err();
        assert_eq!(error.message(Lang::Ko), "양성 레이블 ‘1’이 정답에 없어요.");
        assert_eq!(checked(&spec.with("pos_label", "yes"), &[truth(&["no", "yes"], &[0, 1])]), Ok(()));
    }

    #[test]
    fn a_class_or_a_label_column_without_rows_is_named() {
        let (spec, three) = (MetricSpec::new("roc_auc"), [truth(&["가", "나", "다"], &[0, 1, 1])]);
        let error = checked(&spec, &three).unwrap_err().in_part(Part::Private);
        assert_eq!(error.message(Lang::Ko), "비공개 구간에 ‘다’ 레이블이 한 건도 없어요.");
        assert_eq!(checked(&spec.clone().with("average", "weighted"), &three), Ok(()));
        assert_eq!(checked(&spec.clone().with("multi_class", "ovo"), &three), Ok(()));
        let error = checked(&spec.clone().with("max_fpr", "0.1"), &three).unwrap_err();
        assert_eq!(error.code(), "bad_param");
        let labels = [truth(&["0", "1"], &[0, 1, 1]), truth(&["0", "1"], &[1, 1, 1])];
        assert_eq!(checked(&spec, &labels).unwrap_err().problem, Problem::NoNegativesIn { column: 2 });
    }

    #[test]
    fn part_of_the_area_is_standardised() {
        // Guessing scores one half and a perfect order 1, however small the part.
        let step = |positives, negatives| Step { positives, negatives };
        for max_fpr in [0.01, 0.3, 0.999] {
            assert!((area(&[step(0.0, 0.0), step(2.0, 5.0)], max_fpr) - 0.5).abs() < 1e-15);
            assert!((area(&[step(0.0, 0.0), step(2.0, 0.0), step(2.0, 5.0)], max_fpr) - 1.0).abs() < 1e-15);
        }
    }
}
