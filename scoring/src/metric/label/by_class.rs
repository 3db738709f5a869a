//! Metrics that are a ratio of one class's counts, averaged over the classes: precision, recall, specificity, F1, Fβ, Jaccard.
//!
//! As scikit-learn with `zero_division=0`: where the prediction leaves nothing to divide by, as a class that is never
//! predicted, the ratio of that class is 0. `macro` and `micro` take the classes that are in the truth or the prediction.

use super::{Count, LABELS, POS_LABEL, labels, need_two_classes, need_two_labels, pairs, positive, total};
use crate::metric::entry::Entry;
use crate::metric::error::Problem;
use crate::metric::{Allowed, Input, Param, Params};
use crate::values::Values;

const AVERAGE: Param =
    Param { id: "average", default: "binary", allowed: Allowed::OneOf(&["binary", "macro", "micro", "weighted"]) };
const BETA: Param = Param { id: "beta", default: "2", allowed: Allowed::Number { low: 0.0, high: 100.0 } };

const BY_CLASS: Entry =
    Entry { params: &[AVERAGE, POS_LABEL], check: |params, truth| defined(params, truth, false), ..LABELS };

pub(in crate::metric) const PRECISION: Entry = Entry {
    id: "precision",
    name: ["정밀도", "Precision"],
    formula: r"\mathrm{Precision} = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP}}",
    explanation: [
        "양성이라고 예측한 것 가운데 실제로 양성인 비율입니다. 양성을 한 건도 예측하지 않으면 0점입니다.",
        "The share of true positives among all that is predicted positive. It is 0 where nothing is predicted positive.",
    ],
    score: |params, input| by_class(params, input, false, |count, _| (count.both, count.predicted)),
    ..BY_CLASS
};

pub(in crate::metric) const RECALL: Entry = Entry {
    id: "recall",
    name: ["재현율(민감도)", "Recall (sensitivity)"],
    formula: r"\mathrm{Recall} = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FN}}",
    explanation: [
        "실제 양성 가운데 양성으로 찾아낸 비율입니다. 의학에서는 민감도라고 부르며, 놓친 양성이 많을수록 낮아집니다.",
        "The share of all positives that are found. Medicine calls it sensitivity; it falls with every positive that is missed.",
    ],
    score: |params, input| by_class(params, input, false, |count, _| (count.both, count.truth)),
    ..BY_CLASS
};

/// With several classes a class's negatives are the rows of all others (one against the rest).
pub(in crate::metric) const SPECIFICITY: Entry = Entry {
    id: "specificity",
    name: ["특이도", "Specificity"],
    formula: r"\mathrm{Specificity} = \frac{\mathrm{TN}}{\mathrm{TN} + \mathrm{FP}}",
    explanation: [
        "실제 음성 가운데 음성으로 바르게 가려낸 비율입니다. 클래스가 여럿이면 클래스마다 나머지 전부를 음성으로 보고 구해 average에 따라 평균합니다.",
        "The share of all negatives that are called negative. With several classes each is judged against the rest, and average says how they are averaged.",
    ],
    check: |params, truth| defined(params, truth, true),
    score: |params, input| {
        by_class(params, input, true, |count, _| ((count.others - count.wrong).max(0.0), count.others))
    },
    ..BY_CLASS
};

pub(in crate::metric) const F1: Entry = Entry {
    id: "f1",
    name: ["F1 점수", "F1 score"],
    formula: r"F_1 = \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}",
    explanation: [
        "정밀도와 재현율의 조화평균입니다. average가 macro이면 클래스마다 구해 똑같이 평균하고, weighted이면 클래스의 크기만큼 무게를 둡니다.",
        "The harmonic mean of precision and recall. With average=macro every class counts the same, with weighted as much as it has rows.",
    ],
    score: |params, input| by_class(params, input, false, |count, _| (2.0 * count.both, count.truth + count.predicted)),
    ..BY_CLASS
};

