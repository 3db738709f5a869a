//! Cohen's kappa: agreement beyond chance.

use super::{LABELS, need_two_classes, need_two_labels, pairs};
use crate::metric::entry::Entry;
use crate::metric::sum::Sum;
use crate::metric::{Allowed, Param, Range};

/// Weighted disagreement over the one expected by chance, taken from 1 (Cohen, Psychol. Bull. 70, 1968). The distance of
/// two classes is that of their places among all of the solution's classes, in reading order: as scikit-learn with
/// `labels=` all of them, so that a part without some class is not judged by another scale.
pub(in crate::metric) const COHEN_KAPPA: Entry = Entry {
    id: "cohen_kappa",
    name: ["코헨의 카파", "Cohen’s kappa"],
    params: &[Param { id: "weights", default: "none", allowed: Allowed::OneOf(&["none", "linear", "quadratic"]) }],
    range: Range::SIGNED,
    formula: r"\kappa = 1 - \frac{\sum_{i,j} w_{ij}\,O_{ij}}{\sum_{i,j} w_{ij}\,E_{ij}}, \quad E_{ij} = \frac{t_i\,p_j}{n}",
    notes: [
        "등급 사이의 거리는 정답 전체에 나오는 등급의 순서로 잽니다. 그래서 어떤 등급이 없는 구간도 같은 자로 재며, scikit-learn에서는 labels에 모든 등급을 준 값과 같습니다.",
        "The distance of two grades counts all grades of the whole solution, so that a part without some grade is measured by the same ruler: the value of scikit-learn with labels= all grades.",
    ],
    explanation: [
        "우연히 맞을 만큼을 빼고 본 일치도로, 1은 완벽한 일치이고 0은 우연과 같습니다. weights를 linear나 quadratic으로 하면 등급이 멀리 어긋날수록 더 크게 감점하며, 등급은 숫자나 글자 순서대로 놓입니다.",
        "Agreement beyond what chance would give: 1 is perfect and 0 is chance. With weights=linear or quadratic a miss costs more the further apart the grades are; grades stand in numeric or alphabetic order.",
    ],
    check: |_, truth| need_two_labels(truth),
    score: |params, input| {
        let pairs = pairs(input)?;
        let counts = pairs.counts();
        need_two_classes(&counts)?;
        let power = match params.get("weights") {
            "linear" => 1,
            "quadratic" => 2,
            _ => 0,
        };
        let distance = |a: usize, b: usize| if a == b { 0 } else { (a.abs_diff(b) as u64).pow(power) };
        let distances = pairs.rows().map(|(truth, prediction)| distance(truth, prediction));
        let observed = match input.weights {
            Some(weights) => {
                distances.zip(weights).map(|(distance, weight)| weight * distance as f64).collect::<Sum>().value()
            }
            None => distances.map(u128::from).sum::<u128>() as f64,
        };
        let expected: Sum = counts
            .iter()
            .enumerate()
            .flat_map(|(i, of)| {
                let called = counts.iter().enumerate().filter(|(_, count)| count.predicted > 0.0);
                called.map(move |(j, called)| distance(i, j) as f64 * of.truth * called.predicted)
            })
            .collect();
        let all: Sum = counts.iter().map(|count| count.truth).collect();
        Ok(1.0 - observed * all.value() / expected.value())
    },
    ..LABELS
};

#[cfg(test)]
mod tests {
    use crate::metric::label::test::score;
    use crate::metric::{MetricSpec, Problem};

    #[test]
    fn grades_further_apart_cost_more_with_weights() {
        let spec = |weights| MetricSpec::new("cohen_kappa").with("weights", weights);
        let kappa =
            |weights, prediction: &[u32]| score(&spec(weights), 3, &[0, 0, 1, 1, 2, 2], prediction, None).unwrap();
        for weights in ["none", "linear", "quadratic"] {
            assert!((kappa(weights, &[0, 0, 1, 1, 2, 2]) - 1.0).abs() < 1e-15);
        }
        let (near, far) = ([0, 1, 1, 1, 2, 2], [0, 2, 1, 1, 2, 2]);
        assert!((kappa("none", &near) - kappa("none", &far)).abs() < 1e-15);
        assert!(kappa("quadratic", &near) > kappa("quadratic", &far));
        assert!(kappa("linear", &near) > kappa("linear", &far));
    }

    #[test]
    fn chance_is_zero_and_a_truth_of_one_class_is_an_error() {
        let spec = MetricSpec::new("cohen_kappa");
        assert_eq!(score(&spec, 2, &[0, 0, 1, 1], &[0, 1, 0, 1], None), Ok(0.0));
        assert_eq!(score(&spec, 2, &[1, 1], &[1, 1], None).unwrap_err().problem, Problem::OneClass);
    }
}
