//! Matthews correlation coefficient, for any number of classes.

use super::{LABELS, need_two_classes, need_two_labels, pairs, rest, total};
use crate::metric::Range;
use crate::metric::entry::Entry;
use crate::metric::sum::Sum;

/// The statistic `R_K` (Gorodkin, Comput. Biol. Chem. 28, 2004), which with two classes is Matthews' own. A prediction that
/// is the same everywhere scores 0, as in scikit-learn. With one class much heavier than the others together, scikit-learn's
/// differences lose digits; here every term is a product of what was added up by itself.
pub(in crate::metric) const MCC: Entry = Entry {
    id: "mcc",
    name: ["매튜스 상관계수(MCC)", "Matthews correlation coefficient (MCC)"],
    range: Range::SIGNED,
    formula: r"\mathrm{MCC} = \frac{c\,n - \sum_k t_k\,p_k}{\sqrt{\left(n^2 - \sum_k t_k^2\right)\left(n^2 - \sum_k p_k^2\right)}}",
    notes: [
        "예측이 모두 같은 레이블이면 식이 0/0이 되므로 0으로 합니다(scikit-learn과 같습니다).",
        "A prediction of one label only would be 0/0 and scores 0, as in scikit-learn.",
    ],
    explanation: [
        "실제 레이블과 예측한 레이블의 상관계수로, 1은 완벽한 일치이고 0은 무작위와 같습니다. 네 가지 경우(TP, TN, FP, FN)를 모두 보므로 클래스의 크기가 달라도 믿을 만합니다.",
        "The correlation of true and predicted labels: 1 is perfect and 0 no better than chance. It looks at right and wrong of every class, so uneven class sizes do not flatter it.",
    ],
    check: |_, truth| need_two_labels(truth),
    score: |_, input| {
        let counts = pairs(input)?.counts();
        need_two_classes(&counts)?;
        // Of each class TP·TN − FN·FP, which add up to c·n − Σ t·p; and n² − Σx² as Σ x (n − x), which is exactly 0 where all
        // rows are of one class.
        let uncalled = rest(&counts, |count| count.predicted);
        let agreement = total(&counts, |count| count.both * (count.others - count.wrong) - count.missed * count.wrong);
        let spread_truth = total(&counts, |count| count.truth * count.others);
        let spread_predicted: Sum = counts.iter().zip(uncalled).map(|(count, rest)| count.predicted * rest).collect();
        let scale = (spread_truth * spread_predicted.value()).sqrt();
        if scale == 0.0 {
            return Ok(0.0);
        }
        Ok((agreement / scale).clamp(-1.0, 1.0))
    },
    ..LABELS
};

#[cfg(test)]
mod tests {
    use crate::metric::label::test::score;
    use crate::metric::{MetricSpec, Problem};

    #[test]
    fn known_cases_are_right() {
        let spec = MetricSpec::new("mcc");
        // The example of scikit-learn's page: -0.33…
        let known = score(&spec, 2, &[1, 1, 1, 0], &[1, 0, 1, 1], None).unwrap();
        assert!((known + 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(score(&spec, 3, &[0, 1, 2, 2], &[0, 1, 2, 2], None), Ok(1.0));
        assert_eq!(score(&spec, 2, &[0, 1, 1], &[1, 0, 0], None), Ok(-1.0));
    }

    #[test]
    fn a_perfect_prediction_is_exactly_one_however_uneven_the_weights_are() {
        for weights in [[1455.91, 733.9, 0.1], [1e10, 0.001, 0.1], [1e-9, 1e20, 3.0]] {
            let (truth, spec) = ([0, 1, 2], MetricSpec::new("mcc"));
            assert_eq!(score(&spec, 3, &truth, &truth, Some(&weights)), Ok(1.0), "{weights:?}");
            assert_eq!(score(&spec, 2, &[0, 0, 1], &[0, 0, 1], Some(&weights)), Ok(1.0), "{weights:?}");
        }
    }

    #[test]
    fn a_constant_prediction_scores_zero_and_a_constant_truth_not_at_all() {
        let spec = MetricSpec::new("mcc");
        assert_eq!(score(&spec, 2, &[0, 1, 1], &[1, 1, 1], Some(&[0.1, 0.2, 0.3])), Ok(0.0));
        assert_eq!(score(&spec, 2, &[1, 1, 1], &[0, 1, 1], None).unwrap_err().problem, Problem::OneClass);
    }
}