pub(in crate::metric) const FBETA: Entry = Entry {
    id: "fbeta",
    name: ["Fβ 점수", "Fβ score"],
    params: &[AVERAGE, POS_LABEL, BETA],
    formula: r"F_\beta = \frac{(1 + \beta^2)\,\mathrm{TP}}{(1 + \beta^2)\,\mathrm{TP} + \mathrm{FP} + \beta^2\,\mathrm{FN}}",
    explanation: [
        "재현율을 정밀도보다 β배 중요하게 본 조화평균입니다. β가 1보다 크면 놓친 양성을, 작으면 잘못 부른 양성을 더 무겁게 봅니다.",
        "The harmonic mean that holds recall β times as important as precision. Above 1 missed positives weigh more, below 1 false alarms do.",
    ],
    score: |params, input| {
        by_class(params, input, false, |count, beta2| {
            ((1.0 + beta2) * count.both, beta2 * count.truth + count.predicted)
        })
    },
    ..BY_CLASS
};

pub(in crate::metric) const JACCARD: Entry = Entry {
    id: "jaccard",
    name: ["자카드 지수", "Jaccard index"],
    formula: r"J = \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}",
    explanation: [
        "실제 양성과 예측한 양성의 교집합을 합집합으로 나눈 값입니다. 한 클래스만 볼 때는 F1과 순서가 같지만 틀린 예측에 더 낮은 점수를 줍니다.",
        "The overlap of true and predicted positives over their union. For one class it orders predictions as F1 does, with lower scores for the wrong ones.",
    ],
    score: |params, input| by_class(params, input, false, |count, _| (count.both, count.truth + count.wrong)),
    ..BY_CLASS
};

/// Whether the truth leaves something to divide by. `of_negatives` where the negatives are judged: they must exist, not the
/// positives.
fn defined(params: &Params, truth: &[Values], of_negatives: bool) -> Result<(), Problem> {
    let (classes, codes) = labels(truth)?;
    if params.get("average") != "binary" {
        return if of_negatives { need_two_labels(truth) } else { Ok(()) };
    }
    let positive = positive(classes, params.get("pos_label"))?;
    let problem = if of_negatives { Problem::NoNegatives } else { Problem::NoPositives };
    if codes.iter().any(|&code| (code == positive) != of_negatives) { Ok(()) } else { Err(problem) }
}

/// The ratio (of what by what, with β²) of the positive class, or its average. Rows of weight zero are not there, so what is
/// [`defined`] without weights is looked at again.
fn by_class(
    params: &Params,
    input: Input<'_>,
    of_negatives: bool,
    ratio: fn(Count, f64) -> (f64, f64),
) -> Result<f64, Problem> {
    let pairs = pairs(input)?;
    let mut counts = pairs.counts();
    let beta2 = params.number("beta").powi(2);
    let ratio = |count: &Count| match ratio(*count, beta2) {
        // Sums of weights are rounded, so a ratio of nearly equal ones may pass 1 by a hair.
        (part, whole) if whole > 0.0 => (part / whole).min(1.0),
        _ => 0.0,
    };
    if params.get("average") == "binary" {
        let positive = positive(pairs.classes, params.get("pos_label"))? as usize;
        let count = counts.get(positive).copied().unwrap_or_default();
        return match of_negatives {
            true if count.others <= 0.0 => Err(Problem::NoNegatives),
            false if count.truth <= 0.0 => Err(Problem::NoPositives),
            _ => Ok(ratio(&count)),
        };
    }
    if of_negatives {
        need_two_classes(&counts)?;
    }
    counts.retain(|count| count.seen);
    Ok(match params.get("average") {
        "micro" => ratio(&Count {
            truth: total(&counts, |count| count.truth),
            others: total(&counts, |count| count.others),
            predicted: total(&counts, |count| count.predicted),
            both: total(&counts, |count| count.both),
            missed: total(&counts, |count| count.missed),
            wrong: total(&counts, |count| count.wrong),
            seen: true,
        }),
        "weighted" => total(&counts, |count| ratio(count) * count.truth) / total(&counts, |count| count.truth),
        _ => total(&counts, ratio) / counts.len() as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::label::test::score;
    use crate::metric::{MetricError, MetricSpec};

    // The example of scikit-learn's f1_score page.
    const TRUTH: [u32; 6] = [0, 1, 2, 0, 1, 2];
    const PREDICTION: [u32; 6] = [0, 2, 1, 0, 0, 1];

    fn of(id: &str, average: &str, classes: usize, truth: &[u32], prediction: &[u32]) -> Result<f64, MetricError> {
        score(&MetricSpec::new(id).with("average", average), classes, truth, prediction, None)
    }

    #[test]
    fn the_averages_are_those_of_scikit_learn() {
        for (average, expected) in [("macro", 4.0 / 15.0), ("micro", 1.0 / 3.0), ("weighted", 4.0 / 15.0)] {
            let score = of("f1", average, 3, &TRUTH, &PREDICTION).unwrap();
            assert!((score - expected).abs() < 1e-15, "{average}: {score}");
        }
        assert_eq!(of("f1", "binary", 2, &[0, 1, 1, 0], &[1, 1, 0, 0]), Ok(0.5));
    }

    #[test]
    fn a_known_table_of_four_gives_every_ratio() {
        // TP 3, FN 1, FP 2, TN 4.
        let truth = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
        let prediction = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0];
        for (id, expected) in [
            ("precision", 3.0 / 5.0),
            ("recall", 3.0 / 4.0),
            ("specificity", 4.0 / 6.0),
            ("f1", 6.0 / 9.0),
            ("fbeta", 15.0 / 21.0),
            ("jaccard", 3.0 / 6.0),
        ] {
            assert_eq!(of(id, "binary", 2, &truth, &prediction), Ok(expected), "{id}");
        }
    }

    #[test]
    fn a_class_that_is_nowhere_does_not_count_in_the_macro_average() {
        assert_eq!(of("f1", "macro", 3, &[0, 1], &[0, 1]), Ok(1.0));
        // Class 2 is only predicted: it counts, with zero.
        let score = of("f1", "macro", 3, &[0, 1], &[0, 2]).unwrap();
        assert!((score - 1.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_truth_that_leaves_nothing_to_divide_by_is_an_error() {
        for id in ["precision", "recall", "f1", "fbeta", "jaccard"] {
            assert_eq!(of(id, "binary", 2, &[0, 0], &[0, 1]).unwrap_err().problem, Problem::NoPositives);
            assert_eq!(of(id, "macro", 2, &[0, 0], &[0, 0]), Ok(1.0));
        }
        assert_eq!(of("specificity", "binary", 2, &[1, 1], &[0, 1]).unwrap_err().problem, Problem::NoNegatives);
        assert_eq!(of("specificity", "macro", 2, &[1, 1], &[0, 1]).unwrap_err().problem, Problem::OneClass);
        assert_eq!(of("f1", "binary", 3, &TRUTH, &PREDICTION).unwrap_err().problem, Problem::NotBinary { classes: 3 });
    }

    #[test]
    fn negatives_that_weigh_next_to_nothing_are_negatives() {
        let spec = MetricSpec::new("specificity");
        let weights = [1.0, 1e-20, 1e-20];
        assert_eq!(score(&spec, 2, &[1, 0, 0], &[1, 1, 0], Some(&weights)), Ok(0.5));
    }

    #[test]
    fn a_weight_counts_as_that_many_rows() {
        let spec = MetricSpec::new("precision");
        let weighted = score(&spec, 2, &[1, 0, 1], &[1, 1, 0], Some(&[3.0, 1.0, 2.0]));
        assert_eq!(weighted, Ok(0.75));
        let nothing = score(&spec, 2, &[1, 0], &[1, 1], Some(&[0.0, 1.0]));
        assert_eq!(nothing.unwrap_err().problem, Problem::NoPositives);
    }
}
